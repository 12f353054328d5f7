#include "edition.h"

#include "clock.h"
#include "playlist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Windows there are, so that caches have few; what is asked for is rounded
 * up to one. */
static const unsigned window_s[EDITION_WINDOWS] = {
    15, 30, 60, 120, 300, 900, 3600, 10800};

/* Less does not fill a packet, packed or not. */
enum { PACK_LEAST_BYTES = 512 };

static void
report(struct edition *e, const struct broadcast *b, const struct track *t)
{
	for (size_t i = 0; i < b->tracks; i++) {
		const struct track *o = &b->track[i];
		struct edition_report *r = &e->report[e->reports];

		if (o == t || o->segments == 0)
			continue;
		(void)str_copy(
		    r->track, sizeof(r->track), str_from(o->state.name));
		r->last = track_growing_sequence(o) - 1;
		r->parts = o->parts.growing;
		if (r->parts > 0)
			r->last++;
		else
			(void)parts_of(&o->parts,
			    track_segment(o, o->segments - 1)->msn, &r->parts);
		e->reports++;
	}
}

static void
place(struct edition *e, const struct broadcast *b, const struct track *t)
{
	e->ended = b->ended;
	e->low_latency = e->form == EDITION_LIVE && track_low_latency(b, t);
	e->dependent = t->dependent;
	e->target_s = (unsigned)track_target_s(t);
	e->part_us = t->part_us;
	e->first = e->skip = t->sequence;
	e->growing = track_growing_sequence(t);
	/* Of a range they may begin before it, and go on behind it. */
	e->lines = t->lines < e->first ? e->first : t->lines;
	if (e->lines > e->growing)
		e->lines = e->growing;
	e->parts = t->parts.growing;
	e->growing_msn = track_growing_msn(t);
	e->growing_run = t->parts.run;
	e->growing_discontinuity = t->parts.discontinuity;
	e->lost = t->parts.lost || t->over;
	e->gaps = t->gaps;
	e->last_run = t->last_run;
	if (t->segments > 0)
		(void)parts_of(&t->parts,
		    track_segment(t, t->segments - 1)->msn, &e->before_parts);
	if (e->low_latency) {
		e->skip = playlist_skip(e);
		e->delta_us = arrivals_since(&t->arrivals, e->skip) +
			      playlist_skip_us(e) / 2;
		report(e, b, t);
	}
}

struct edition *
edition_make(
    const struct broadcast *b, const struct track *t, enum edition_form form)
{
	struct edition *e =
	    calloc(1, sizeof(*e) + t->parts.n * sizeof(e->part[0]));

	if (e == NULL)
		return NULL;
	if ((errno = pthread_mutex_init(&e->lock, NULL)) != 0) {
		free(e);
		return NULL;
	}
	atomic_init(&e->holders, 1);
	e->form = form;
	(void)str_copy(e->broadcast, sizeof(e->broadcast), str_from(b->id));
	(void)str_copy(e->track, sizeof(e->track), str_from(t->state.name));
	e->pages = pages_hold(t->pages);
	e->files = t->parts.n;
	if (e->files > 0)
		memcpy(e->part, t->parts.part, e->files * sizeof(e->part[0]));
	place(e, b, t);
	return e;
}

struct edition *
edition_make_range(const struct broadcast *b, const struct track *t,
    enum edition_form form, size_t first, size_t n)
{
	struct track range = *t;

	range.sequence += first;
	range.segments = n;
	range.parts = (struct parts){.n = 0};
	return edition_make(b, &range, form);
}

struct edition *
edition_hold(struct edition *e)
{
	if (e != NULL)
		atomic_fetch_add_explicit(&e->holders, 1, memory_order_relaxed);
	return e;
}

void
edition_drop(struct edition **ep)
{
	struct edition *e = *ep;

	*ep = NULL;
	if (e == NULL || atomic_fetch_sub_explicit(
			     &e->holders, 1, memory_order_acq_rel) != 1)
		return;
	for (int i = 0; i < EDITION_BODIES; i++) {
		body_drop(&e->body[i]);
		body_drop(&e->packed[i]);
	}
	pages_drop(&e->pages);
	(void)pthread_mutex_destroy(&e->lock);
	free(e);
}

int
edition_window(uint64_t window_us)
{
	for (int i = 0; i < EDITION_WINDOWS && window_us > 0; i++)
		if (window_us <= window_s[i] * UINT64_C(1000000))
			return EDITION_WINDOW + i;
	return EDITION_FULL;
}

unsigned
edition_window_s(int which)
{
	return window_s[which - EDITION_WINDOW];
}

/* Where playlist WHICH begins. */
static uint64_t
begins(const struct edition *e, int which)
{
	uint64_t want_us, us = 0, n = e->growing;

	if (which < EDITION_WINDOW)
		return e->first;
	want_us = edition_window_s(which) * UINT64_C(1000000);
	if (want_us < 3 * (uint64_t)e->target_s * 1000000)
		want_us = 3 * (uint64_t)e->target_s * 1000000;
	while (n > e->first && us < want_us)
		us += pages_segment(e->pages, --n)->duration_us;
	return n;
}

/* Make playlist WHICH, packed when GZIP, unless it is there. */
static struct body *
make(struct edition *e, int which, bool gzip)
{
	struct playlist p = {.edition = e, .first = begins(e, which)};
	struct body *b = e->body[which];

	if (gzip ? e->packed[which] != NULL : b != NULL)
		return gzip ? e->packed[which] : b;
	/* What is to be packed must be there first, and be worth it. */
	if (gzip && (b == NULL || b->bytes < PACK_LEAST_BYTES))
		return b;
	p.skip = which == EDITION_DELTA ? e->skip : p.first;
	playlist_lines(&p);
	if (gzip)
		return e->packed[which] =
			   body_gzip(b, p.lines_first, p.lines_last);
	return e->body[which] = playlist_body(&p);
}

struct body *
edition_body(struct edition *e, int which, bool gzip)
{
	struct body *b, *packed = NULL;

	if (which == EDITION_DELTA &&
	    (e->skip == e->first || clock_mono_us() < e->delta_us))
		which = EDITION_FULL;
	(void)pthread_mutex_lock(&e->lock);
	b = make(e, which, false);
	if (b != NULL && gzip)
		packed = make(e, which, true);
	(void)pthread_mutex_unlock(&e->lock);
	return packed != NULL ? packed : b;
}

/*
 * A part behind the last one of a whole segment is the first of the next one:
 * a player cannot know which part of a segment is its last.
 */
static struct edition_place
settle(const struct edition *e, const struct edition_place *at)
{
	if (at->has_part && at->msn + 1 == e->growing && e->before_parts > 0 &&
	    at->part >= e->before_parts)
		return (struct edition_place){e->growing, 0, true};
	return *at;
}

bool
edition_reaches(const struct edition *e, const struct edition_place *at)
{
	struct edition_place p = settle(e, at);

	return e->ended || p.msn < e->growing ||
	       (p.msn == e->growing && p.has_part && p.part < e->parts);
}

bool
edition_beyond(const struct edition *e, const struct edition_place *at)
{
	/* "Advance Part Limit": three seconds of parts, or three parts. */
	uint64_t limit = 3;

	if (e->ended)
		return false;
	if (e->part_us > 0 && e->part_us < 1000000)
		limit = (3000000 + e->part_us - 1) / e->part_us;
	/* The last segment of the playlist is the one before GROWING. */
	return at->msn > e->growing + 1 ||
	       (at->has_part && at->msn >= e->growing &&
		   at->part >= limit + (at->msn == e->growing ? e->parts : 0));
}
