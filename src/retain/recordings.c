#include "recordings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct listing {
	struct recordings *r;
	struct log *log;
	uint64_t window_us;
};

static struct listed *
add(struct recordings *r)
{
	struct listed *p;

	if (r->n == r->cap) {
		size_t cap = r->cap > 0 ? 2 * r->cap : 64;

		if ((p = reallocarray(r->at, cap, sizeof(*p))) == NULL)
			return NULL;
		r->at = p;
		r->cap = cap;
	}
	p = &r->at[r->n++];
	*p = (struct listed){.since_us = 0};
	return p;
}

/* How far CHANNEL's live playlists reach: *US, as it was unless it says. */
static int
window_of(struct log *l, const char *channel, uint64_t *us)
{
	char subject[sizeof("window/") + NAME_SIZE];
	const uint64_t usual_us = *us;
	struct ChannelWindowSet set;
	struct log_reader *r;
	struct event e;
	int n;

	(void)snprintf(subject, sizeof(subject), "window/%s", channel);
	if ((r = log_reader_open_subject(l, str_from(subject), 1)) == NULL)
		return -1;
	while ((n = log_reader_next(r, &e)) == 1)
		if (e.type == EVENT_ChannelWindowSet &&
		    EVENT_GET(&e, ChannelWindowSet, &set) == 0)
			*us = set.usual ? usual_us : set.window_us;
	log_reader_close(r);
	return n;
}

/* One event of a channel whose last broadcast is *LAST (or NULL). */
static int
turn(struct listing *g, const struct event *e, size_t *last)
{
	struct BroadcastStarted s;
	struct BroadcastEnded end;
	struct listed *b = *last != SIZE_MAX ? &g->r->at[*last] : NULL;

	if (e->type == EVENT_BroadcastStarted &&
	    EVENT_GET(e, BroadcastStarted, &s) == 0) {
		/* One of which nobody said that it ended, did so by now. */
		if (b != NULL && b->ended_us == 0)
			b->ended_us = e->time_us;
		if ((b = add(g->r)) == NULL)
			return -1;
		*last = g->r->n - 1;
		b->since_us = e->time_us;
		if (str_copy(b->broadcast, NAME_SIZE, s.broadcast) == -1 ||
		    str_copy(b->channel, NAME_SIZE, s.channel) == -1 ||
		    !str_slug(s.broadcast, NAME_SIZE - 1)) {
			g->r->n--;
			*last = SIZE_MAX;
		}
	} else if (e->type == EVENT_BroadcastEnded && b != NULL &&
		   EVENT_GET(e, BroadcastEnded, &end) == 0 &&
		   str_eqz(end.broadcast, b->broadcast) && b->ended_us == 0) {
		b->ended_us = e->time_us;
	}
	return 0;
}

static int
on_channel(void *arg, struct str subject, const struct log_subject *at)
{
	struct listing *g = arg;
	struct log_reader *r = log_reader_open_subject(g->log, subject, 1);
	size_t last = SIZE_MAX, first = g->r->n;
	uint64_t window_us = g->window_us;
	struct event e;
	int n;

	(void)at;
	if (r == NULL)
		return -1;
	while ((n = log_reader_next(r, &e)) != 0) {
		if (n == -1 && errno != EBADMSG)
			break;
		if (n == 1 && turn(g, &e, &last) == -1) {
			n = -1;
			break;
		}
	}
	log_reader_close(r);
	if (n == -1)
		return -1;
	if (last != SIZE_MAX && g->r->at[last].ended_us == 0 &&
	    window_of(g->log, g->r->at[last].channel, &window_us) == -1)
		return -1;
	for (size_t i = first; i < g->r->n; i++)
		g->r->at[i].window_us = window_us;
	return 0;
}

static int
by_age(const void *ap, const void *bp)
{
	const struct listed *a = ap, *b = bp;

	if (a->since_us != b->since_us)
		return a->since_us < b->since_us ? -1 : 1;
	return strcmp(a->broadcast, b->broadcast);
}

int
recordings_list(struct recordings *r, struct log *l, uint64_t window_us)
{
	struct listing g = {.r = r, .log = l, .window_us = window_us};

	*r = (struct recordings){.n = 0};
	if (log_subjects(l, STR("live/"), on_channel, &g) == -1) {
		recordings_fini(r);
		return -1;
	}
	if (r->n > 0)
		qsort(r->at, r->n, sizeof(*r->at), by_age);
	return 0;
}

void
recordings_fini(struct recordings *r)
{
	free(r->at);
	r->at = NULL;
	r->n = 0;
}
