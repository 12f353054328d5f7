#include "parts.h"
#include "cmaf.h"
#include "err.h"
#include "resume.h"

#include <stdlib.h>

/* Each part is to last 85 % of the longest (RFC 8216bis, 4.4.4.9). */
enum {
	LEAST_PERCENT = 85,
	COARSE_HZ = 500 /* stamps are right to two milliseconds */
};

bool
parts_in_step(const struct track *t, int64_t leader_us)
{
	int64_t frames = track_ticks(t, leader_us) / t->frame_ticks;

	return t->kind == MEDIA_AUDIO && leader_us > 0 &&
	       frames * 100 >= (frames + 1) * LEAST_PERCENT;
}

/*
 * As many whole frames as come nearest to what is wanted.  A quarter of a
 * frame more is promised, since clocks are coarse.  In step with the leader
 * it is now one more, now one less.
 */
void
parts_measure(struct track *t, const struct track_out *out, int64_t frame)
{
	int64_t want = track_ticks(t, out->part_us), frames, slack;

	t->part_ticks = t->part_max_ticks = 0;
	t->part_frame = frame;
	if (want == 0 || frame <= 0)
		return;
	if (parts_in_step(t, out->leader_part_us)) {
		t->part_ticks = track_ticks(t, out->leader_part_us);
		t->part_max_ticks = (t->part_ticks / frame + 1) * frame;
		return;
	}
	frames = (want + frame / 2) / frame;
	t->part_ticks = (frames > 0 ? frames : 1) * frame;
	slack = frame / 4 < t->part_ticks / 8 ? frame / 4 : t->part_ticks / 8;
	t->part_max_ticks = t->part_ticks + slack;
}

/* The moof of the samples FROM to TO, which end at END, into t->head. */
static int
make_head(
    struct track *t, struct cmaf_sample *s, size_t from, size_t to, int64_t end)
{
	struct cmaf_fragment f = {.sequence = ++t->sequence,
	    .dts = (uint64_t)t->sample[from].dts,
	    .sample = s,
	    .samples = to - from};

	for (size_t i = from; i < to; i++) {
		const struct track_sample *own = &t->sample[i];
		int64_t next = i + 1 < to ? own[1].dts : end;

		s[i - from] = (struct cmaf_sample){.bytes = own->bytes,
		    .duration = (uint32_t)(next - own->dts),
		    .offset = (int32_t)(own->pts - own->dts),
		    .key = own->key};
	}
	buf_reset(&t->head);
	return cmaf_head(&f, &t->head);
}

/*
 * Add the samples that are not in the growing segment yet, up to the I-th, as
 * one fragment that ends at END.  0, or -1 after reporting the cause.
 */
static int
grow_to(struct track *t, const struct track_out *out, size_t i, int64_t end)
{
	size_t bytes = track_bytes(t, i) - t->written_bytes;
	struct iovec v[2];

	if (make_head(t, out->scratch, t->written, i, end) == -1) {
		err_sys("make a segment of %s", t->name);
		return -1;
	}
	v[0] = (struct iovec){t->head.p, t->head.len};
	v[1] = (struct iovec){t->payload.p + t->written_bytes, bytes};
	if (growth_add(&t->growth, &t->folder, t->msn, v, 2) == -1)
		return -1;
	t->written = i;
	t->written_bytes += bytes;
	return 0;
}

/* Where the next part begins: where the one before was said to end. */
static int64_t
begin_of(const struct track *t)
{
	return t->written > 0 ? t->part_said : t->sample[0].dts;
}

/*
 * The end of a part of pictures is at a whole number of frames, as they were
 * measured, from its beginning: stamps are too coarse for more.  So it does
 * not matter whether the frame behind it is there already.
 */
static int64_t
end_at(const struct track *t, int64_t ticks)
{
	int64_t begin = begin_of(t), frame = t->part_frame, even;

	if (t->kind != MEDIA_VIDEO || frame <= 0)
		return ticks;
	even = begin + (ticks - begin + frame / 2) / frame * frame;
	return llabs(even - ticks) <= t->hz / COARSE_HZ ? even : ticks;
}

int64_t
parts_settle(struct track *t, size_t i)
{
	struct track_sample *s = &t->sample[i];
	bool shown = s->pts == s->dts;
	int64_t came = s->dts;

	s->dts = end_at(t, came);
	s->due += s->dts - came;
	if (shown || s->pts < s->dts)
		s->pts = s->dts;
	return s->dts;
}

/* As grow_to(), and tell of it as a part. */
static int
make_part(struct track *t, const struct track_out *out, size_t i, int64_t end)
{
	size_t first = t->written;
	int64_t begin = begin_of(t);
	struct PartReady e = {.track = str_from(t->name),
	    .msn = t->msn,
	    .part = t->part++,
	    .run = t->run,
	    .offset = t->growth.bytes,
	    .discontinuity = t->discontinuity && t->msn > 0};
	struct bookmark after;

	e.start_us =
	    track_start_us(t) + (uint64_t)track_us(t, begin - t->sample[0].dts);
	e.duration_us = (uint64_t)track_us(t, end - begin);
	for (size_t j = first; j < i; j++)
		e.independent |= t->sample[j].key;
	if (first == 0)
		e.offset = 0;
	if (grow_to(t, out, i, end) == -1)
		return -1;
	e.bytes = t->growth.bytes - e.offset;
	t->part_said = end;
	/* On in step; after a hole, in step with what is there. */
	t->part_next += t->part_ticks;
	if (t->kind == MEDIA_VIDEO ||
	    llabs(t->part_next - t->part_ticks - end) > t->frame_ticks * 3 / 4)
		t->part_next = end + t->part_ticks;
	after = resume_mark(t, out);
	return story_part_ready(out->story, &e, &after);
}

int
parts_make(struct track *t, const struct track_out *out, size_t i, bool last)
{
	if (!t->told || t->part_ticks == 0 || resume_pending(t))
		return 0;
	if (t->written == 0)
		t->part_next = t->sample[0].dts + t->part_ticks;
	for (size_t j = t->written + 1; j <= i && !t->uneven; j++) {
		int64_t end = end_at(t, track_next(t, j));
		int64_t length = end - begin_of(t);
		bool full = end + t->frame_ticks / 2 >= t->part_next;

		if (length > t->part_max_ticks) {
			t->uneven = true;
		} else if (full || (last && j == i)) {
			if (j < t->n)
				(void)parts_settle(t, j);
			if (make_part(t, out, j, end) == -1)
				return -1;
		}
	}
	return 0;
}

int64_t
parts_due_us(const struct track *t)
{
	const struct track_sample *s = &t->sample[t->written];
	int64_t next = t->written > 0 ? t->part_next : s->dts + t->part_ticks;
	int64_t frame = track_next(t, t->n) == -1 ? 0 : t->frame_ticks;

	return track_us(t, next - frame + s->due - s->dts);
}

int
parts_finish(
    struct track *t, const struct track_out *out, size_t i, int64_t end)
{
	bool parts = growth_begun(&t->growth) && !t->uneven;

	if (parts && i > 1 && parts_make(t, out, i - 1, false) == -1)
		return -1;
	if (parts && !t->uneven && t->written < i &&
	    end - begin_of(t) <= t->part_max_ticks)
		return make_part(t, out, i, end);
	return t->written < i ? grow_to(t, out, i, end) : 0;
}
