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
	for (size_t i = 0; i < b->tracks; i++) {
		free(b->track[i].segment);
		parts_fini(&b->track[i].parts);
	}
	periods_fini(&b->periods);
	free(b);
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

uint64_t
track_target_s(const struct track *t)
{
	uint64_t s = (t->state.target_us + 500000) / 1000000;

	return s > 0 ? s : 1;
}

bool
track_low_latency(const struct broadcast *b, const struct track *t)
{
	return t->parted && !b->ended;
}

uint64_t
track_growing_sequence(const struct track *t)
{
	return t->sequence + t->segments;
}

uint64_t
track_growing_msn(const struct track *t)
{
	const struct part *p = parts_growing(&t->parts);

	return p != NULL ? p->msn : t->next_msn;
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
	t->dirty = true;
	b->dirty = true;
	return 0;
}

/*
 * The peak rate is that of spans of at least half a target duration
 * (RFC 8216, 4.3.4.2): shorter segments are taken together.
 */
static bool
measure(struct track *t, const struct segment *s)
{
	uint64_t bps;

	t->total_bytes += s->bytes;
	t->total_us += s->duration_us;
	t->span_bytes += s->bytes;
	t->span_us += s->duration_us;
	if (t->span_us < t->state.target_us / 2 && t->peak_bps != 0)
		return false;
	if (t->span_us == 0)
		return false;
	bps = t->span_bytes * 8 * 1000000 / t->span_us;
	if (t->span_us >= t->state.target_us / 2)
		t->span_bytes = t->span_us = 0;
	if (bps <= t->peak_bps)
		return false;
	t->peak_bps = bps;
	return true;
}

/* Let the window's oldest segments go, never below what a player needs. */
static void
slide(struct track *t, uint64_t window_us)
{
	uint64_t least_us = 3 * track_target_s(t) * 1000000;
	size_t out = 0;

	if (window_us < least_us)
		window_us = least_us;
	while (out + 1 < t->segments &&
	       (t->window_us - t->segment[out].duration_us >= window_us ||
		   t->segments - out > TRACK_MAX_SEGMENTS)) {
		t->window_us -= t->segment[out].duration_us;
		t->sequence++;
		t->discontinuity_sequence += t->segment[out].discontinuity;
		out++;
	}
	if (out == 0)
		return;
	t->segments -= out;
	memmove(
	    t->segment, t->segment + out, t->segments * sizeof(*t->segment));
}

/* The parts of what ends three target durations before the end may go. */
static void
trim(struct track *t)
{
	uint64_t enough_us = 3 * track_target_s(t) * 1000000, after_us = 0;
	size_t i = t->segments;

	while (i > 0 && after_us < enough_us)
		after_us += t->segment[--i].duration_us;
	if (i < t->segments)
		parts_trim(&t->parts, t->segment[i].msn);
}

static int
segment_ready(struct broadcast *b, const struct event *e, uint64_t window_us)
{
	struct SegmentReady s;
	struct track *t;
	struct segment *p;
	bool first;

	if (EVENT_GET(e, SegmentReady, &s) == -1)
		return -1;
	if ((t = find(b, s.track)) == NULL)
		return b->refused_tracks > 0 ? 0 : bad();
	/* A file number goes up only; one said again changes nothing. */
	if (s.msn < t->next_msn)
		return 0;
	if (s.duration_us == 0)
		return bad();
	if (t->segments == t->capacity) {
		size_t n = t->capacity > 0 ? 2 * t->capacity : 32;

		if ((p = reallocarray(t->segment, n, sizeof(*p))) == NULL)
			return -1;
		t->segment = p;
		t->capacity = n;
	}
	first = t->total_us == 0;
	if (first)
		t->sequence = s.msn; /* the log may not hold the oldest */
	p = &t->segment[t->segments];
	*p = (struct segment){.msn = s.msn,
	    .start_us = s.start_us,
	    .duration_us = s.duration_us,
	    .bytes = s.bytes,
	    .run = (uint32_t)s.run,
	    .independent = s.independent};
	/*
	 * Nothing precedes the first one.  Of the others a hole or a new
	 * initialization section is a discontinuity, said or not
	 * (RFC 8216, 4.3.2.3).
	 */
	if (!first)
		p->discontinuity = s.discontinuity || s.msn != t->next_msn ||
				   t->segments == 0 || p[-1].run != p->run;
	t->segments++;
	t->window_us += p->duration_us;
	t->next_msn = s.msn + 1;
	if (first)
		b->dirty = true; /* the broadcast may be playable now */
	if (!p->independent && !t->dependent) {
		t->dependent = true;
		b->dirty = true;
	}
	if (measure(t, p))
		b->dirty = true;
	slide(t, window_us);
	if (periods_add(&b->periods, (size_t)(t - b->track), &t->state,
		t->timescale, &s) == -1)
		return -1;
	b->periods.window_us = window_us;
	periods_slide(&b->periods, (size_t)(t - b->track), t->segment[0].msn);
	parts_close(&t->parts, s.msn, s.bytes);
	trim(t);
	t->dirty = true;
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
	if (t->parts.growing == 0)
		return 0;
	parts_drop(&t->parts);
	t->dirty = true;
	return 0;
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
	if (e->seq <= b->seq)
		return 0;
	if (e->type == EVENT_TrackStarted)
		r = track_started(b, e);
	else if (e->type == EVENT_SegmentReady)
		r = segment_ready(b, e, window_us);
	else if (e->type == EVENT_TrackEnded)
		r = track_ended(b, e);
	if (r == -1 && errno == ENOMEM)
		return -1;
	b->seq = e->seq;
	return r;
}
