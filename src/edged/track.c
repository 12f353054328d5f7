#include "track.h"

#include "clock.h"

#include <errno.h>
#include <string.h>

enum { SLOTS_A_TARGET = 2 };

void
track_fini(struct track *t)
{
	pages_drop(&t->pages);
	parts_fini(&t->parts);
}

uint64_t
track_target_s(const struct track *t)
{
	uint64_t s = (t->state.target_us + 500000) / 1000000;

	return s > 0 ? s : 1;
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

const struct segment *
track_segment(const struct track *t, size_t i)
{
	return pages_segment(t->pages, t->sequence + i);
}

/* The first segment of the window that begins at AT_US or later. */
static size_t
first_at(const struct track *t, uint64_t at_us)
{
	size_t low = 0, high = t->segments;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (track_segment(t, mid)->at_us < at_us)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

size_t
track_range(const struct track *t, uint64_t from_us, uint64_t to_us, size_t *n)
{
	size_t first = first_at(t, from_us), last = first_at(t, to_us);
	const struct segment *s;

	/* What began before may still play. */
	if (first > 0 && from_us < to_us) {
		s = track_segment(t, first - 1);
		first -= s->at_us + s->duration_us > from_us;
	}
	*n = last > first ? last - first : 0;
	return first;
}

void
track_clone(struct track *to, const struct track *t)
{
	*to = *t;
	to->pages = pages_hold(t->pages);
	to->parts = (struct parts){.n = 0};
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

/*
 * The first segment whose lines may still change: those of the last three
 * target durations have parts, which then go.
 */
static uint64_t
first_recent(const struct track *t)
{
	uint64_t enough_us = 3 * track_target_s(t) * 1000000, after_us = 0;
	size_t i = t->segments;

	while (i > 0 && after_us < enough_us)
		after_us += track_segment(t, --i)->duration_us;
	return t->sequence + i;
}

/* Write the lines of what is not recent any more, once and for all. */
static int
settle(struct track *t, const char *broadcast)
{
	const struct line_track name = {broadcast, t->state.name};
	uint64_t until = first_recent(t);
	struct buf b;
	int r = 0;

	if (t->segments > 0)
		parts_trim(&t->parts, pages_segment(t->pages, until)->msn);
	buf_init(&b, line_max(&name));
	for (; t->lines < until && r == 0; t->lines += r == 0) {
		const struct segment *s = pages_segment(t->pages, t->lines);

		buf_reset(&b);
		line_begin(&b, &name, s, s->map, s->dated);
		line_end(&b, &name, s);
		if (b.failed) {
			errno = ENOMEM;
			r = -1;
		} else {
			r = pages_write(&t->pages, t->lines, buf_str(&b));
		}
	}
	buf_fini(&b);
	return r;
}

const struct segment *
track_file(const struct track *t, uint64_t msn, size_t *i)
{
	size_t low = 0, high = t->segments;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (track_segment(t, mid)->msn < msn)
			low = mid + 1;
		else
			high = mid;
	}
	*i = low;
	return low < t->segments ? track_segment(t, low) : NULL;
}

void
track_place(struct track *t, uint64_t sequence, uint64_t discontinuities)
{
	t->sequence = t->lines = sequence;
	t->discontinuities = discontinuities;
	t->placed = true;
}

/* ADD is T's next segment, as its lines are to tell of it. */
static int
append(struct track *t, const char *broadcast, const struct segment *add)
{
	const struct line_track name = {broadcast, t->state.name};

	if (pages_add(&t->pages, add, track_growing_sequence(t),
		t->discontinuities, line_max(&name)) == -1)
		return -1;
	t->discontinuities += add->discontinuity;
	t->segments++;
	t->window_us += add->duration_us;
	t->at_us += add->duration_us;
	t->next_msn = add->msn + 1;
	t->hole = false;
	t->gap = add->gap;
	t->gaps |= add->gap;
	arrivals_add(&t->arrivals, clock_mono_us(),
	    track_target_s(t) * (1000000 / SLOTS_A_TARGET),
	    track_growing_sequence(t));
	return 0;
}

int
track_add(struct track *t, const char *broadcast, const struct segment *s,
    bool *shown)
{
	struct segment add = *s;
	bool first = t->total_us == 0;

	if (first && !t->placed)
		/* The log may not hold the oldest. */
		t->sequence = t->lines = s->msn;
	/*
	 * Nothing precedes the first one.  Of the others a hole or a new
	 * initialization section is a discontinuity, said or not
	 * (RFC 8216, 4.3.2.3).
	 */
	add.discontinuity =
	    !first && (s->discontinuity || s->msn != t->next_msn || t->hole ||
			  (s->run != t->last_run && !t->renewed));
	add.map = first || s->run != t->last_run;
	add.dated = first || add.discontinuity || t->part_us > 0 || t->gap;
	add.at_us = t->at_us;
	if (append(t, broadcast, &add) == -1)
		return -1;
	t->last_run = add.run;
	t->renewed = false;
	*shown = first || (!add.independent && !t->dependent);
	t->dependent |= !add.independent;
	*shown |= measure(t, &add);
	return settle(t, broadcast);
}

int
track_gap(struct track *t, const char *broadcast, const struct segment *like)
{
	struct segment add = {.msn = like->msn,
	    .start_us = like->start_us,
	    .duration_us = like->duration_us,
	    .at_us = t->at_us,
	    .run = t->last_run,
	    .discontinuity = like->discontinuity,
	    .dated = true,
	    .gap = true};

	/* What grew never becomes whole. */
	parts_drop(&t->parts);
	if (append(t, broadcast, &add) == -1)
		return -1;
	t->renewed |= add.discontinuity;
	return settle(t, broadcast);
}

void
track_pass(struct track *t, const struct segment *s)
{
	t->at_us += s->duration_us;
	t->next_msn = s->msn + 1;
	t->hole = true;
	t->removed = true;
}

/* Let the first N segments of the window go. */
static int
drop(struct track *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		t->window_us -= track_segment(t, i)->duration_us;
	t->sequence += n;
	t->segments -= n;
	if (t->lines < t->sequence)
		return 0; /* these pages wait for their lines */
	return n > 0 ? pages_trim(&t->pages, t->sequence) : 0;
}

int
track_slide(struct track *t, uint64_t window_us)
{
	uint64_t least_us = 3 * track_target_s(t) * 1000000, left_us;
	size_t out = 0;

	if (window_us < least_us)
		window_us = window_us > 0 ? least_us : UINT64_MAX;
	for (left_us = t->window_us; out + 1 < t->segments; out++) {
		uint64_t us = track_segment(t, out)->duration_us;

		if (left_us - us < window_us &&
		    t->segments - out <= TRACK_MAX_SEGMENTS)
			break;
		left_us -= us;
	}
	return drop(t, out);
}

int
track_cut(struct track *t, uint64_t msn)
{
	size_t out = 0;

	while (out < t->segments && track_segment(t, out)->msn <= msn)
		out++;
	t->removed |= out > 0;
	return drop(t, out);
}
