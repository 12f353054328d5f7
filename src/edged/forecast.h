#ifndef EDGED_FORECAST_H
#define EDGED_FORECAST_H

#include "broadcast.h"

/*
 * The segment that grows and the one behind it, as they will be when they are
 * like those before: a low-latency DASH client must know of a segment before
 * it is whole, and asks for it by the clock.  Where segments last now this
 * long, now that, nothing is foretold and no low latency offered.
 */

enum { FORECAST_SEGMENTS = 2, FORECAST_ENDS = FORECAST_SEGMENTS + 1 };

struct forecast {
	bool low_latency;     /* segments can be foretold, while they come */
	uint64_t duration_us; /* of one, of the leading track */
	uint64_t part_us;     /* no part of any track is longer */
	/* By the wall clock, where segments of the leading track end: the
	 * one that is whole, the one that grows, and so on. */
	size_t ends; /* of these; 0: nothing is about to come */
	uint64_t end_us[FORECAST_ENDS];
};

/* What is to come in B's newest period. */
void forecast_make(const struct broadcast *b, struct forecast *out);

/*
 * How long segments of L, a lane of that period, that are to come will be,
 * into DURATION, in ticks; how many.
 */
size_t forecast_lane(const struct forecast *f, const struct lane *l,
    uint32_t duration[FORECAST_ENDS]);

#endif
