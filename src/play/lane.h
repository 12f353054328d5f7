#ifndef PLAY_LANE_H
#define PLAY_LANE_H

#include "reel.h"
#include "story.h"

/* One track on its way: its frames, from segment to segment. */
struct lane {
	size_t source; /* the story's track */
	struct reel *reel;
	size_t next; /* of its segments */
	/* So much of a segment that grew was played. */
	uint64_t grown_msn, grown_bytes;
	int64_t end_us; /* of its last frame, by the clock of its files */

	/*
	 * The frame at hand is the first by another process's clock, which
	 * began at RENEWED_US of the wall clock.
	 */
	bool renewed;
	uint64_t renewed_us;

	/* The mix's. */
	bool begun, late;
	bool need_key; /* what a picture refers to was passed over */
	size_t stretch;
	unsigned changes;
	size_t index; /* in what is written */
};

/*
 * Begin with what of T, the story's track SOURCE, is played behind FROM_US of
 * the wall clock; its folder is in MEDIA.  0, or -1 after reporting.
 */
int lane_open(struct lane *l, size_t source, const struct story_track *t,
    int media, uint64_t from_us);
void lane_close(struct lane *l);

/* Have a frame at hand, when there is one.  0, or -1 after reporting. */
int lane_fill(struct lane *l, const struct story_track *t);

/* Pass over the frame at hand. */
void lane_step(struct lane *l);

/* TICKS of the track as microseconds. */
int64_t lane_us(const struct lane *l, int64_t ticks);

#endif
