#include "cutter_own.h"
#include "resume.h"
#include "ticks.h"

#include <stdlib.h>
#include <string.h>

enum {
	/* The leader stays below what is rounded away, for its followers. */
	LATE_US = 400000,
	SECOND_US = 1000000,
	GOPS_ALIKE = 2 /* intervals like the one before: so will the next */
};

/*
 * T was gone and comes again, with the next cut, where what was before it
 * cannot be gone on from.  One picture of several only left a gap.
 */
static bool
returns_anew(const struct cutter *c, const struct track *t)
{
	return !t->in && t->n > 0 && t->msn > 0 &&
	       (t->kind != MEDIA_VIDEO || t->discontinuity ||
		   !follow_others(c, t));
}

int
lead_cut(struct cutter *c, size_t i, int64_t at_us, bool discontinuity)
{
	struct track *l = c->leader;
	bool enters = !l->in;
	struct cut *cut;

	discontinuity |= c->want_discontinuity;
	for (size_t j = 0; j < c->tracks; j++)
		discontinuity |= returns_anew(c, c->track[j]);
	l->breaks = discontinuity;
	if (enters)
		track_drop(l, i);
	else if (cutter_flush(c, l, i) == -1)
		return -1;
	l->breaks = false;
	cut = &c->cut[c->cuts++ % CUTTER_MAX_CUTS];
	*cut = (struct cut){.at_us = at_us,
	    .wall_us = c->wall_us,
	    .early_us = discontinuity ? 0 : cutter_lag_us(c),
	    .discontinuity = discontinuity,
	    .key = l->n > 0 && l->sample[0].key,
	    .numbered = l->kind == MEDIA_VIDEO,
	    .msn = l->msn};
	l->cut = c->cuts;
	l->wall_us = c->wall_us;
	l->discontinuity |= discontinuity;
	c->want_cut = c->want_discontinuity = false;
	c->scanned = l->n > 0 ? 1 : 0;
	return enters ? follow_enter(c, l) : 0;
}

static void
note_key(struct cutter *c, int64_t at_us, int64_t frame_us)
{
	int64_t gop_us = at_us - c->key_us;

	if (llabs(gop_us - c->gop_us) > frame_us / 2)
		c->gops_alike = 0;
	else
		c->gops_alike++;
	c->gop_us = gop_us;
	c->key_us = at_us;
}

bool
lead_ends(const struct cutter *c)
{
	const struct track *l = c->leader;
	int64_t half_us = track_us(l, l->frame_ticks) / 2;
	int64_t next = track_next(l, l->n), next_us;

	if (next == -1 || c->gops_alike < GOPS_ALIKE)
		return false;
	next_us = track_due_us(l, 0) + track_us(l, next - l->sample[0].dts);
	return llabs(next_us - c->key_us - c->gop_us) <= half_us &&
	       next_us - track_due_us(l, 0) >= c->set.target_us - half_us;
}

/*
 * How long the leader's segment is when it ends before its sample I.  Where
 * the last part was said to end is not all: there may be a hole behind it.
 */
static int64_t
length_before(const struct track *l, size_t i)
{
	return track_us(l, l->sample[i].dts - l->sample[0].dts);
}

/* True when the leader's segment should end before its sample I. */
static bool
should_cut(struct cutter *c, size_t i)
{
	const struct track *l = c->leader;
	const struct track_sample *s = &l->sample[i];
	int64_t length_us = length_before(l, i), most_us = cutter_limit_us(c);
	int64_t frame_us = track_us(l, l->frame_ticks);
	int64_t key_us; /* how long it would be at the next keyframe */

	if (s->key)
		note_key(c, track_due_us(l, i), frame_us);
	key_us = length_us + c->key_us + c->gop_us - track_due_us(l, i);
	/* What is a part, or was before it comes again, stays together. */
	if (i == 0 || i < l->written || i < resume_samples(l))
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

int
lead_scan(struct cutter *c)
{
	struct track *l = c->leader;

	while (c->scanned < l->n) {
		size_t i = c->scanned++;

		/* A hole, not a picture that lasts: playing leaps over it. */
		if (should_cut(c, i) &&
		    lead_cut(c, i, track_due_us(l, i),
			length_before(l, i) >
			    cutter_limit_us(c) + TRACK_ROUNDING_US) == -1)
			return -1;
	}
	return 0;
}

/* When the segment begins that M stands at. */
static int64_t
mark_us(const struct bookmark *m)
{
	return ticks_rescale(m->begin, 1, m->hz, SECOND_US) + m->shift_us;
}

/* When the segment that T has begun, or is to go on with, begins. */
static int64_t
begin_us(const struct track *t)
{
	if (resume_pending(t))
		return mark_us(&t->mark);
	return t->n > 0 ? track_due_us(t, 0) : INT64_MAX;
}

/* Where T's segment MSN began for the process before, into *M. */
static bool
began(const struct cutter *c, const struct track *t, uint64_t msn,
    struct bookmark *m)
{
	/* Where one was left out another one began. */
	return story_mark_at(c->out.story, t->name, msn, m) && !m->left &&
	       strcmp(m->clock, c->out.clock) == 0;
}

/* The same of the leader's; what other pictures say of it is as good. */
static bool
leader_began(const struct cutter *c, uint64_t msn, struct bookmark *m)
{
	bool found = began(c, c->leader, msn, m);

	for (size_t i = 0; i < c->tracks && !found; i++)
		found = c->leader->kind == MEDIA_VIDEO &&
			c->track[i]->kind == MEDIA_VIDEO &&
			began(c, c->track[i], msn, m);
	return found;
}

/* T stands behind CUT, or goes on there. */
static bool
is_behind(const struct cutter *c, const struct track *t, const struct cut *cut)
{
	if (!t->in && !resume_pending(t))
		return false;
	if (cut->numbered && t->kind == MEDIA_VIDEO)
		return cut->msn <= t->msn;
	return begin_us(t) >= cut->at_us - c->set.target_us / 2;
}

/*
 * D17: the leader goes on where an earlier process left it.  That one made
 * cuts up to there, to which not all tracks may have come.
 */
static void
remember_cuts(struct cutter *c)
{
	const struct track *l = c->leader;
	struct bookmark m[CUTTER_MAX_BEHIND];
	size_t n = 0;

	if (c->cuts > 0)
		return;
	while (n < CUTTER_MAX_BEHIND - 1 && n < l->msn &&
	       leader_began(c, l->msn - n - 1, &m[n]))
		n++;
	for (size_t i = n + 1; i-- > 0;) {
		bool last = i == 0;
		bool breaks = last ? l->discontinuity : m[i - 1].discontinuity;

		c->cut[c->cuts++] = (struct cut){
		    .at_us = last ? begin_us(l) : mark_us(&m[i - 1]),
		    .wall_us = last ? c->wall_us : m[i - 1].wall_us,
		    .early_us = breaks ? 0 : cutter_lag_us(c),
		    .discontinuity = breaks,
		    .key = true,
		    .numbered = l->kind == MEDIA_VIDEO,
		    .msn = l->msn - i};
	}
	for (size_t i = 0; i < c->tracks; i++)
		while (c->track[i]->cut < c->cuts &&
		       is_behind(c, c->track[i], &c->cut[c->track[i]->cut]))
			c->track[i]->cut++;
}

/* Make T the leader; out as yet, it comes in with a cut of its own. */
static int
lead(struct cutter *c, struct track *t)
{
	c->leader = t;
	c->scanned = 1;
	c->key_us = track_due_us(t, 0);
	c->gop_us = 0;
	c->gops_alike = 0;
	if (t->told)
		c->out.leader_part_us = track_us(t, t->part_ticks);
	if (t->in) {
		remember_cuts(c);
		return 0;
	}
	/* Another picture may have led before, and come farther. */
	for (size_t i = 0; i < c->tracks; i++)
		if (t->kind == MEDIA_VIDEO &&
		    c->track[i]->kind == MEDIA_VIDEO &&
		    c->track[i]->msn > t->msn)
			t->msn = c->track[i]->msn;
	return lead_cut(c, 0, track_due_us(t, 0), t->msn > 0);
}

/*
 * The first track of KIND that has something, and no cut before it; but a
 * picture that is about to go on where it was left is waited for, unless FORCE.
 */
static struct track *
candidate(const struct cutter *c, enum media_kind kind, bool force)
{
	for (size_t i = 0; i < c->tracks; i++) {
		struct track *t = c->track[i];

		if (t->kind != kind)
			continue;
		if (t->n > 0 && t->cut == c->cuts)
			return t;
		if (kind == MEDIA_VIDEO && resume_pending(t) &&
		    !cutter_silent(c, t) && !force)
			return NULL;
	}
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
		if (waited_us < CUTTER_SILENCE_US ||
		    (waited_us < c->set.max_us && !cutter_silent(c, t)))
			return true;
	}
	return false;
}

/* A picture was told of to its end, and sound is what is left. */
static bool
ended_video(const struct cutter *c)
{
	for (size_t i = 0; i < c->tracks; i++)
		if (c->track[i]->kind == MEDIA_VIDEO &&
		    resume_pending(c->track[i]) &&
		    !cutter_silent(c, c->track[i]))
			return true;
	return false;
}

/*
 * A picture that is better than the leader's, and whose segment begins where
 * the leader's does; or NULL.
 */
static struct track *
better(const struct cutter *c)
{
	const struct track *l = c->leader;

	for (size_t i = 0; i < c->tracks && c->track[i] != l; i++) {
		struct track *t = c->track[i];

		if (t->kind == MEDIA_VIDEO && t->in && t->n > 0 && l->n > 0 &&
		    t->cut == c->cuts &&
		    llabs(track_due_us(t, 0) - track_due_us(l, 0)) <
			track_us(t, t->frame_ticks))
			return t;
	}
	return NULL;
}

int
lead_elect(struct cutter *c, bool force)
{
	struct track *t;

	if (c->leader != NULL && cutter_silent(c, c->leader)) {
		if (follow_lose(c, c->leader, "nothing comes any more") == -1)
			return -1;
		c->leader->cut = c->cuts;
		c->leader = NULL;
		c->gate_us = c->clock_us - CUTTER_SILENCE_US;
	}
	if (c->leader != NULL && c->leader->kind == MEDIA_VIDEO) {
		t = better(c);
		return t != NULL ? lead(c, t) : 0;
	}
	if ((t = candidate(c, MEDIA_VIDEO, force)) != NULL)
		return lead(c, t);
	if (c->leader != NULL || (force ? ended_video(c) : awaits_video(c)) ||
	    (t = candidate(c, MEDIA_AUDIO, force)) == NULL)
		return 0;
	return lead(c, t);
}
