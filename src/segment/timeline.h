#ifndef SEGMENT_TIMELINE_H
#define SEGMENT_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * One timeline for all tracks, in microseconds, that only goes on: where
 * the timestamps of the input jump, what follows the jump is moved to where
 * the output stands.  A jump moves all tracks by the same amount, each when
 * its own timestamps jump, so that they stay together.
 */
enum {
	/* Where it begins: nothing that lies a little before is below 0. */
	TIMELINE_START_US = 10000000,
	/* Farther ahead, or farther back, than this is a jump. */
	TIMELINE_AHEAD_US = 3000000,
	TIMELINE_BACK_US = 500000,
	/* What was there before may come again from so far back. */
	TIMELINE_AGAIN_US = 30000000
};

struct timeline {
	bool begun;
	int64_t offset_us; /* of the newest jump: output less input */
	int64_t clock_us;  /* the latest time of any track */
	int64_t again_us;  /* what is before it was there before, or was not */
};

struct timeline_track {
	bool begun;
	bool resumed; /* by timeline_resume(), and nothing came since */
	int64_t offset_us;
	int64_t last_us;  /* of its last unit, in output time */
	int64_t again_us; /* as the timeline's */
};

enum timeline_step {
	TIMELINE_ON,      /* it goes on, or begins */
	TIMELINE_FOLLOWS, /* it jumped as another track did before */
	TIMELINE_JUMPS
};

/*
 * The output time of a unit of T at INPUT_US, which plays for about
 * FRAME_US, into *OUT_US.
 */
enum timeline_step timeline_map(struct timeline *tl, struct timeline_track *t,
    int64_t input_us, int64_t frame_us, int64_t *out_us);

/*
 * T goes on as an earlier timeline left it: at AT_US of output time, which was
 * OFFSET_US more than the input's.  What was there before may come again, in
 * its place.
 */
void timeline_resume(struct timeline *tl, struct timeline_track *t,
    int64_t offset_us, int64_t at_us);

#endif
