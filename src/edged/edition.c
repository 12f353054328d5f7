#include "edition.h"

#include "playlist.h"

#include <errno.h>
#include <stdlib.h>

/* A blob of what FILL made of T's playlist, or NULL with errno. */
static struct blob *
render(const struct broadcast *b, const struct track *t, struct buf *scratch,
    int (*fill)(const struct broadcast *, const struct track *, struct buf *))
{
	struct blob *blob = NULL;

	buf_reset(scratch);
	if (fill(b, t, scratch) == 0)
		blob = blob_make(buf_str(scratch));
	else
		errno = scratch->starved ? ENOMEM : EMSGSIZE;
	buf_reset(scratch);
	return blob;
}

static void
place(struct edition *e, const struct broadcast *b, const struct track *t)
{
	e->ended = b->ended;
	e->low_latency = track_low_latency(b, t);
	e->target_s = (unsigned)track_target_s(t);
	e->part_us = t->part_us;
	e->first = t->sequence;
	e->growing = track_growing_sequence(t);
	e->parts = t->parts.growing;
	e->growing_msn = track_growing_msn(t);
	if (t->segments > 0)
		(void)parts_of(&t->parts, t->segment[t->segments - 1].msn,
		    &e->before_parts);
	e->files = t->parts.n;
	for (size_t i = 0; i < e->files; i++)
		e->part[i] = (struct edition_part){t->parts.part[i].msn,
		    t->parts.part[i].offset, t->parts.part[i].bytes};
}

struct edition *
edition_make(
    const struct broadcast *b, const struct track *t, struct buf *scratch)
{
	struct edition *e =
	    calloc(1, sizeof(*e) + t->parts.n * sizeof(e->part[0]));

	if (e == NULL)
		return NULL;
	atomic_init(&e->holders, 1);
	place(e, b, t);
	if ((e->full = render(b, t, scratch, playlist_media)) == NULL ||
	    (playlist_skippable(b, t) > 0 &&
		(e->delta = render(b, t, scratch, playlist_delta)) == NULL))
		edition_drop(&e);
	return e;
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
	blob_drop(&e->full);
	blob_drop(&e->delta);
	free(e);
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
