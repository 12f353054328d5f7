#include "air.h"
#include "clock.h"
#include "err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_EVENTS = 65536, /* taken in a turn */
	/* A storyboard is told of behind everything else of a broadcast, but
	 * for what programs that were killed say again. */
	LAST_EVENTS = 16
};

struct air {
	struct log *log;
	struct log_reader *reader;
	struct air_show *first;
	/* Those that had ended before, the newest last. */
	char (*past)[NAME_SIZE];
	size_t n, cap;
};

typedef int event_fn(void *arg, const struct event *e);

/* FN for SUBJECT's events from version FROM on.  0, or -1 with errno. */
static int
each(struct log *l, const char *subject, uint64_t from, event_fn *fn, void *arg)
{
	struct log_reader *r =
	    log_reader_open_subject(l, str_from(subject), from);
	struct event e;
	int n = 0, saved;

	if (r == NULL)
		return -1;
	while ((n = log_reader_next(r, &e)) != 0) {
		if (n == 1 && fn(arg, &e) == -1)
			n = -1;
		else if (n == 1 || errno == EBADMSG)
			continue;
		break;
	}
	saved = errno;
	log_reader_close(r);
	errno = saved;
	return n;
}

static struct air_show *
show_of(const struct air *a, struct str broadcast)
{
	struct air_show *s = a->first;

	while (s != NULL && !str_eqz(broadcast, s->broadcast))
		s = s->next;
	return s;
}

/* A show of BROADCAST, made when there is none.  NULL with errno. */
static struct air_show *
add(struct air *a, struct str broadcast)
{
	struct air_show *s = show_of(a, broadcast);

	if (s != NULL)
		return s;
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	(void)str_copy(s->broadcast, sizeof(s->broadcast), broadcast);
	s->next = a->first;
	a->first = s;
	return s;
}

static int
remember(struct air *a, const char *broadcast)
{
	if (a->n == a->cap) {
		size_t cap = a->cap > 0 ? 2 * a->cap : 256;
		void *p = reallocarray(a->past, cap, sizeof(*a->past));

		if (p == NULL)
			return -1;
		a->past = p;
		a->cap = cap;
	}
	memcpy(a->past[a->n++], broadcast, NAME_SIZE);
	return 0;
}

/* The turns of a channel, of which the last is kept. */
struct turns {
	struct air *air;
	char broadcast[NAME_SIZE]; /* "": none */
	bool live;
};

static int
turn(void *arg, const struct event *e)
{
	struct BroadcastStarted started;
	struct turns *t = arg;

	if (e->type == EVENT_BroadcastStarted &&
	    EVENT_GET(e, BroadcastStarted, &started) == 0 &&
	    str_slug(started.broadcast, NAME_SIZE - 1)) {
		if (t->broadcast[0] != '\0' &&
		    remember(t->air, t->broadcast) == -1)
			return -1;
		(void)str_copy(t->broadcast, NAME_SIZE, started.broadcast);
		t->live = true;
	} else if (e->type == EVENT_BroadcastEnded) {
		t->live = false;
	}
	return 0;
}

static int
on_channel(void *arg, struct str subject, const struct log_subject *at)
{
	struct turns t = {.air = arg};
	char text[EVENT_MAX_SUBJECT + 1];
	struct air_show *s;

	(void)at;
	if (str_copy(text, sizeof(text), subject) == -1 ||
	    each(t.air->log, text, 1, turn, &t) == -1)
		return -1;
	if (t.broadcast[0] == '\0')
		return 0;
	if (!t.live)
		return remember(t.air, t.broadcast);
	if ((s = add(t.air, str_from(t.broadcast))) == NULL)
		return -1;
	s->live = true;
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct air *
air_open(struct log *l)
{
	struct air *a = calloc(1, sizeof(*a));
	uint64_t head;

	if (a == NULL)
		return NULL;
	a->log = l;
	/* What is said meanwhile is taken twice, which changes nothing. */
	if (log_head(l, &head) == -1 ||
	    (a->reader = log_reader_open(l, head + 1)) == NULL ||
	    log_subjects(l, STR("live/"), on_channel, a) != 0) {
		air_close(a);
		return NULL;
	}
	/* Ids of broadcasts grow with time. */
	if (a->n > 0)
		qsort(a->past, a->n, sizeof(*a->past), by_id);
	return a;
}

void
air_close(struct air *a)
{
	int saved = errno;

	if (a == NULL)
		return;
	while (a->first != NULL)
		air_drop(a, a->first);
	log_reader_close(a->reader);
	free(a->past);
	free(a);
	errno = saved;
}

static int
take(struct air *a, const struct event *e, uint64_t wait_us)
{
	struct BroadcastStarted started;
	struct BroadcastEnded ended;
	struct air_show *s;

	if (e->type == EVENT_BroadcastStarted &&
	    EVENT_GET(e, BroadcastStarted, &started) == 0 &&
	    str_slug(started.broadcast, NAME_SIZE - 1)) {
		if ((s = add(a, started.broadcast)) == NULL)
			return -1;
		s->live = true;
	} else if (e->type == EVENT_BroadcastEnded &&
		   EVENT_GET(e, BroadcastEnded, &ended) == 0 &&
		   (s = show_of(a, ended.broadcast)) != NULL && s->live) {
		s->live = false;
		s->due_us = clock_mono_us() + wait_us;
	}
	return 0;
}

int
air_turn(struct air *a, uint64_t wait_us)
{
	struct event e;
	int n = 1;

	for (int i = 0; i < MAX_EVENTS && n == 1; i++) {
		if ((n = log_reader_next(a->reader, &e)) == 1 &&
		    take(a, &e, wait_us) == -1)
			return -1;
		if (n == -1 && errno == EBADMSG) {
			err_warn("a block of the log is damaged, passed over "
				 "seq=%" PRIu64,
			    e.seq);
			n = 1;
		}
	}
	return n == -1 ? -1 : 0;
}

struct air_show *
air_first(const struct air *a)
{
	return a->first;
}

void
air_drop(struct air *a, struct air_show *s)
{
	struct air_show **at = &a->first;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	free(s);
}

/* A storyboard is there, or never will be. */
static int
board_there(void *arg, const struct event *e)
{
	bool *there = arg;

	*there |= e->type == EVENT_StoryboardMade ||
		  e->type == EVENT_RecordingRemoved;
	return 0;
}

/* Does BROADCAST want a storyboard? */
static bool
wants_board(struct log *l, const char *broadcast)
{
	char subject[sizeof("recording/") + NAME_SIZE];
	struct log_subject at;
	bool there = false;

	(void)snprintf(subject, sizeof(subject), "broadcast/%s", broadcast);
	if (log_subject(l, str_from(subject), &at) == -1 || at.version == 0 ||
	    each(l, subject,
		at.version > LAST_EVENTS ? at.version - LAST_EVENTS : 1,
		board_there, &there) == -1)
		return false;
	(void)snprintf(subject, sizeof(subject), "recording/%s", broadcast);
	return each(l, subject, 1, board_there, &there) == 0 && !there;
}

bool
air_recall(struct air *a)
{
	const char *broadcast;

	if (a->n == 0)
		return false;
	broadcast = a->past[--a->n];
	if (wants_board(a->log, broadcast))
		(void)add(a, str_from(broadcast));
	return a->n > 0;
}

void
air_count(const struct air *a, uint64_t *live, uint64_t *waiting)
{
	*live = 0;
	*waiting = a->n;
	for (const struct air_show *s = a->first; s != NULL; s = s->next) {
		*live += s->live;
		*waiting += !s->live;
	}
}
