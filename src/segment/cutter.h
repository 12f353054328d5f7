#ifndef SEGMENT_CUTTER_H
#define SEGMENT_CUTTER_H

#include "track.h"

/*
 * Where segments end.  One track leads, the first video track that has
 * something to show, else an audio track: its segments end at the first
 * keyframe at or after the target.  The others follow: theirs end at the
 * same instants.  All discontinuities are at cuts, so that all tracks have
 * the same ones.
 */
struct cutter;

struct cutter_settings {
	int64_t target_us;
	int64_t max_us;    /* the most that may be promised */
	int64_t part_us;   /* how long parts are to be; 0: none */
	const char *clock; /* the name of the input's, or empty */
};

/* NULL after reporting the cause.  STORE and STORY are borrowed. */
struct cutter *cutter_open(const struct cutter_settings *set,
    struct store *store, struct story *story);

/* Closes its tracks too. */
void cutter_close(struct cutter *c);

/* The track called NAME, made when there is none.  NULL after reporting. */
struct track *cutter_track(
    struct cutter *c, const char *name, enum media_codec codec);

/* The I-th track, or NULL past the last. */
struct track *cutter_at(const struct cutter *c, size_t i);

/* How a unit differs from what it follows. */
enum {
	CUTTER_CHANGED = 1, /* the feed's record changed */
	CUTTER_JUMPED = 2,  /* the timestamps jumped */
	CUTTER_FOLLOWED = 4 /* they jumped as another track's did before */
};

/*
 * Take unit U of T, whose bytes are the last of T's payload, when the
 * timeline's clock is CLOCK_US.  0, or -1 after reporting the cause.
 */
int cutter_unit(struct cutter *c, struct track *t, const struct track_unit *u,
    unsigned flags, int64_t clock_us);

/* No more units come: make the last segments.  0, or -1 after reporting. */
int cutter_finish(struct cutter *c);

/*
 * For how long, in microseconds of output time from CLOCK_US on, no unit
 * can end a segment; 0 when one may any time.
 */
int64_t cutter_quiet_us(const struct cutter *c, int64_t clock_us);

/* Wall clock less output time, as of the last cut. */
int64_t cutter_wall_us(const struct cutter *c);

#endif
