#include "tail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef void event_fn(void *arg, const struct event *e);

/* Call FN for SUBJECT's events from version FROM on.  0, or -1 with errno. */
static int
each(struct log *l, struct str subject, uint64_t from, event_fn *fn, void *arg)
{
	struct log_reader *r = log_reader_open_subject(l, subject, from);
	struct event e;
	int n, saved;

	if (r == NULL)
		return -1;
	while ((n = log_reader_next(r, &e)) != 0) {
		if (n == 1)
			fn(arg, &e);
		else if (errno != EBADMSG)
			break;
	}
	saved = errno;
	log_reader_close(r);
	errno = saved;
	return n;
}

static struct tail_track *
track_of(struct tail *t, struct str name)
{
	struct tail_track *k;

	for (size_t i = 0; i < t->tracks; i++)
		if (str_eqz(name, t->track[i].name))
			return &t->track[i];
	/* A name that is a path's step, and no other path's. */
	if (t->tracks == BROADCAST_MAX_TRACKS || !str_slug(name, NAME_SIZE - 1))
		return NULL;
	k = &t->track[t->tracks++];
	k->segments = 0;
	(void)str_copy(k->name, sizeof(k->name), name);
	return k;
}

static void
segment(void *arg, const struct event *e)
{
	struct tail_track *t;
	struct SegmentReady s;

	if (e->type != EVENT_SegmentReady ||
	    EVENT_GET(e, SegmentReady, &s) == -1 ||
	    (t = track_of(arg, s.track)) == NULL)
		return;
	if (t->segments > 0 && s.msn <= t->segment[t->segments - 1].msn)
		return; /* said again */
	if (t->segments == TAIL_MAX_SEGMENTS) {
		t->segments--;
		memmove(&t->segment[0], &t->segment[1],
		    t->segments * sizeof(t->segment[0]));
	}
	t->segment[t->segments++] = (struct tail_segment){.msn = s.msn,
	    .start_us = s.start_us,
	    .duration_us = s.duration_us,
	    .run = (uint32_t)s.run,
	    .independent = s.independent};
}

int
tail_read(struct tail *t, struct log *l, const char *broadcast)
{
	char subject[sizeof("broadcast/") + NAME_SIZE];
	struct log_subject at;

	t->tracks = 0;
	(void)snprintf(subject, sizeof(subject), "broadcast/%s", broadcast);
	if (log_subject(l, str_from(subject), &at) == -1)
		return -1;
	return each(l, str_from(subject),
	    at.version > TAIL_EVENTS ? at.version - TAIL_EVENTS + 1 : 1,
	    segment, t);
}

const struct tail_track *
tail_track(const struct tail *t, const char *name)
{
	for (size_t i = 0; i < t->tracks; i++)
		if (strcmp(t->track[i].name, name) == 0)
			return &t->track[i];
	return NULL;
}

struct turns {
	bool known, live;
	char broadcast[NAME_SIZE];
};

static void
turn(void *arg, const struct event *e)
{
	struct turns *t = arg;
	struct BroadcastStarted s;

	if (e->type == EVENT_BroadcastStarted &&
	    EVENT_GET(e, BroadcastStarted, &s) == 0) {
		t->known = true;
		t->live = str_slug(s.broadcast, NAME_SIZE - 1) &&
			  str_copy(t->broadcast, NAME_SIZE, s.broadcast) == 0;
	} else if (e->type == EVENT_BroadcastEnded) {
		t->known = true;
		t->live = false;
	}
}

int
tail_live(struct log *l, const char *channel, char broadcast[NAME_SIZE])
{
	char subject[sizeof("live/") + NAME_SIZE];
	struct turns t = {.known = false};
	struct log_subject at;
	uint64_t from = 0;

	(void)snprintf(subject, sizeof(subject), "live/%s", channel);
	if (log_subject(l, str_from(subject), &at) == -1)
		return -1;
	/* Behind any number of restarts and interruptions. */
	for (uint64_t step = 8; at.version > 0 && !t.known && from != 1;
	     step *= 8) {
		from = at.version > step ? at.version - step + 1 : 1;
		if (each(l, str_from(subject), from, turn, &t) == -1)
			return -1;
	}
	if (!t.live)
		return 0;
	memcpy(broadcast, t.broadcast, NAME_SIZE);
	return 1;
}
