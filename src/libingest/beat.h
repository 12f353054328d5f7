#ifndef INGEST_BEAT_H
#define INGEST_BEAT_H

#include "codec.h"
#include "rhythm.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Which frame of a broadcast completes something that viewers wait for, as
 * weir-segment will find it out: the last one of a part, and a keyframe that
 * ends a segment.  A guess in time saves looking at every frame; a wrong one
 * costs a part's length.  Pictures lead, or sound where there are none.
 */
struct beat {
	int64_t part_us; /* how long parts are to be; 0: there are none */
	enum media_kind lead;
	struct rhythm rhythm;   /* of that track's frames, in microseconds */
	int64_t last_us;        /* its last frame */
	int64_t segment_us;     /* the first of its segment */
	unsigned frames;        /* in that */
	unsigned in_part;       /* so many are a part; 0: not known */
	int64_t key_us, gop_us; /* the last keyframe, the time before it */
	unsigned gops_alike;    /* so many were as long as the one before */
	bool begun;
};

enum { BEAT_SEGMENT_US = 1000000 }; /* as weir-segment's --target */

void beat_init(struct beat *b, int64_t part_us);

/* A connection of its own begins. */
void beat_reset(struct beat *b);

/* A frame came. */
void beat_frame(struct beat *b, enum media_kind kind, bool key, int64_t dts_us);

/*
 * The time that the frame will bear which is the next end, into *DTS_US.
 * False when that cannot be told, for frames come irregularly, or too few.
 */
bool beat_next(const struct beat *b, int64_t *dts_us);

/* Has that frame come, which was to bear DTS_US? */
bool beat_reached(const struct beat *b, int64_t dts_us);

#endif
