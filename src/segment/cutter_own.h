#ifndef SEGMENT_CUTTER_OWN_H
#define SEGMENT_CUTTER_OWN_H

#include "cutter.h"

/*
 * The cutter from within, for the files that are it: cutter.c takes what
 * comes, lead.c decides where the leader's segments end, follow.c brings the
 * other tracks there.
 */
enum {
	CUTTER_MAX_CUTS = 64,  /* that a track may have before it */
	CUTTER_MAX_BEHIND = 8, /* the same of a picture that follows one */
	CUTTER_CAUGHT_UP = 4,  /* and with so many it may come back */
	/* A track from which so little was heard has fallen silent. */
	CUTTER_SILENCE_US = 3000000
};

struct cut {
	int64_t at_us, wall_us;
	int64_t early_us; /* what is in step with the leader ends before */
	bool discontinuity;
	bool key; /* the leader has a keyframe there */
	/* Where pictures lead, the number of the segment that begins there. */
	bool numbered;
	uint64_t msn;
};

struct cutter {
	struct cutter_settings set;
	struct track_out out;
	struct track *track[2 * MEDIA_MAX_TRACKS];
	size_t tracks;
	struct track *leader;
	size_t scanned; /* samples of the leader that were seen */
	struct cut cut[CUTTER_MAX_CUTS]; /* the last ones */
	uint64_t cuts;                   /* so many there were */
	bool want_cut;                   /* at the next keyframe */
	bool want_discontinuity;         /* at the next cut */
	/* The leader's last keyframe, the time before, as often as that. */
	int64_t key_us, gop_us;
	unsigned gops_alike;
	bool walled;
	int64_t wall_us; /* wall clock less output time */
	int64_t clock_us;
	int64_t gate_us; /* since when there is no leader */
};

/* How long the leader's segments may become. */
int64_t cutter_limit_us(const struct cutter *c);

/* Nothing was heard of T for long. */
bool cutter_silent(const struct cutter *c, const struct track *t);

/*
 * For how long after the leader's last sample those of the others come that
 * belong to the same instant, when all come in the order of decoding.
 */
int64_t cutter_lag_us(const struct cutter *c);

/* T, which follows, makes its parts when the leader makes its own. */
bool cutter_in_step(const struct cutter *c, const struct track *t);

/* Make a segment of T's first I samples, if there are any. */
int cutter_flush(struct cutter *c, struct track *t, size_t i);

/* Flush all that T has, in as many pieces as the promise wants. */
int cutter_flush_all(struct cutter *c, struct track *t);

/* Elect a leader where there is none, or a better one; FORCE: in any case. */
int lead_elect(struct cutter *c, bool force);

/* End the leader's segments wherever its samples allow and demand it. */
int lead_scan(struct cutter *c);

/* Its keyframes come regularly, and one ends the segment next. */
bool lead_ends(const struct cutter *c);

/*
 * The leader's segment ends before its sample I, all tracks' end at that
 * sample's time.
 */
int lead_cut(struct cutter *c, size_t i, int64_t at_us, bool discontinuity);

/* Bring T, which does not lead, up to the cuts; with FORCE past them all. */
int follow(struct cutter *c, struct track *t, bool force);

/*
 * T comes in with its first sample; that it is back is told, when that it
 * ended was.
 */
int follow_enter(struct cutter *c, struct track *t);

/* T stops being part of what goes on; what it has is its last segment. */
int follow_retire(struct cutter *c, struct track *t);

/*
 * The same of one that fell silent or far behind, as WHY says: where other
 * pictures go on, that it ended is told, so that nobody waits for it.
 */
int follow_lose(struct cutter *c, struct track *t, const char *why);

/* Some picture but T is part of what goes on. */
bool follow_others(const struct cutter *c, const struct track *t);

#endif
