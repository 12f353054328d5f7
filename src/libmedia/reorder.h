#ifndef MEDIA_REORDER_H
#define MEDIA_REORDER_H

#include "codec.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Decoding times from presentation times.  Pictures that come in decoding
 * order are presented at most DELAY places later; so the time to decode one
 * is the smallest of the last DELAY + 1 presentation times, and before
 * there are so many, the first one less a frame for each that is missing.
 */
struct reorder {
	unsigned delay, n;
	int64_t window[MEDIA_MAX_DELAY + 1]; /* growing */
	int64_t frame, second;               /* in ticks */
	int64_t newest, last;                /* pts seen, dts given */
};

/* SECOND and FRAME, one second and one frame, in ticks; both above 0. */
void reorder_init(
    struct reorder *r, unsigned delay, int64_t frame, int64_t second);

/*
 * The dts of the next picture in decoding order.  It grows, except where
 * the timestamps themselves jump: then it begins anew.
 */
int64_t reorder_dts(struct reorder *r, int64_t pts);

#endif
