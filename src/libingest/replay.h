#ifndef INGEST_REPLAY_H
#define INGEST_REPLAY_H

#include "frames.h"

/*
 * The frames of late, for a pipeline that begins in place of one that died:
 * from a keyframe on that is at least REPLAY_MS old, where there is one, as
 * far back as the other may not have told what it made of them.
 */
enum {
	REPLAY_MS = 2000,
	REPLAY_MAX = 8 * 1024 * 1024, /* bytes: of more, none are kept */
	REPLAY_LATE_MS = 1000 /* others may lie so far from the first's track */
};

struct replay {
	struct frames frames;
	/* For moving them; before the first, those of other renditions. */
	struct frames spare;
	int64_t keep, late, together; /* REPLAY_MS and so on, in ticks */
	bool begun;
	unsigned track; /* of the first frame: it decides */
	int64_t first;  /* its time */
	int64_t next;   /* of the keyframe after it; -1: there is none */
};

/* Times of frames count 1 / HZ seconds. */
void replay_init(struct replay *r, uint32_t hz);
void replay_fini(struct replay *r);

/* What comes now does not continue what came before. */
void replay_reset(struct replay *r);

/*
 * F came, with its bytes at P; START: decoding may begin with it.  The first
 * frame is always such a one; a keyframe that came just before it, of another
 * rendition of its picture, follows.  ALL: nothing goes, for no pipeline runs.
 * When there is no room nothing is kept.
 */
void replay_add(struct replay *r, const struct frame *f, const uint8_t *p,
    bool start, bool all);

/* The frames, for frames_next(). */
const struct frames *replay_frames(const struct replay *r);

#endif
