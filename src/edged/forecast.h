#ifndef EDGED_FORECAST_H
#define EDGED_FORECAST_H

#include "broadcast.h"

/*
 * The segment that grows, as it will be when it is like those before: a
 * low-latency DASH client must know of it before it is whole.  Where segments
 * last now this long, now that, nothing is foretold and no low latency
 * offered.  No more than one is foretold, for Shaka Player takes the end of
 * what it is told for the present.
 */

enum { FORECAST_ENDS = 2 };

struct forecast {
	bool low_latency;     /* segments can be foretold, while they come */
	uint64_t duration_us; /* of one, of the leading track */
	uint64_t part_us;     /* no part of any track is longer */
	/* By the wall clock, where segments of the leading track end: the
	 * one that is whole, and the one that grows. */
	size_t ends; /* of these; 0: nothing is about to come */
	uint64_t end_us[FORECAST_ENDS];
};

/* What is to come in B's newest period. */
void forecast_make(const struct broadcast *b, struct forecast *out);

/*
 * How long the segments of L, a lane of that period, are going to be up to
 * there, in ticks, into DURATION; how many.
 */
size_t forecast_lane(const struct forecast *f, const struct lane *l,
    uint32_t duration[FORECAST_ENDS]);

#endif
