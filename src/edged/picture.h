#ifndef EDGED_PICTURE_H
#define EDGED_PICTURE_H

#include "broadcast.h"
#include "channel_state.h"

/* What is seen of a broadcast in lists: its newest segment that shows a
 * picture by itself. */
struct picture {
	char track[NAME_SIZE]; /* "": there is none */
	uint32_t run;
	uint64_t msn;
	struct gallery gallery; /* what weir-thumb made */
};

/* S of TRACK is it. */
void picture_set(struct picture *p, const char *track, const struct segment *s);

/* The newest of B's, as far as one came lately; else it stays what it is. */
void picture_look(struct picture *p, const struct broadcast *b);

/* E says what is gone: maybe it is. */
void picture_check(struct picture *p, const struct event *e);

/* P as JSON has it; borrowed from P. */
struct channel_preview picture_preview(const struct picture *p);

#endif
