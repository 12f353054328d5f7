#include "periods.h"

#include <stdlib.h>
#include <string.h>

enum {
	MICRO = 1000000,
	/*
	 * The wall clock of a track is set anew where timestamps jump, and
	 * rounding moves it by a few milliseconds a day: less than this is
	 * no reason for a period of its own.
	 */
	TOLERATED_US = 250000,
	TOGETHER_US = 30000 /* half a sound frame, or a picture */
};

uint64_t
lane_us(const struct lane *l, uint64_t ticks)
{
	uint64_t s = ticks / l->timescale, rest = ticks % l->timescale;

	return s * MICRO + (rest * MICRO + l->timescale / 2) / l->timescale;
}

uint64_t
lane_ticks(const struct lane *l, uint64_t us)
{
	uint64_t s = us / MICRO, rest = us % MICRO;

	return s * l->timescale + (rest * l->timescale + MICRO / 2) / MICRO;
}

uint64_t
lane_wall_us(const struct lane *l, uint64_t ticks)
{
	return (uint64_t)((int64_t)lane_us(l, ticks) + l->wall_us);
}

uint64_t
lane_end(const struct lane *l)
{
	const struct stretch *s = &l->stretch[l->stretches - 1];

	return s->time + (uint64_t)s->duration * s->count;
}

static void
lane_close(struct lane *l)
{
	if (l != NULL)
		free(l->stretch);
	free(l);
}

void
periods_fini(struct periods *p)
{
	for (size_t k = 0; k < p->periods; k++)
		for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++)
			lane_close(p->period[k].lane[i]);
	free(p->period);
	*p = (struct periods){0};
}

static struct lane *
lane_copy(const struct lane *l)
{
	struct lane *c = malloc(sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = *l;
	c->capacity = l->stretches + 1;
	c->stretch = reallocarray(NULL, c->capacity, sizeof(*c->stretch));
	if (c->stretch == NULL) {
		free(c);
		return NULL;
	}
	if (l->stretches > 0)
		memcpy(
		    c->stretch, l->stretch, l->stretches * sizeof(*c->stretch));
	return c;
}

int
periods_copy(struct periods *to, const struct periods *p)
{
	struct periods c = *p;

	c.capacity = p->periods + 1;
	c.period = calloc(c.capacity, sizeof(*c.period));
	if (c.period == NULL)
		return -1;
	for (size_t k = 0; k < p->periods; k++) {
		c.period[k].number = p->period[k].number;
		c.period[k].start_us = p->period[k].start_us;
		c.period[k].breaks = p->period[k].breaks;
		memcpy(c.period[k].break_us, p->period[k].break_us,
		    sizeof(c.period[k].break_us));
		for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++)
			if (p->period[k].lane[i] != NULL &&
			    (c.period[k].lane[i] =
				    lane_copy(p->period[k].lane[i])) == NULL)
				goto fini;
	}
	*to = c;
	return 0;

fini:
	periods_fini(&c);
	return -1;
}

size_t
periods_bytes(const struct periods *p)
{
	size_t bytes = p->capacity * sizeof(*p->period);

	for (size_t k = 0; k < p->periods; k++)
		for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++) {
			const struct lane *l = p->period[k].lane[i];

			if (l != NULL)
				bytes += sizeof(*l) +
					 l->capacity * sizeof(*l->stretch);
		}
	return bytes;
}

/* Does WALL_US belong to the same clock as OTHER_US? */
static bool
is_near(int64_t wall_us, int64_t other_us)
{
	int64_t d = wall_us - other_us;

	return d <= TOLERATED_US && d >= -TOLERATED_US;
}

/* What the wall clock of S is ahead of its file's, in microseconds. */
static int64_t
wall_of(const struct lane *l, const struct SegmentReady *s)
{
	return (int64_t)s->start_us - (int64_t)lane_us(l, s->media_time);
}

/* Does S go on where L stands? */
static bool
continues(const struct lane *l, const struct SegmentReady *s)
{
	return l->state.run == s->run &&
	       (l->next_msn == s->msn || (l->lost && l->next_msn < s->msn)) &&
	       (l->stretches == 0 || s->media_time >= lane_end(l)) &&
	       is_near(wall_of(l, s), l->wall_us);
}

static int
lane_add(struct lane *l, const struct SegmentReady *s)
{
	uint64_t duration = lane_ticks(l, s->duration_us);
	struct stretch *last = l->stretches > 0 ? &l->stretch[l->stretches - 1]
						: NULL,
		       *p;

	l->over = l->lost = false;
	if (last != NULL && last->duration == duration &&
	    last->count < UINT32_MAX && s->media_time == lane_end(l) &&
	    s->msn == l->next_msn) {
		last->count++;
		l->next_msn++;
		return 0;
	}
	if (l->stretches == l->capacity) {
		size_t n = l->capacity > 0 ? 2 * l->capacity : 8;

		p = reallocarray(l->stretch, n, sizeof(*p));
		if (p == NULL)
			return -1;
		l->stretch = p;
		l->capacity = n;
	}
	l->stretch[l->stretches++] = (struct stretch){.time = s->media_time,
	    .msn = s->msn,
	    .duration = (uint32_t)duration,
	    .count = 1};
	l->next_msn = s->msn + 1;
	return 0;
}

/* An empty lane for S and what follows, by the clock of period P. */
static struct lane *
lane_open(const struct period *p, const struct track_state *state,
    uint32_t timescale, const struct SegmentReady *s)
{
	struct lane *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->state = *state;
	l->timescale = timescale;
	l->next_msn = s->msn;
	l->wall_us = wall_of(l, s);
	/* Tracks that belong together are kept together to the tick. */
	for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++)
		if (p->lane[i] != NULL &&
		    is_near(p->lane[i]->wall_us, l->wall_us)) {
			l->wall_us = p->lane[i]->wall_us;
			break;
		}
	return l;
}

/* A period that begins with S.  NULL with errno ENOMEM. */
static struct period *
period_open(struct periods *p, const struct SegmentReady *s)
{
	struct period *new;

	if (p->periods == PERIODS_MAX) {
		for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++)
			lane_close(p->period[0].lane[i]);
		memmove(p->period, p->period + 1,
		    --p->periods * sizeof(*p->period));
	}
	if (p->periods == p->capacity) {
		size_t n = p->capacity > 0 ? 2 * p->capacity : 4;

		new = reallocarray(p->period, n, sizeof(*new));
		if (new == NULL)
			return NULL;
		p->period = new;
		p->capacity = n;
	}
	new = &p->period[p->periods++];
	*new = (struct period){
	    .number = p->next_number++, .start_us = s->start_us};
	if (new->number == 0)
		p->begun_us = s->start_us;
	return new;
}

/* The newest lane of track I that goes on with S, before period K. */
static struct lane *
earlier(
    const struct periods *p, size_t k, size_t i, const struct SegmentReady *s)
{
	while (k > 0)
		if (p->period[--k].lane[i] != NULL)
			return continues(p->period[k].lane[i], s)
				   ? p->period[k].lane[i]
				   : NULL;
	return NULL;
}

/* The lane that S of track I goes into: one that there is, or a new one. */
static struct lane *
lane_for(struct periods *p, size_t i, const struct track_state *state,
    uint32_t timescale, const struct SegmentReady *s)
{
	struct period *now = p->periods > 0 ? &p->period[p->periods - 1] : NULL;
	struct lane *l;

	if (now != NULL && now->lane[i] != NULL) {
		if (continues(now->lane[i], s))
			return now->lane[i];
		now = NULL;
	} else if (now != NULL &&
		   s->start_us + s->duration_us / 2 < now->start_us) {
		/* The other tracks are in the next period already. */
		l = earlier(p, p->periods - 1, i, s);
		if (l != NULL)
			return l;
	}
	if (now == NULL && (now = period_open(p, s)) == NULL)
		return NULL;
	return now->lane[i] = lane_open(now, state, timescale, s);
}

int
periods_add(struct periods *p, size_t i, const struct track_state *state,
    uint32_t timescale, const struct SegmentReady *s)
{
	struct lane *l;

	p->dirty = true;
	p->unknown |= timescale == 0;
	/* An older run's, late: a hole in the numbers tells of it. */
	if (p->unknown || s->run != state->run)
		return 0;
	if ((l = lane_for(p, i, state, timescale, s)) == NULL)
		return -1;
	return lane_add(l, s);
}

/* Forget L's segments before MSN; true when none is left. */
static bool
lane_slide(struct lane *l, uint64_t msn)
{
	size_t out = 0;

	while (out < l->stretches && l->stretch[out].msn < msn) {
		struct stretch *s = &l->stretch[out];
		uint64_t n = msn - s->msn;

		if (n > s->count)
			n = s->count;
		s->time += n * s->duration;
		s->msn += n;
		s->count -= (uint32_t)n;
		out += s->count == 0;
	}
	if (out > 0)
		memmove(l->stretch, l->stretch + out,
		    (l->stretches -= out) * sizeof(*l->stretch));
	return l->stretches == 0;
}

void
periods_slide(struct periods *p, size_t i, uint64_t msn)
{
	size_t out = 0;

	p->dirty = true;
	for (size_t k = 0; k < p->periods; k++) {
		struct period *o = &p->period[k];

		if (o->lane[i] == NULL)
			continue;
		if (!lane_slide(o->lane[i], msn))
			break;
		lane_close(o->lane[i]);
		o->lane[i] = NULL;
	}
	while (out < p->periods) {
		for (size_t j = 0; j < BROADCAST_MAX_TRACKS; j++)
			if (p->period[out].lane[j] != NULL)
				goto shift;
		out++;
	}
shift:
	if (out > 0)
		memmove(p->period, p->period + out,
		    (p->periods -= out) * sizeof(*p->period));
}

void
periods_pause(struct periods *p, size_t i)
{
	p->dirty = true;
	if (p->periods > 0 && p->period[p->periods - 1].lane[i] != NULL)
		p->period[p->periods - 1].lane[i]->over = true;
}

/* The end of those pictures of P that go on, or 0: there are none. */
static uint64_t
goes_on_us(const struct period *p)
{
	uint64_t end_us = 0;

	for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++) {
		const struct lane *l = p->lane[i];

		if (l != NULL && l->state.video && !l->lost &&
		    lane_wall_us(l, lane_end(l)) > end_us)
			end_us = lane_wall_us(l, lane_end(l));
	}
	return end_us;
}

/* What follows in P is a period of its own.  False when it cannot be. */
static bool
period_break(struct period *p)
{
	uint64_t at_us = goes_on_us(p);
	uint64_t last_us =
	    p->breaks > 0 ? p->break_us[p->breaks - 1] : p->start_us;

	if (at_us > last_us && p->breaks < PERIOD_MAX_BREAKS)
		p->break_us[p->breaks++] = at_us;
	else if (at_us != last_us)
		return false;
	return true;
}

void
periods_lose(struct periods *p, size_t i)
{
	struct period *now = p->periods > 0 ? &p->period[p->periods - 1] : NULL;

	if (now == NULL || now->lane[i] == NULL)
		return;
	p->dirty = true;
	now->lane[i]->lost = true;
	now->lane[i]->lost = period_break(now);
}

void
periods_find(struct periods *p, size_t i)
{
	struct period *now = p->periods > 0 ? &p->period[p->periods - 1] : NULL;

	if (now == NULL || now->lane[i] == NULL || !now->lane[i]->lost)
		return;
	p->dirty = true;
	(void)period_break(now);
}

uint64_t
period_end_us(const struct period *p)
{
	uint64_t end_us = p->start_us;

	for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++) {
		const struct lane *l = p->lane[i];

		if (l != NULL && lane_wall_us(l, lane_end(l)) > end_us)
			end_us = lane_wall_us(l, lane_end(l));
	}
	return end_us;
}

uint64_t
periods_end_us(const struct periods *p)
{
	return period_end_us(&p->period[p->periods - 1]);
}

uint64_t
periods_last_us(const struct periods *p)
{
	const struct period *o = &p->period[p->periods - 1];
	uint64_t all_us = periods_end_us(p), us = all_us;

	for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++) {
		const struct lane *l = o->lane[i];
		uint64_t own_us =
		    l != NULL ? lane_wall_us(l, lane_end(l)) : all_us;

		if (own_us + TOGETHER_US >= all_us && own_us < us)
			us = own_us;
	}
	return us;
}
