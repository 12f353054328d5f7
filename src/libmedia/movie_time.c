#include "movie_parts.h"

#include "ticks.h"

#include <errno.h>
#include <stdlib.h>

enum {
	MICRO = 1000000,
	/* Where no track has anything for so long, there is a gap. */
	GAP_US = 100000,
	/* By so much tracks may end, and begin, apart where they are cut. */
	SEAM_US = 50000,
	/* Times that go back by more are of another process's clock. */
	BACK_US = 100000
};

/* Ticks as microseconds and the other way. */
static int64_t
us_of(int64_t ticks, uint32_t timescale)
{
	return ticks_rescale(ticks, 1, timescale, MICRO);
}

static int64_t
ticks_of(int64_t us, uint32_t timescale)
{
	return ticks_rescale(us, 1, MICRO, timescale);
}

/*
 * While one process makes segments, times in all tracks count on by one clock
 * and know no gaps.  A process after it begins its clock anew.  Each such part
 * of a track is a stretch, here with its place on the wall clock.
 */
struct stretch {
	uint64_t from_us, to_us;
};

struct stretches {
	struct stretch *at;
	size_t n, cap;
};

static int
push(struct stretches *s, uint64_t from_us)
{
	if (s->n == s->cap) {
		size_t cap = s->cap > 0 ? 2 * s->cap : 16;
		struct stretch *p = reallocarray(s->at, cap, sizeof(*p));

		if (p == NULL)
			return -1;
		s->at = p;
		s->cap = cap;
	}
	s->at[s->n++] = (struct stretch){from_us, from_us};
	return 0;
}

/*
 * When decoding F begins, and, into *END_US, ends.  Unlike what is seen of
 * them, the times of decoding of fragments that follow each other never
 * overlap, however small those are.
 */
static int64_t
decoded_us(
    const struct movie *m, const struct movie_fragment *f, int64_t *end_us)
{
	const struct movie_track *t = &m->track[f->track];
	uint32_t timescale = t->entry[f->entry].timescale;
	int64_t end = f->dts;

	for (uint32_t i = 0; i < f->samples; i++)
		end += t->sample[f->first + i].duration;
	*end_us = us_of(end, timescale);
	return us_of(f->dts, timescale);
}

/* Number the fragments of TRACK by their stretches, which go into S. */
static int
number(struct movie *m, size_t track, struct stretches *s)
{
	int64_t end_us = 0, first_us = 0;

	s->n = 0;
	for (size_t i = 0; i < m->fragments; i++) {
		struct movie_fragment *f = &m->fragment[i];
		int64_t before_us = end_us;
		uint64_t to_us;

		if (f->track != track)
			continue;
		if (decoded_us(m, f, &end_us) + BACK_US < before_us ||
		    s->n == 0) {
			if (push(s, f->start_us) == -1)
				return -1;
			first_us = f->begin_us;
		}
		f->stretch = (uint32_t)(s->n - 1);
		to_us =
		    s->at[s->n - 1].from_us + (uint64_t)(f->end_us - first_us);
		if (to_us > s->at[s->n - 1].to_us)
			s->at[s->n - 1].to_us = to_us;
	}
	return 0;
}

/*
 * The stretch of track 0, whose are LEAD, that goes with stretch I of OWN.  A
 * process has something of every track mostly; where not, the wall clock tells:
 * the one that has most in common with it, or is nearest.
 */
static uint32_t
partner(const struct stretches *lead, const struct stretches *own, size_t i)
{
	const struct stretch *s = &own->at[i];
	int64_t most = INT64_MIN;
	size_t found = i;

	for (size_t j = 0; own->n != lead->n && j < lead->n; j++) {
		const struct stretch *l = &lead->at[j];
		uint64_t from =
		    l->from_us > s->from_us ? l->from_us : s->from_us;
		uint64_t to = l->to_us < s->to_us ? l->to_us : s->to_us;
		int64_t common = (int64_t)(to - from);

		if (common > most) {
			most = common;
			found = j;
		}
	}
	return (uint32_t)found;
}

/* Number the stretches of all tracks as those of track 0. */
static int
number_all(struct movie *m)
{
	struct stretches lead = {NULL, 0, 0}, own = {NULL, 0, 0};
	int r = number(m, 0, &lead);

	for (size_t i = 1; r == 0 && i < m->tracks; i++) {
		if ((r = number(m, i, &own)) == -1)
			break;
		for (size_t j = 0; j < m->fragments && lead.n > 0; j++) {
			struct movie_fragment *f = &m->fragment[j];

			if (f->track == i)
				f->stretch = partner(&lead, &own, f->stretch);
		}
	}
	free(lead.at);
	free(own.at);
	return r;
}

static int
by_time(const void *ap, const void *bp, void *arg)
{
	const struct movie *m = arg;
	uint32_t i = *(const uint32_t *)ap, j = *(const uint32_t *)bp;
	const struct movie_fragment *a = &m->fragment[i], *b = &m->fragment[j];

	if (a->stretch != b->stretch)
		return a->stretch < b->stretch ? -1 : 1;
	if (a->begin_us != b->begin_us)
		return a->begin_us < b->begin_us ? -1 : 1;
	return i < j ? -1 : 1;
}

/*
 * When stretch, or what follows a gap, begins with the I-th fragment in ORDER:
 * with track 0, which is to go on without a seam, unless others are far ahead.
 */
static int64_t
joins_us(const struct movie *m, const uint32_t *order, size_t i)
{
	const struct movie_fragment *first = &m->fragment[order[i]];

	for (; i < m->fragments; i++) {
		const struct movie_fragment *f = &m->fragment[order[i]];

		if (f->stretch != first->stretch ||
		    f->begin_us > first->begin_us + SEAM_US)
			break;
		if (f->track == 0)
			return f->begin_us;
	}
	return first->begin_us;
}

int
movie_place(struct movie *m)
{
	uint32_t *order = calloc(m->fragments, sizeof(*order));
	int64_t shift_us = 0, end_us = 0, lead_us = 0;
	uint32_t stretch = UINT32_MAX;

	if (order == NULL || number_all(m) == -1) {
		free(order);
		return -1;
	}
	for (size_t i = 0; i < m->fragments; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, m->fragments, sizeof(*order), by_time, m);
	for (size_t i = 0; i < m->fragments; i++) {
		struct movie_fragment *f = &m->fragment[order[i]];

		/* A gap takes no time, in whichever track; sound that ends a
		 * little after the picture is no reason for one. */
		if (f->stretch != stretch ||
		    f->begin_us + shift_us > end_us + GAP_US)
			shift_us =
			    (end_us - lead_us <= SEAM_US ? lead_us : end_us) -
			    joins_us(m, order, i);
		stretch = f->stretch;
		f->shift_us = shift_us;
		if (f->end_us + shift_us > end_us)
			end_us = f->end_us + shift_us;
		if (f->track == 0 && f->end_us + shift_us > lead_us)
			lead_us = f->end_us + shift_us;
	}
	free(order);
	return 0;
}

void
movie_walk_begin(struct movie_walk *w, const struct movie *m, size_t track)
{
	*w = (struct movie_walk){.m = m,
	    .t = &m->track[track],
	    .track = track,
	    .sample = m->track[track].from};
}

bool
movie_walk_next(struct movie_walk *w)
{
	const struct movie *m = w->m;
	const struct movie_fragment *f;
	const struct cmaf_sample *s;
	uint32_t timescale;
	int64_t at;

	if (w->begun)
		w->sample++;
	if (w->sample >= w->t->to)
		return false;
	for (;; w->fragment++) {
		f = &m->fragment[w->fragment];
		if (f->track == w->track && w->sample < f->first + f->samples)
			break;
	}
	if (w->sample == f->first)
		w->offset = 0;
	s = &w->t->sample[w->sample];
	timescale = w->t->entry[f->entry].timescale;
	at = ticks_rescale(f->dts + w->offset, 1, timescale, w->t->timescale) +
	     ticks_of(f->shift_us, w->t->timescale);
	w->pts = at + ticks_rescale(s->offset, 1, timescale, w->t->timescale);
	w->lasts = ticks_rescale(s->duration, 1, timescale, w->t->timescale);
	w->offset += s->duration;
	/* Two at one time cannot be said. */
	w->dts = w->begun && at <= w->dts ? w->dts + 1 : at;
	w->begun = true;
	return true;
}

/*
 * The frame of track 0 that is seen, or heard, SKIP ticks after its first one:
 * when it begins.
 */
static bool
frame_at(const struct movie *m, int64_t skip, int64_t *pts)
{
	struct movie_walk w;
	int64_t want = 0;
	bool found = false;

	movie_walk_begin(&w, m, 0);
	while (movie_walk_next(&w)) {
		if (!found) {
			want = w.pts + skip;
			*pts = w.pts;
			found = true;
		}
		if (w.pts <= want && w.pts > *pts)
			*pts = w.pts;
	}
	return found;
}

/*
 * What of track I is in the movie: from BEGIN to END on the timeline, ticks of
 * the track, and what decoding that needs before it.
 */
static void
choose(struct movie *m, size_t i, int64_t begin, int64_t end)
{
	struct movie_track *t = &m->track[i];
	int64_t dts_before = 0, first_pts = 0, last = INT64_MIN;
	size_t from = 0, to = 0;
	struct movie_walk w;
	bool some = false;

	movie_walk_begin(&w, m, i);
	while (movie_walk_next(&w)) {
		bool key = t->sample[w.sample].key;

		if (w.pts < end && (key || !t->video) &&
		    (!some || w.pts <= begin)) {
			/* Sound wants the frame before, to fade in from. */
			bool before = !t->video && some;

			from = before ? w.sample - 1 : w.sample;
			t->dts = before ? dts_before : w.dts;
			first_pts = w.pts;
			some = true;
		}
		dts_before = w.dts;
		if (!some || w.pts >= end)
			continue;
		to = w.sample + 1;
		if (w.pts + w.lasts > last)
			last = w.pts + w.lasts;
	}
	t->begin = first_pts > begin ? first_pts : begin;
	if (last > end)
		last = end;
	t->from = from;
	t->to = last > t->begin ? to : from;
	t->wait = t->begin - begin;
	t->shown = last > t->begin ? last - t->begin : 0;
}

int
movie_choose(struct movie *m, uint64_t skip_us, uint64_t length_us)
{
	uint32_t lead = m->track[0].timescale;
	int64_t pts, begin_us;
	bool some = false;

	if (!frame_at(m, ticks_of((int64_t)skip_us, lead), &pts))
		goto none;
	begin_us = us_of(pts, lead);
	for (size_t i = 0; i < m->tracks; i++) {
		struct movie_track *t = &m->track[i];
		int64_t begin = i == 0 ? pts : ticks_of(begin_us, t->timescale);

		choose(m, i, begin,
		    begin + ticks_of((int64_t)length_us, t->timescale));
		some |= t->to > t->from;
	}
	if (some)
		return 0;
none:
	errno = ENODATA;
	return -1;
}
