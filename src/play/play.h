#ifndef PLAY_PLAY_H
#define PLAY_PLAY_H

#include "mix.h"
#include "out.h"

/* What was asked for on the command line. */
struct play {
	const char *name; /* a channel or a broadcast */
	const char *from; /* now, start or seconds; NULL: as it is live */
	const struct opt_list *track;
	enum out_format format;
	bool pace; /* in real time */
	bool wait; /* until the channel is live */
};

/* Play it onto stdout.  An exit code. */
int play(const struct play *p);

#endif
