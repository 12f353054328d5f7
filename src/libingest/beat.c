#include "beat.h"

#include <stdlib.h>

enum { GOPS_ALIKE = 2 };

void
beat_init(struct beat *b, int64_t part_us)
{
	*b = (struct beat){.part_us = part_us, .segment_us = INT64_MIN / 2};
}

void
beat_reset(struct beat *b)
{
	beat_init(b, b->part_us);
}

/* The interval of frames, as far as is known. */
static int64_t
frame_us(const struct beat *b)
{
	return b->rhythm.mean_256 / 256;
}

static void
key_frame(struct beat *b, int64_t dts_us)
{
	int64_t gop_us = dts_us - b->key_us, half_us = frame_us(b) / 2;

	b->gops_alike =
	    llabs(gop_us - b->gop_us) <= half_us ? b->gops_alike + 1 : 0;
	b->gop_us = gop_us;
	b->key_us = dts_us;
	if (dts_us - b->segment_us < BEAT_SEGMENT_US - half_us)
		return;
	b->segment_us = dts_us;
	b->frames = 0;
	b->in_part = 0;
}

void
beat_frame(struct beat *b, enum media_kind kind, bool key, int64_t dts_us)
{
	if (!b->begun || (b->lead == MEDIA_AUDIO && kind == MEDIA_VIDEO)) {
		beat_reset(b);
		b->begun = true;
		b->lead = kind;
	} else if (kind != b->lead) {
		return;
	} else {
		rhythm_step(&b->rhythm, dts_us - b->last_us);
	}
	b->last_us = dts_us;
	if (key)
		key_frame(b, dts_us);
	b->frames++;
	if (b->in_part == 0 && rhythm_frame(&b->rhythm) > 0) {
		int64_t n = (b->part_us + frame_us(b) / 2) / frame_us(b);

		b->in_part = n > 0 ? (unsigned)n : 1;
	}
}

bool
beat_next(const struct beat *b, int64_t *dts_us)
{
	int64_t frame = rhythm_frame(&b->rhythm), half = frame / 2, key;
	int64_t end;

	if (b->part_us == 0 || frame == 0 || b->in_part == 0)
		return false;
	end =
	    b->last_us + (int64_t)(b->in_part - b->frames % b->in_part) * frame;
	key = b->key_us + b->gop_us;
	/*
	 * A keyframe that ends the segment is one, and so is the frame before
	 * it: that ends the last part.
	 */
	if (b->gops_alike >= GOPS_ALIKE && key > b->last_us + half &&
	    key - b->segment_us >= BEAT_SEGMENT_US - half) {
		if (key - frame > b->last_us + half)
			key -= frame;
		if (key < end)
			end = key;
	}
	*dts_us = end;
	return true;
}

bool
beat_reached(const struct beat *b, int64_t dts_us)
{
	return b->last_us >= dts_us - frame_us(b) / 2;
}
