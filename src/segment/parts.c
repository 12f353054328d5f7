#include "parts.h"
#include "cmaf.h"
#include "err.h"

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

/* As grow_to(), and tell of it as a part. */
static int
make_part(struct track *t, const struct track_out *out, size_t i, int64_t end)
{
	size_t first = t->written;
	struct PartReady e = {.track = str_from(t->name),
	    .msn = t->msn,
	    .part = t->part++,
	    .run = t->run,
	    .offset = t->growth.bytes,
	    .discontinuity = t->discontinuity && t->msn > 0};

	e.start_us =
	    track_start_us(t) +
	    (uint64_t)track_us(t, t->sample[first].dts - t->sample[0].dts);
	e.duration_us = (uint64_t)track_us(t, end - t->sample[first].dts);
	for (size_t j = first; j < i; j++)
		e.independent |= t->sample[j].key;
	if (first == 0)
		e.offset = 0;
	if (grow_to(t, out, i, end) == -1)
		return -1;
	e.bytes = t->growth.bytes - e.offset;
	return story_part_ready(out->story, &e);
}

int
parts_make(struct track *t, const struct track_out *out, size_t i)
{
	if (!t->told || t->part_ticks == 0)
		return 0;
	for (size_t j = t->written + 1; j <= i && !t->uneven; j++) {
		int64_t length = t->sample[j].dts - t->sample[t->written].dts;

		if (length > t->part_max_ticks)
			t->uneven = true;
		else if (length + t->frame_ticks / 2 >= t->part_ticks &&
			 make_part(t, out, j, t->sample[j].dts) == -1)
			return -1;
	}
	return 0;
}

int64_t
parts_due_us(const struct track *t)
{
	return track_us(t, t->sample[t->written].due + t->part_ticks);
}

int
parts_finish(
    struct track *t, const struct track_out *out, size_t i, int64_t end)
{
	bool parts = growth_begun(&t->growth) && !t->uneven;

	if (parts && i > 1 && parts_make(t, out, i - 1) == -1)
		return -1;
	if (parts && !t->uneven && t->written < i &&
	    end - t->sample[t->written].dts <= t->part_max_ticks)
		return make_part(t, out, i, end);
	return t->written < i ? grow_to(t, out, i, end) : 0;
}
