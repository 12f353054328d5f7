#include "broadcast.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A player is not kept waiting for a track that stays silent longer. */
enum { PATIENCE_SEGMENTS = 3 };

struct broadcast *
broadcast_open(struct str id)
{
	struct broadcast *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	if (str_copy(b->id, sizeof(b->id), id) == -1) {
		free(b);
		return NULL;
	}
	return b;
}

void
broadcast_close(struct broadcast *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->tracks; i++)
		track_fini(&b->track[i]);
	periods_fini(&b->periods);
	free(b->removal);
	free(b);
}

struct broadcast *
broadcast_clone(const struct broadcast *b)
{
	struct broadcast *c = malloc(sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = *b;
	c->removal = reallocarray(NULL, b->removals + 1, sizeof(*c->removal));
	if (c->removal == NULL ||
	    periods_copy(&c->periods, &b->periods) == -1) {
		free(c->removal);
		free(c);
		return NULL;
	}
	if (b->removals > 0)
		memcpy(
		    c->removal, b->removal, b->removals * sizeof(*c->removal));
	for (size_t i = 0; i < b->tracks; i++)
		track_clone(&c->track[i], &b->track[i]);
	return c;
}

size_t
broadcast_bytes(const struct broadcast *b)
{
	size_t bytes = sizeof(*b) + periods_bytes(&b->periods);

	for (size_t i = 0; i < b->tracks; i++)
		bytes += pages_bytes(b->track[i].pages);
	return bytes;
}

static struct track *
find(struct broadcast *b, struct str name)
{
	for (size_t i = 0; i < b->tracks; i++)
		if (str_eqz(name, b->track[i].state.name))
			return &b->track[i];
	return NULL;
}

const struct track *
broadcast_track(const struct broadcast *b, struct str name)
{
	for (size_t i = 0; i < b->tracks; i++)
		if (str_eqz(name, b->track[i].state.name))
			return &b->track[i];
	return NULL;
}

bool
broadcast_any(const struct broadcast *b)
{
	for (size_t i = 0; i < b->tracks; i++)
		if (b->track[i].segments > 0)
			return true;
	return false;
}

bool
broadcast_playable(const struct broadcast *b)
{
	size_t have = 0, most = 0;

	for (size_t i = 0; i < b->tracks; i++) {
		have += b->track[i].segments > 0;
		if (b->track[i].segments > most)
			most = b->track[i].segments;
	}
	return have > 0 &&
	       (have == b->tracks || most >= PATIENCE_SEGMENTS || b->ended);
}

bool
track_low_latency(const struct broadcast *b, const struct track *t)
{
	return t->parted && !b->ended;
}

bool
broadcast_offers(const struct broadcast *b, const struct track *t)
{
	if (t->segments == 0)
		return false;
	if (!t->over || b->ended)
		return true;
	for (size_t i = 0; i < b->tracks; i++)
		if (b->track[i].state.video && b->track[i].segments > 0 &&
		    !b->track[i].over)
			return false;
	return true;
}

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

static int
track_started(struct broadcast *b, const struct event *e)
{
	struct TrackStarted s;
	struct track *t;

	if (EVENT_GET(e, TrackStarted, &s) == -1 || track_state_check(&s) == -1)
		return -1;
	if ((t = find(b, s.track)) == NULL) {
		if (b->tracks == BROADCAST_MAX_TRACKS) {
			b->refused_tracks++;
			return 0;
		}
		t = &b->track[b->tracks++];
	}
	track_state_set(&t->state, &s);
	/* What an earlier run left unfinished is never finished. */
	parts_drop(&t->parts);
	if (s.part_us > t->part_us)
		t->part_us = s.part_us;
	t->timescale = (uint32_t)s.timescale;
	if (t->over)
		periods_find(&b->periods, (size_t)(t - b->track));
	t->over = false;
	t->dirty = true;
	b->dirty = true;
	return 0;
}

/*
 * What another picture than T has from file MSN on, and *U, whose it is; or
 * NULL.
 */
static const struct segment *
other_picture(const struct broadcast *b, const struct track *t, uint64_t msn,
    const struct track **u, size_t *i)
{
	for (*u = b->track; *u < b->track + b->tracks; ++*u) {
		const struct segment *s = NULL;

		if (*u != t && (*u)->state.video && (*u)->segments > 0)
			s = track_file(*u, msn, i);
		if (s != NULL)
			return s;
	}
	return NULL;
}

/*
 * Nothing came of T, a picture, before file UNTIL, where something came of
 * others: these are gaps, so that numbers mean the same time in all of them
 * (RFC 8216, 6.2.4).
 */
static int
level(struct broadcast *b, struct track *t, uint64_t until)
{
	const struct track *u;
	const struct segment *like;
	size_t i;

	if (!t->state.video || t->total_us == 0)
		return 0;
	while (t->next_msn < until &&
	       (like = other_picture(b, t, t->next_msn, &u, &i)) != NULL &&
	       like->msn < until) {
		t->dirty = true;
		if (track_gap(t, b->id, like) == -1)
			return -1;
	}
	return 0;
}

/* T, a picture that begins with file MSN, counts as the others do. */
static void
place(const struct broadcast *b, struct track *t, uint64_t msn)
{
	const struct track *u;
	const struct segment *like;
	uint64_t sequence;
	size_t i;

	if (!t->state.video || t->total_us > 0 ||
	    other_picture(b, t, 0, &u, &i) == NULL)
		return;
	like = track_file(u, msn, &i);
	sequence = u->sequence + i;
	if (like == NULL)
		track_place(t, sequence, u->discontinuities);
	else if (like->msn == msn)
		track_place(t, sequence,
		    pages_discontinuities(u->pages, sequence) +
			like->discontinuity);
}

/* T has file MSN: so others that are silent have a gap there. */
static int
level_others(struct broadcast *b, const struct track *t, uint64_t msn)
{
	for (size_t i = 0; i < b->tracks; i++) {
		struct track *o = &b->track[i];

		if (o != t && o->over && t->state.video &&
		    level(b, o, msn + 1) == -1)
			return -1;
	}
	return 0;
}

/* Is segment MSN of T gone? */
static bool
is_removed(const struct broadcast *b, const struct track *t, uint64_t msn)
{
	for (size_t i = 0; i < b->removals; i++)
		if (strcmp(b->removal[i].track, t->state.name) == 0 &&
		    msn >= b->removal[i].first_msn &&
		    msn <= b->removal[i].last_msn)
			return true;
	return false;
}

/* What T let go of is not in a manifest either. */
static void
slide_periods(struct broadcast *b, const struct track *t)
{
	periods_slide(&b->periods, (size_t)(t - b->track),
	    t->segments > 0 ? track_segment(t, 0)->msn : t->next_msn);
}

static int
segment_ready(struct broadcast *b, const struct event *e, uint64_t window_us)
{
	struct SegmentReady s;
	struct track *t;
	struct segment add;
	bool shown = false;

	if (EVENT_GET(e, SegmentReady, &s) == -1)
		return -1;
	if ((t = find(b, s.track)) == NULL)
		return b->refused_tracks > 0 ? 0 : bad();
	/* A file number goes up only; one said again changes nothing. */
	if (s.msn < t->next_msn)
		return 0;
	if (s.duration_us == 0)
		return bad();
	add = (struct segment){.msn = s.msn,
	    .start_us = s.start_us,
	    .duration_us = s.duration_us,
	    .bytes = s.bytes,
	    .run = (uint32_t)s.run,
	    .discontinuity = s.discontinuity,
	    .independent = s.independent};
	if (is_removed(b, t, s.msn)) {
		track_pass(t, &add);
		return 0;
	}
	place(b, t, s.msn);
	if (level(b, t, s.msn) == -1)
		return -1;
	/* Before the parts go that are not recent any more. */
	parts_close(&t->parts, s.msn, s.bytes, s.duration_us);
	t->dirty = true;
	if (track_add(t, b->id, &add, &shown) == -1 ||
	    level_others(b, t, s.msn) == -1)
		return -1;
	b->dirty |= shown;
	if (periods_add(&b->periods, (size_t)(t - b->track), &t->state,
		t->timescale, &s) == -1 ||
	    track_slide(t, window_us) == -1)
		return -1;
	b->periods.window_us = window_us;
	slide_periods(b, t);
	return 0;
}

static int
part_ready(struct broadcast *b, const struct event *e)
{
	struct PartReady s;
	struct track *t;
	int r;

	if (EVENT_GET(e, PartReady, &s) == -1)
		return -1;
	/*
	 * Of a segment that is whole, or of a run that is not known or over:
	 * heard too late, or too early.  A run begins with a whole segment.
	 */
	if ((t = find(b, s.track)) == NULL || t->part_us == 0 ||
	    t->segments == 0 || s.msn < t->next_msn || s.run != t->state.run)
		return 0;
	if (s.bytes == 0 || s.duration_us == 0 || s.duration_us > t->part_us)
		return bad();
	if (level(b, t, s.msn) == -1)
		return -1;
	r = parts_add(&t->parts, &s);
	if (r == -1)
		return -1;
	t->parts.discontinuity |= s.msn != t->next_msn;
	/* Now DASH clients may come closer. */
	b->periods.dirty |= !t->parted && t->parts.growing > 0;
	t->parted |= t->parts.growing > 0;
	t->dirty |= r == 1;
	return 0;
}

static int
track_ended(struct broadcast *b, const struct event *e)
{
	struct TrackEnded s;
	struct track *t;

	if (EVENT_GET(e, TrackEnded, &s) == -1)
		return -1;
	if ((t = find(b, s.track)) == NULL)
		return 0;
	periods_pause(&b->periods, (size_t)(t - b->track));
	if (t->state.video && s.reason.len > 0) {
		t->over = true;
		t->dirty = b->dirty = true;
		periods_lose(&b->periods, (size_t)(t - b->track));
		for (size_t i = 0; i < b->tracks; i++)
			if (b->track[i].state.video && !b->track[i].over &&
			    level(b, t, b->track[i].next_msn) == -1)
				return -1;
	}
	if (t->parts.growing == 0)
		return 0;
	parts_drop(&t->parts);
	t->dirty = true;
	return 0;
}

static int
media_removed(struct broadcast *b, const struct event *e)
{
	struct MediaRemoved s;
	struct removal *r;
	struct track *t;

	if (EVENT_GET(e, MediaRemoved, &s) == -1)
		return -1;
	if (!b->recorded) {
		if ((t = find(b, s.track)) == NULL || t->segments == 0 ||
		    s.last_msn < track_segment(t, 0)->msn)
			return 0;
		t->dirty = b->dirty = true;
		if (track_cut(t, s.last_msn) == -1)
			return -1;
		slide_periods(b, t);
		return 0;
	}
	/* Retention goes on where it stopped the last time. */
	for (r = b->removal; r < b->removal + b->removals; r++)
		if (str_eqz(s.track, r->track) && s.first_msn >= r->first_msn &&
		    s.first_msn <= r->last_msn + 1) {
			if (s.last_msn > r->last_msn)
				r->last_msn = s.last_msn;
			return 0;
		}
	r = reallocarray(b->removal, b->removals + 1, sizeof(*r));
	if (r == NULL)
		return -1;
	b->removal = r;
	r += b->removals++;
	(void)str_copy(r->track, sizeof(r->track), s.track);
	r->first_msn = s.first_msn;
	r->last_msn = s.last_msn;
	return 0;
}

int
broadcast_slide(struct broadcast *b, uint64_t window_us)
{
	for (size_t i = 0; i < b->tracks; i++) {
		struct track *t = &b->track[i];
		uint64_t before = t->sequence;

		if (t->segments > 0 && track_slide(t, window_us) == -1)
			return -1;
		slide_periods(b, t);
		t->dirty |= t->sequence != before;
	}
	return 0;
}

void
broadcast_pause(struct broadcast *b, bool paused)
{
	b->periods.dirty |= b->periods.paused != paused;
	b->periods.paused = paused;
}

void
broadcast_end(struct broadcast *b)
{
	if (b->ended)
		return;
	b->ended = true;
	b->dirty = true;
	b->periods.dirty = true;
	for (size_t i = 0; i < b->tracks; i++)
		b->track[i].dirty = true;
}

int
broadcast_apply(struct broadcast *b, const struct event *e, uint64_t window_us)
{
	int r = 0;

	/* It bears the seq of what it follows. */
	if (e->type == EVENT_PartReady)
		return part_ready(b, e);
	/* Of another subject, which is read by itself; it can be said twice. */
	if (e->type == EVENT_MediaRemoved)
		return media_removed(b, e);
	if (e->seq <= b->seq)
		return 0;
	if (e->type == EVENT_TrackStarted)
		r = track_started(b, e);
	else if (e->type == EVENT_SegmentReady)
		r = segment_ready(b, e, window_us);
	else if (e->type == EVENT_TrackEnded)
		r = track_ended(b, e);
	else if (e->type == EVENT_ThumbnailMade ||
		 e->type == EVENT_StoryboardMade)
		gallery_apply(&b->gallery, e);
	else
		return 0;
	if (r == -1 && errno == ENOMEM)
		return -1;
	b->seq = e->seq;
	b->version = e->version;
	return r;
}
