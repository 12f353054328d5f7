#ifndef PULL_PULL_H
#define PULL_PULL_H

#include "origin.h"
#include "source.h"

/* What was asked for on the command line. */
struct pull {
	struct origin origin;
	const char *to; /* addresses to publish to; NULL: NUT on stdout */
	struct source_limits limits;
	unsigned retry_max_s;
	bool loop;
	bool once; /* when it goes, end */
	bool fast; /* no pace */
};

/* Pull until it is over, or we are told to stop.  An exit code. */
int pull(struct pull *p);

#endif
