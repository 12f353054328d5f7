#ifndef RETAIN_RECORDINGS_H
#define RETAIN_RECORDINGS_H

#include "log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All broadcasts that the log knows, from the oldest on. */

enum { NAME_SIZE = 65 };

struct listed {
	char broadcast[NAME_SIZE], channel[NAME_SIZE];
	uint64_t since_us, ended_us; /* ENDED_US: 0 while it is live */
	uint64_t window_us;          /* its playlists reach so far; 0: all */
	/* See plan.h. */
	uint64_t cut_us; /* what was sent before this goes; UINT64_MAX: all */
	uint64_t take; /* and then the oldest, so many bytes; UINT64_MAX: all */
	uint64_t left; /* bytes that stay after that */
	char reason[96]; /* for people */
};

struct recordings {
	struct listed *at;
	size_t n, cap;
};

/*
 * List what L has; WINDOW_US is the window of channels that say nothing.  0,
 * or -1 with errno.
 */
int recordings_list(struct recordings *r, struct log *l, uint64_t window_us);
void recordings_fini(struct recordings *r);

#endif
