#ifndef TS_TIMEBASE_H
#define TS_TIMEBASE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Times of 33 bits, which begin anew each 26.5 hours, as times that do not.
 * All tracks of a program count by one clock.  Where that is set anew (the
 * encoder began anew, a tape was spliced) an epoch begins: a track goes over
 * to it when its own times do, and tracks in one epoch are in step.
 */
enum {
	TIMEBASE_BACK = 90000,      /* a longer step back is a jump */
	TIMEBASE_AHEAD = 900000,    /* a longer one ahead, too */
	TIMEBASE_TOLD_AHEAD = 45000 /* where a new clock was announced */
};

struct timebase {
	uint64_t epoch; /* 0: nothing was heard yet */
	int64_t now;    /* the latest time of the epoch */
	uint64_t told;  /* how often a new clock was announced */
	uint64_t jumps;
};

struct timebase_track {
	uint64_t epoch;
	int64_t last;
	uint64_t told; /* announcements that it has outlived */
};

/* discontinuity_indicator where the PCR is (13818-1, 2.4.3.5). */
void timebase_told(struct timebase *b);

/*
 * RAW, of 33 bits, of a frame of T that is decoded next; not below 0.
 * *JUMPED: it does not go on from the one before.
 */
int64_t timebase_map(
    struct timebase *b, struct timebase_track *t, int64_t raw, bool *jumped);

/* RAW as a time within 13 hours of NEAR. */
int64_t timebase_near(int64_t raw, int64_t near);

#endif
