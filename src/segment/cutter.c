#include "cutter.h"
#include "clock.h"
#include "err.h"
#include "parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_CUTS = 64, /* that a track may have before it */
	/* What EXTINF's rounding forgives, and a half frame is at most. */
	TOLERANCE_US = 50000,
	/* The leader stays below what is rounded away, for its followers. */
	LATE_US = 400000,
	/* A track from which so little was heard has fallen silent. */
	SILENCE_US = 3000000,
	SECOND_US = 1000000
};

struct cut {
	int64_t at_us, wall_us;
	bool discontinuity;
};

struct cutter {
	struct cutter_settings set;
	struct track_out out;
	struct track *track[2 * MEDIA_MAX_TRACKS];
	size_t tracks;
	struct track *leader;
	size_t scanned;           /* samples of the leader that were seen */
	struct cut cut[MAX_CUTS]; /* the last ones */
	uint64_t cuts;            /* so many there were */
	bool want_cut;            /* at the next keyframe */
	bool want_discontinuity;  /* at the next cut */
	int64_t key_us,
	    gop_us; /* the leader's last keyframe, the time before */
	bool walled;
	int64_t wall_us; /* wall clock less output time */
	int64_t clock_us;
	int64_t gate_us; /* since when there is no leader */
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

/* Make a segment of T's first I samples, if there are any. */
static int
flush(struct cutter *c, struct track *t, size_t i)
{
	if (i == 0)
		return 0;
	if (c->out.promise_us == 0 && promise(c, t, i) == -1)
		return -1;
	return track_flush(t, &c->out, i);
}

static int64_t
limit_us(const struct cutter *c)
{
	return c->out.promise_us > 0 ? (int64_t)c->out.promise_us
				     : c->set.max_us;
}

/* Flush all that T has, in as many pieces as the promise wants. */
static int
flush_all(struct cutter *c, struct track *t)
{
	while (t->n > 0) {
		size_t i = t->n;

		while (i > 1 && i > t->written &&
		       track_length_us(t, i) > limit_us(c) + TRACK_ROUNDING_US)
			i--;
		if (flush(c, t, i) == -1)
			return -1;
	}
	return 0;
}

/*
 * The leader's segment ends before its sample I, all tracks' end at that
 * sample's time.
 */
static int
cut_at(struct cutter *c, size_t i, int64_t at_us, bool discontinuity)
{
	struct track *l = c->leader;
	struct cut *cut;

	discontinuity |= c->want_discontinuity;
	/* What was gone and comes again does so here. */
	for (size_t j = 0; j < c->tracks; j++)
		if (!c->track[j]->in && c->track[j]->n > 0 &&
		    c->track[j]->msn > 0)
			discontinuity = true;
	if (!l->in)
		track_drop(l, i);
	else if (flush(c, l, i) == -1)
		return -1;
	l->in = true;
	cut = &c->cut[c->cuts++ % MAX_CUTS];
	*cut = (struct cut){at_us, c->wall_us, discontinuity};
	l->cut = c->cuts;
	l->wall_us = c->wall_us;
	l->discontinuity |= discontinuity;
	c->want_cut = c->want_discontinuity = false;
	c->scanned = l->n > 0 ? 1 : 0;
	return 0;
}

/* True when the leader's segment should end before its sample I. */
static bool
should_cut(struct cutter *c, size_t i)
{
	const struct track *l = c->leader;
	const struct track_sample *s = &l->sample[i];
	int64_t length_us = track_length_us(l, i), most_us = limit_us(c);
	int64_t frame_us = track_us(l, l->frame_ticks);
	int64_t key_us; /* how long it would be at the next keyframe */

	if (s->key) {
		c->gop_us = track_due_us(l, i) - c->key_us;
		c->key_us = track_due_us(l, i);
	}
	key_us = length_us + c->key_us + c->gop_us - track_due_us(l, i);
	if (i == 0)
		return false;
	if (i >= TRACK_MAX_SAMPLES || l->payload.len > TRACK_MAX_BYTES)
		return true;
	/* Due; or there would not be another keyframe in time. */
	if (s->key)
		return c->want_cut ||
		       length_us >= c->set.target_us - frame_us / 2 ||
		       key_us > most_us + LATE_US;
	if (length_us < most_us - frame_us / 2)
		return false;
	/* It is worth waiting a little for a keyframe that is near. */
	return key_us <= length_us || key_us > most_us + LATE_US ||
	       length_us + frame_us > most_us + LATE_US;
}

/* End the leader's segments wherever its samples allow and demand it. */
static int
scan(struct cutter *c)
{
	struct track *l = c->leader;

	while (c->scanned < l->n) {
		size_t i = c->scanned++;

		/* A hole, not a picture that lasts: playing leaps over it. */
		if (should_cut(c, i) &&
		    cut_at(c, i, track_due_us(l, i),
			track_length_us(l, i) >
			    limit_us(c) + TRACK_ROUNDING_US) == -1)
			return -1;
	}
	return 0;
}

static bool
silent(const struct cutter *c, const struct track *t)
{
	return c->clock_us - t->heard_us > SILENCE_US;
}

/* The first sample of T that belongs behind CUT, or N. */
static size_t
behind(const struct cutter *c, const struct track *t, const struct cut *cut)
{
	int64_t early_us = track_us(t, t->frame_ticks) / 2;

	for (size_t i = 0; i < t->n; i++) {
		const struct track_sample *s = &t->sample[i];

		if (s->key && track_due_us(t, i) >= cut->at_us - early_us)
			return i;
		if (t->in && track_length_us(t, i) >= limit_us(c) + early_us)
			return i;
	}
	return t->n;
}

/* T stops being part of what goes on; what it has is its last segment. */
static int
retire(struct cutter *c, struct track *t)
{
	if (t->in && flush_all(c, t) == -1)
		return -1;
	track_drop(t, t->n);
	t->in = false;
	t->needs_key = t->kind == MEDIA_VIDEO;
	return 0;
}

/* Bring T, which does not lead, up to the cuts; with FORCE past them all. */
static int
follow(struct cutter *c, struct track *t, bool force)
{
	bool full =
	    t->n >= TRACK_MAX_SAMPLES || t->payload.len > TRACK_MAX_BYTES;

	while (t->cut < c->cuts) {
		const struct cut *cut = &c->cut[t->cut % MAX_CUTS];
		bool behind_all = c->cuts - t->cut == MAX_CUTS;
		size_t i = behind(c, t, cut);
		bool reached = i < t->n;

		/* What is a part already stays in this segment. */
		if (i < t->written)
			i = t->written;

		if (!reached && silent(c, t)) {
			if (retire(c, t) == -1)
				return -1;
		} else if (!reached && !force && !full && !behind_all) {
			return 0;
		} else if (t->in) {
			if (flush(c, t, i) == -1)
				return -1;
		} else {
			track_drop(t, i);
			t->in = reached;
		}
		t->cut++;
		t->wall_us = cut->wall_us;
		t->discontinuity |= cut->discontinuity;
	}
	/* Where nothing is cut, what waits must not grow for ever. */
	return full && t->n >= TRACK_MAX_SAMPLES ? retire(c, t) : 0;
}

/* Make T the leader; out as yet, it comes in with a cut of its own. */
static int
lead(struct cutter *c, struct track *t)
{
	c->leader = t;
	c->scanned = 1;
	c->key_us = track_due_us(t, 0);
	c->gop_us = 0;
	if (t->in)
		return 0;
	return cut_at(c, 0, track_due_us(t, 0), t->msn > 0);
}

/* The first track of KIND that has something, and no cut before it. */
static struct track *
candidate(const struct cutter *c, enum media_kind kind)
{
	for (size_t i = 0; i < c->tracks; i++)
		if (c->track[i]->kind == kind && c->track[i]->n > 0 &&
		    c->track[i]->cut == c->cuts)
			return c->track[i];
	return NULL;
}

/* True while video may still come, and audio should wait for it. */
static bool
awaits_video(const struct cutter *c)
{
	int64_t waited_us = c->clock_us - c->gate_us;

	for (size_t i = 0; i < c->tracks; i++) {
		const struct track *t = c->track[i];

		if (t->kind != MEDIA_VIDEO || !t->listed)
			continue;
		/* Pictures come, but no keyframe yet; or none at all. */
		if (waited_us < SILENCE_US ||
		    (waited_us < c->set.max_us && !silent(c, t)))
			return true;
	}
	return false;
}

static int
elect(struct cutter *c, bool force)
{
	struct track *t;

	if (c->leader != NULL && silent(c, c->leader)) {
		if (retire(c, c->leader) == -1)
			return -1;
		c->leader->cut = c->cuts;
		c->leader = NULL;
		c->gate_us = c->clock_us - SILENCE_US;
	}
	if (c->leader != NULL && c->leader->kind == MEDIA_VIDEO)
		return 0;
	if ((t = candidate(c, MEDIA_VIDEO)) != NULL)
		return lead(c, t);
	if (c->leader != NULL || (!force && awaits_video(c)) ||
	    (t = candidate(c, MEDIA_AUDIO)) == NULL)
		return 0;
	return lead(c, t);
}

/*
 * Make the parts that can be made: of the leader up to its last sample, which
 * may begin a segment; of another one up to where the leader's next cut may
 * be, at the soonest.
 */
static int
make_parts(struct cutter *c)
{
	const struct track *l = c->leader;

	if (c->set.part_us == 0 || l == NULL || l->n == 0 || c->want_cut)
		return 0;
	for (size_t k = 0; k < c->tracks; k++) {
		struct track *t = c->track[k];
		int64_t limit =
		    track_due_us(l, l->n - 1) - track_us(t, t->frame_ticks) / 2;
		size_t i = t->n > 0 ? t->n - 1 : 0;

		if (!t->in || t->cut < c->cuts)
			continue;
		while (t != l && i > 0 && track_due_us(t, i) >= limit)
			i--;
		if (i > t->written && parts_make(t, &c->out, i) == -1)
			return -1;
	}
	return 0;
}

static int
decide(struct cutter *c, bool force)
{
	if (elect(c, force) == -1 || (c->leader != NULL && scan(c) == -1))
		return -1;
	for (size_t i = 0; i < c->tracks; i++)
		if (c->track[i] != c->leader &&
		    follow(c, c->track[i], force) == -1)
			return -1;
	return force ? 0 : make_parts(c);
}

/* The record of T changed with unit U, which is not among its samples. */
static int
restart(struct cutter *c, struct track *t, const struct track_unit *u)
{
	if (t == c->leader && t->in && t->n > 0) {
		if (cut_at(c, t->n, u->pts_us, true) == -1)
			return -1;
	} else if (t->n > 0) {
		/*
		 * It comes again, as what it is now, with the cut that the
		 * leader's own change made already, or else with the next.
		 */
		bool made = t->cut < c->cuts &&
			    c->cut[(c->cuts - 1) % MAX_CUTS].discontinuity;

		if (retire(c, t) == -1)
			return -1;
		t->cut = made ? c->cuts - 1 : c->cuts;
		if (!made)
			c->want_cut = c->want_discontinuity = true;
	}
	if (track_configure(t) == -1) {
		err_warn("a codec's record cannot be used track=%s", t->name);
		return 0;
	}
	return 0;
}

/* What of the wall clock belongs to output time AT_US: never backwards. */
static void
set_wall(struct cutter *c, int64_t at_us)
{
	int64_t wall_us = (int64_t)clock_real_us() - at_us;

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
	if (flags & (CUTTER_JUMPED | CUTTER_FOLLOWED))
		track_jumped(t);
	if (flags & CUTTER_JUMPED) {
		set_wall(c, u->dts_us);
		c->want_cut = c->want_discontinuity = true;
	}
	if ((flags & CUTTER_CHANGED) && restart(c, t, u) == -1)
		return -1;
	if (t->needs_key && !u->key) {
		t->payload.len -= u->bytes;
	} else {
		int rc = track_add(t, u);

		if (rc == -1) {
			err_sys("keep a sample of %s", t->name);
			return -1;
		}
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
		if (c->track[i]->in && flush_all(c, c->track[i]) == -1)
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
		    parts_due_us(t) - clock_us < quiet_us)
			quiet_us = parts_due_us(t) - clock_us;
	}
	return quiet_us > 0 ? quiet_us : 0;
}
