#include "cutter_own.h"
#include "err.h"
#include "resume.h"
#include "run.h"

#include <stdlib.h>

/*
 * T, which is out, has a keyframe at DUE_US, after CUT: may another cut be
 * made right there, with which it comes in?
 */
static bool
too_soon(const struct cutter *c, const struct track *t, const struct cut *cut,
    int64_t due_us)
{
	const struct track *l = c->leader;
	int64_t frame_us = track_us(t, t->frame_ticks);

	return due_us > cut->at_us + frame_us * 3 / 2 &&
	       t->cut + 1 == c->cuts && l != NULL &&
	       (l->n == 0 || track_due_us(l, l->n - 1) <= due_us + frame_us);
}

/*
 * The first sample of T, a rendition of the leader's picture, that belongs
 * behind CUT, or N: its keyframe there, which may be a frame off where fewer
 * frames are left; else it ends without one, as the leader's does.
 */
static size_t
picture_behind(
    const struct cutter *c, const struct track *t, const struct cut *cut)
{
	int64_t frame_us = track_us(t, t->frame_ticks);
	int64_t from_us = cut->at_us - frame_us / 2;
	int64_t late_us = cut->at_us + frame_us * 3 / 2;
	int64_t most_us = cutter_limit_us(c) + frame_us / 2;
	size_t first = t->n;

	for (size_t i = 0; i < t->n; i++) {
		int64_t due_us = track_due_us(t, i);

		if (!t->in) {
			if (t->sample[i].key && due_us >= from_us)
				return too_soon(c, t, cut, due_us) ? t->n : i;
			continue;
		}
		if (due_us >= from_us && first == t->n)
			first = i;
		if (first < t->n && t->sample[i].key && due_us <= late_us)
			return i;
		if (first < t->n && (!cut->key || due_us > late_us))
			return first;
		if (track_length_us(t, i) >= most_us)
			return first < i ? first : i;
	}
	return t->n;
}

/* The first sample of T that belongs behind CUT, or N. */
static size_t
behind(const struct cutter *c, const struct track *t, const struct cut *cut)
{
	int64_t half_us = track_us(t, t->frame_ticks) / 2;
	int64_t at_us = cut->at_us - half_us;
	int64_t most_us = cutter_limit_us(c) + half_us;

	if (t->kind == MEDIA_VIDEO && cut->numbered)
		return picture_behind(c, t, cut);
	if (t->in && cutter_in_step(c, t)) {
		if (cut->early_us > 0)
			at_us -= cut->early_us + 2 * half_us;
		/* It was early, and is not where pictures break off. */
		most_us += cutter_lag_us(c) + 2 * half_us;
	}
	for (size_t i = 0; i < t->n; i++) {
		if (t->sample[i].key && track_due_us(t, i) >= at_us)
			return i;
		if (t->in && track_length_us(t, i) >= most_us)
			return i;
	}
	return t->n;
}

int
follow_retire(struct cutter *c, struct track *t)
{
	if ((t->in || resume_pending(t)) && cutter_flush_all(c, t) == -1)
		return -1;
	track_drop(t, t->n);
	t->in = false;
	t->needs_key = t->kind == MEDIA_VIDEO;
	return 0;
}

bool
follow_others(const struct cutter *c, const struct track *t)
{
	for (size_t i = 0; i < c->tracks; i++)
		if (c->track[i] != t && c->track[i]->in &&
		    c->track[i]->kind == MEDIA_VIDEO)
			return true;
	return false;
}

int
follow_lose(struct cutter *c, struct track *t, const char *why)
{
	bool tell = t->in && t->started && t->kind == MEDIA_VIDEO &&
		    follow_others(c, t);
	struct bookmark after;

	/* What is missing of its segment is time all the same. */
	if (tell && t->cut < c->cuts)
		t->until = track_ticks(
		    t, c->cut[t->cut % CUTTER_MAX_CUTS].at_us - t->shift_us);
	if (follow_retire(c, t) == -1)
		return -1;
	t->until = 0;
	if (!tell)
		return 0;
	err_warn("a rendition is left out until it is back track=%s: %s",
	    t->name, why);
	t->left = true;
	after = resume_mark(t, &c->out);
	return track_ended(t, c->out.story, why, &after);
}

/*
 * T, which is out, has its first sample behind CUT: can it come in?  Not where
 * the next cut is before that, nor, when it was lost, before it has caught up,
 * and with other parameters only where all tracks have a discontinuity.
 */
static bool
may_enter(struct cutter *c, const struct track *t, const struct cut *cut)
{
	const struct cut *next = &c->cut[(t->cut + 1) % CUTTER_MAX_CUTS];

	if (t->kind != MEDIA_VIDEO || !cut->numbered)
		return true;
	if (t->left && t->cut + CUTTER_CAUGHT_UP < c->cuts)
		return false;
	if (t->cut + 1 < c->cuts &&
	    track_due_us(t, 0) >= next->at_us - track_us(t, t->frame_ticks) / 2)
		return false;
	if (!t->discontinuity || cut->discontinuity)
		return true;
	c->want_discontinuity = true;
	return false;
}

int
follow_enter(struct cutter *c, struct track *t)
{
	struct bookmark mark;

	t->in = true;
	track_enter(t);
	if (t->left) {
		t->left = false;
		return run_again(t, &c->out);
	}
	/* D15: this segment is to be made of what begins here, by whomever. */
	mark = resume_mark(t, &c->out);
	return story_stands(c->out.story, t->name, &mark);
}

/* T comes to CUT, with REACHED behind which it has I samples before it. */
static int
pass(struct cutter *c, struct track *t, const struct cut *cut, size_t i,
    bool reached)
{
	bool enters = false;

	t->breaks = cut->discontinuity;
	if (t->in && cutter_flush(c, t, i) == -1)
		return -1;
	t->breaks = false;
	if (!t->in) {
		track_drop(t, i);
		t->in = enters = reached && may_enter(c, t, cut);
	}
	/* Segments of one number are of one time. */
	if (t->kind == MEDIA_VIDEO && cut->numbered && cut->msn > t->msn)
		t->msn = cut->msn;
	t->cut++;
	t->wall_us = cut->wall_us;
	/* What a picture was not there for is among what it missed. */
	if (t->in || t->kind != MEDIA_VIDEO || !cut->numbered)
		t->discontinuity |= cut->discontinuity;
	return enters ? follow_enter(c, t) : 0;
}

/* T is so far behind that nobody should wait for it. */
static bool
lags(const struct cutter *c, const struct track *t)
{
	return t->kind == MEDIA_VIDEO && t->in &&
	       c->cuts - t->cut >= CUTTER_MAX_BEHIND && follow_others(c, t);
}

/* T is back, just where the cut is that it was given up at. */
static bool
comes_to_last(const struct cutter *c, const struct track *t)
{
	const struct cut *last = &c->cut[(c->cuts - 1) % CUTTER_MAX_CUTS];

	return t->kind == MEDIA_VIDEO && !t->in && t->n == 1 && c->cuts > 0 &&
	       t->cut == c->cuts && last->numbered && last->msn >= t->msn &&
	       llabs(track_due_us(t, 0) - last->at_us) <=
		   track_us(t, t->frame_ticks);
}

int
follow(struct cutter *c, struct track *t, bool force)
{
	bool full =
	    t->n >= TRACK_MAX_SAMPLES || t->payload.len > TRACK_MAX_BYTES;

	if (comes_to_last(c, t))
		t->cut--;
	while (t->cut < c->cuts) {
		const struct cut *cut = &c->cut[t->cut % CUTTER_MAX_CUTS];
		bool behind_all = c->cuts - t->cut == CUTTER_MAX_CUTS;
		size_t i = behind(c, t, cut);
		bool reached = i < t->n;

		/* What is a part already stays in this segment. */
		if (i < t->written)
			i = t->written;

		if (resume_pending(t) && !cutter_silent(c, t) && !force)
			return 0;
		if (!reached && cutter_silent(c, t)) {
			if (follow_lose(c, t, "nothing comes any more") == -1)
				return -1;
			i = 0;
		} else if (!reached && !force && lags(c, t)) {
			if (follow_lose(c, t, "it is too slow") == -1)
				return -1;
			i = 0;
		} else if (!reached && !force && !full && !behind_all) {
			return 0;
		}
		if (pass(c, t, cut, i, reached) == -1)
			return -1;
	}
	/* Where nothing is cut, what waits must not grow for ever. */
	return full && t->n >= TRACK_MAX_SAMPLES ? follow_retire(c, t) : 0;
}
