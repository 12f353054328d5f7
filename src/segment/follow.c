#include "cutter_own.h"
#include "resume.h"

/* The first sample of T that belongs behind CUT, or N. */
static size_t
behind(const struct cutter *c, const struct track *t, const struct cut *cut)
{
	int64_t half_us = track_us(t, t->frame_ticks) / 2;
	int64_t at_us = cut->at_us - half_us;
	int64_t most_us = cutter_limit_us(c) + half_us;

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

int
follow(struct cutter *c, struct track *t, bool force)
{
	bool full =
	    t->n >= TRACK_MAX_SAMPLES || t->payload.len > TRACK_MAX_BYTES;

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
			if (follow_retire(c, t) == -1)
				return -1;
		} else if (!reached && !force && !full && !behind_all) {
			return 0;
		} else if (t->in) {
			if (cutter_flush(c, t, i) == -1)
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
	return full && t->n >= TRACK_MAX_SAMPLES ? follow_retire(c, t) : 0;
}
