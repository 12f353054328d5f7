#include "lane.h"
#include "err.h"
#include "ticks.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum {
	MICRO = 1000000,
	/* Times that go back by more are of another process's clock. */
	BACK_US = 100000
};

int
lane_open(struct lane *l, size_t source, const struct story_track *t, int media,
    uint64_t from_us)
{
	*l = (struct lane){.source = source};
	if ((l->reel = reel_open(media, t->name)) == NULL) {
		err_sys("open the track %s", t->name);
		return -1;
	}
	while (l->next < t->n &&
	       t->segment[l->next].start_us + t->segment[l->next].duration_us <=
		   from_us)
		l->next++;
	return 0;
}

void
lane_close(struct lane *l)
{
	reel_close(l->reel);
}

int64_t
lane_us(const struct lane *l, int64_t ticks)
{
	const struct media_track *t = reel_track(l->reel);

	return ticks_rescale(ticks, t->time_num, t->time_den, MICRO);
}

/* L goes on with AT, which began at START_US.  0, or -1 after reporting. */
static int
load(struct lane *l, const struct story_track *t, const struct reel_range *at,
    uint64_t start_us)
{
	const struct reel_frame *f;
	int cause;

	if (reel_load(l->reel, at, t->frame_rate_mhz) == -1) {
		l->need_key = t->video;
		if ((cause = errno) == ENOENT)
			return 0;
		err_warn("a segment cannot be read: %s track=%s msn=%" PRIu64,
		    strerror(cause), t->name, at->msn);
		return cause == EBADMSG || cause == ENOTSUP ? 0 : -1;
	}
	if ((f = reel_frame(l->reel)) == NULL)
		return 0;
	if (!l->begun || lane_us(l, f->dts) + BACK_US < l->end_us) {
		l->renewed = true;
		l->renewed_us = start_us;
	}
	return 0;
}

/* The next part of the segment that grows, of which L has all before. */
static const struct story_part *
next_part(const struct lane *l, const struct story_track *t)
{
	for (size_t i = 0; i < t->parts; i++) {
		const struct story_part *p = &t->part[i];
		bool same = l->grown_bytes > 0 && p->msn == l->grown_msn;

		if (p->offset == (same ? l->grown_bytes : 0))
			return p;
	}
	return NULL;
}

int
lane_fill(struct lane *l, const struct story_track *t)
{
	const struct story_part *p;

	while (reel_frame(l->reel) == NULL && l->next < t->n) {
		const struct story_segment *s = &t->segment[l->next++];
		const struct reel_range at = {.msn = s->msn,
		    .from = l->grown_bytes > 0 && s->msn == l->grown_msn
				? l->grown_bytes
				: 0,
		    .run = s->run};

		l->grown_bytes = 0;
		if (load(l, t, &at, s->start_us) == -1)
			return -1;
	}
	while (reel_frame(l->reel) == NULL && (p = next_part(l, t)) != NULL) {
		const struct reel_range at = {
		    p->msn, p->offset, p->bytes, p->run};

		const bool need_key = l->need_key;

		if (load(l, t, &at, p->start_us) == -1)
			return -1;
		if (reel_frame(l->reel) == NULL) {
			/* The segment will have it, when it is whole. */
			l->need_key = need_key;
			return 0;
		}
		l->grown_msn = p->msn;
		l->grown_bytes = p->offset + p->bytes;
	}
	return 0;
}

void
lane_step(struct lane *l)
{
	const struct reel_frame *f = reel_frame(l->reel);

	l->end_us = lane_us(l, f->dts + f->duration);
	reel_step(l->reel);
}
