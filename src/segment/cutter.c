#include "clock.h"
#include "cutter_own.h"
#include "err.h"
#include "parts.h"
#include "resume.h"
#include "ticks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* What EXTINF's rounding forgives, and a half frame is at most. */
	TOLERANCE_US = 50000,
	/* So much longer a segment may become without its promise broken. */
	MAX_LAG_US = 250000,
	SECOND_US = 1000000
};

struct cutter *
cutter_open(
    const struct cutter_settings *set, struct store *store, struct story *story)
{
	struct cutter *c = calloc(1, sizeof(*c));

	if (c == NULL || (c->out.scratch = calloc(TRACK_MAX_SAMPLES + 1,
			      sizeof(struct track_sample))) == NULL) {
		err_sys("allocate");
		free(c);
		return NULL;
	}
	c->set = *set;
	c->out.store = store;
	c->out.story = story;
	c->out.promise_us = store_promise(store);
	c->out.part_us = set->part_us;
	c->out.clock = set->clock;
	return c;
}

void
cutter_close(struct cutter *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->tracks; i++)
		track_close(c->track[i]);
	free(c->out.scratch);
	free(c);
}

struct track *
cutter_at(const struct cutter *c, size_t i)
{
	return i < c->tracks ? c->track[i] : NULL;
}

struct track *
cutter_track(struct cutter *c, const char *name, enum media_codec codec)
{
	struct track *t;

	for (size_t i = 0; i < c->tracks; i++)
		if (strcmp(c->track[i]->name, name) == 0)
			return c->track[i];
	assert(c->tracks < sizeof(c->track) / sizeof(c->track[0]));
	if ((t = track_open(&c->out, name, codec)) == NULL)
		return NULL;
	t->cut = c->cuts;
	t->heard_us = c->clock_us;
	if (resume_pending(t)) {
		t->heard_us =
		    ticks_rescale(t->mark.begin, 1, t->mark.hz, SECOND_US);
		if (t->heard_us > c->clock_us)
			c->clock_us = c->gate_us = t->heard_us;
		c->wall_us = t->wall_us;
		c->walled = true;
	}
	c->track[c->tracks++] = t;
	return t;
}

int64_t
cutter_wall_us(const struct cutter *c)
{
	return c->wall_us;
}

/* US rounded up to whole seconds, but for what EXTINF rounds away. */
static int64_t
whole_seconds(int64_t us)
{
	return (us - TOLERANCE_US + SECOND_US - 1) / SECOND_US * SECOND_US;
}

/*
 * The first segment says how long they all are going to be; what the other
 * tracks hold already must fit, too.
 */
static int
promise(struct cutter *c, const struct track *t, size_t i)
{
	int64_t most_us = whole_seconds(c->set.max_us);
	int64_t us = whole_seconds(c->set.target_us);

	for (size_t j = 0; j < c->tracks; j++) {
		const struct track *other = c->track[j];
		int64_t has_us = whole_seconds(
		    track_length_us(other, other == t ? i : other->n));

		if (other->in && has_us > us)
			us = has_us;
	}
	if (us > most_us)
		us = most_us;
	if (store_set_promise(c->out.store, (uint64_t)us) == -1)
		return -1;
	c->out.promise_us = (uint64_t)us;
	return 0;
}

int
cutter_flush(struct cutter *c, struct track *t, size_t i)
{
	if (i == 0)
		return 0;
	if (c->out.promise_us == 0 && promise(c, t, i) == -1)
		return -1;
	if (t == c->leader && !t->told)
		c->out.leader_part_us = 0;
	if (track_flush(t, &c->out, i) == -1)
		return -1;
	if (t == c->leader)
		c->out.leader_part_us = track_us(t, t->part_ticks);
	return 0;
}

int64_t
cutter_limit_us(const struct cutter *c)
{
	return c->out.promise_us > 0 ? (int64_t)c->out.promise_us
				     : c->set.max_us;
}

int
cutter_flush_all(struct cutter *c, struct track *t)
{
	/* It never came to where it was left. */
	if (resume_give_up(t, &c->out) == -1)
		return -1;
	while (t->n > 0) {
		size_t i = t->n;

		while (i > 1 && i > t->written &&
		       track_length_us(t, i) >
			   cutter_limit_us(c) + TRACK_ROUNDING_US)
			i--;
		if (cutter_flush(c, t, i) == -1)
			return -1;
	}
	return 0;
}

bool
cutter_silent(const struct cutter *c, const struct track *t)
{
	return c->clock_us - t->heard_us > CUTTER_SILENCE_US;
}

bool
cutter_in_step(const struct cutter *c, const struct track *t)
{
	return t != c->leader && c->leader != NULL &&
	       cutter_lag_us(c) <= MAX_LAG_US &&
	       parts_in_step(t, c->out.leader_part_us);
}

int64_t
cutter_lag_us(const struct cutter *c)
{
	const struct track *l = c->leader;

	if (c->out.leader_part_us == 0 || l->kind != MEDIA_VIDEO)
		return 0;
	return l->shift_us + track_us(l, l->frame_ticks);
}

/*
 * So many of the first samples of T, which follows, lie before wherever the
 * leader's segment may end next.  What is in step is there when the leader's
 * last sample is.
 */
static size_t
before_cut(const struct cutter *c, const struct track *t)
{
	const struct track *l = c->leader;
	int64_t half_us = track_us(t, t->frame_ticks) / 2;
	int64_t limit_us = track_due_us(l, l->n - 1) - half_us;
	size_t i = t->n;

	if (cutter_in_step(c, t)) {
		limit_us -= cutter_lag_us(c) + 2 * half_us;
		if (track_next(l, l->n) != -1)
			limit_us += track_us(l, l->frame_ticks);
	}
	while (i > 0 && track_due_us(t, i - 1) >= limit_us)
		i--;
	/* What is a part stays in this segment, which must keep the promise. */
	while (i > t->written &&
	       track_length_us(t, i) > cutter_limit_us(c) + TRACK_ROUNDING_US)
		i--;
	/* What is not audio may last longer than it seems to. */
	return i == t->n && i > 0 && track_next(t, i) == -1 ? i - 1 : i;
}

/*
 * Make the parts that can be made: of the leader up to its last sample, which
 * begins a segment if the one after it does not; of the others up to where
 * the leader's next cut may be, at the soonest.
 */
static int
make_parts(struct cutter *c)
{
	const struct track *l = c->leader;
	bool ahead;

	if (c->set.part_us == 0 || l == NULL || l->n == 0 || c->want_cut)
		return 0;
	ahead = track_next(l, l->n) != -1;
	for (size_t k = 0; k < c->tracks; k++) {
		struct track *t = c->track[k];
		size_t i;

		if (!t->in || t->cut < c->cuts)
			continue;
		i = t != l ? before_cut(c, t) : ahead ? l->n : l->n - 1;
		if (i > t->written &&
		    parts_make(
			t, &c->out, i, t == l && ahead && lead_ends(c)) == -1)
			return -1;
	}
	return 0;
}

static int
decide(struct cutter *c, bool force)
{
	if (lead_elect(c, force) == -1 ||
	    (c->leader != NULL && lead_scan(c) == -1))
		return -1;
	for (size_t i = 0; i < c->tracks; i++)
		if (c->track[i] != c->leader &&
		    follow(c, c->track[i], force) == -1)
			return -1;
	return force ? 0 : make_parts(c);
}

/* T cannot go on where it was left; if it led already, it does no more. */
static int
give_up(struct cutter *c, struct track *t)
{
	if (resume_pending(t) && t == c->leader) {
		c->leader = NULL;
		c->gate_us = c->clock_us;
	}
	return resume_give_up(t, &c->out);
}

/* The record of T changed with unit U, which is not among its samples. */
static int
restart(struct cutter *c, struct track *t, const struct track_unit *u)
{
	/* Some of what it would go on with is there, and is of the other. */
	if (t->n > 0 && give_up(c, t) == -1)
		return -1;
	if (t == c->leader && t->in && t->n > 0) {
		if (lead_cut(c, t->n, u->pts_us, true) == -1)
			return -1;
	} else if (t->n > 0) {
		/*
		 * It comes again, as what it is now, with the cut that the
		 * leader's own change made already, or else with the next.
		 */
		bool made =
		    t->cut < c->cuts &&
		    c->cut[(c->cuts - 1) % CUTTER_MAX_CUTS].discontinuity;

		if (follow_retire(c, t) == -1)
			return -1;
		t->cut = made ? c->cuts - 1 : c->cuts;
		if (!made)
			c->want_cut = c->want_discontinuity = true;
	}
	t->needs_key = t->kind == MEDIA_VIDEO;
	if (track_configure(t, &c->out) == -1) {
		err_warn("a codec's record cannot be used track=%s", t->name);
		return 0;
	}
	return 0;
}

/*
 * What of the wall clock belongs to output time AT_US: never backwards, nor
 * before what was told of any track.
 */
static void
set_wall(struct cutter *c, int64_t at_us)
{
	int64_t wall_us = (int64_t)clock_real_us() - at_us;

	for (size_t i = 0; i < c->tracks; i++) {
		int64_t told_us = (int64_t)c->track[i]->told_us - at_us;

		if (c->track[i]->told_us > 0 && told_us > wall_us)
			wall_us = told_us;
	}
	if (!c->walled || wall_us > c->wall_us)
		c->wall_us = wall_us;
	c->walled = true;
}

int
cutter_unit(struct cutter *c, struct track *t, const struct track_unit *u,
    unsigned flags, int64_t clock_us)
{
	c->clock_us = clock_us;
	if (!c->walled) {
		set_wall(c, u->dts_us);
		c->gate_us = clock_us;
		/* Those that have not spoken yet are not silent. */
		for (size_t i = 0; i < c->tracks; i++)
			c->track[i]->heard_us = clock_us;
	}
	t->heard_us = clock_us;
	if (flags & (CUTTER_JUMPED | CUTTER_FOLLOWED)) {
		/* What was told of a segment does not come again behind it. */
		if (give_up(c, t) == -1)
			return -1;
		track_jumped(t);
	}
	if (flags & CUTTER_JUMPED) {
		set_wall(c, u->dts_us);
		c->want_cut = c->want_discontinuity = true;
	}
	if ((flags & CUTTER_CHANGED) && restart(c, t, u) == -1)
		return -1;
	if (t->needs_key && !u->key) {
		t->payload.len -= u->bytes;
	} else {
		int rc = track_add(t, u, &c->out);

		if (rc == -1)
			return -1;
		t->needs_key = t->needs_key && rc == 0;
	}
	return decide(c, false);
}

int
cutter_finish(struct cutter *c)
{
	if (decide(c, true) == -1)
		return -1;
	for (size_t i = 0; i < c->tracks; i++)
		if ((c->track[i]->in || resume_pending(c->track[i])) &&
		    cutter_flush_all(c, c->track[i]) == -1)
			return -1;
	return 0;
}

int64_t
cutter_quiet_us(const struct cutter *c, int64_t clock_us)
{
	const struct track *l = c->leader;
	int64_t quiet_us;

	if (l == NULL || l->n == 0 || c->want_cut)
		return 0;
	for (size_t i = 0; i < c->tracks; i++)
		if (c->track[i] != l && c->track[i]->cut < c->cuts)
			return 0;
	quiet_us =
	    track_due_us(l, 0) + c->set.target_us - TOLERANCE_US - clock_us;
	for (size_t i = 0; i < c->tracks; i++) {
		const struct track *t = c->track[i];

		if (t->in && t->written < t->n && t->part_ticks > 0 &&
		    !cutter_in_step(c, t) &&
		    parts_due_us(t) - clock_us < quiet_us)
			quiet_us = parts_due_us(t) - clock_us;
	}
	return quiet_us > 0 ? quiet_us : 0;
}
