#include "roster.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct guest guest;
	struct entry *next;
	bool here;
	uint64_t heard_ms;
};

struct roster {
	pthread_mutex_t mutex;
	struct entry *first;
	size_t n, total, per_address;
};

struct roster *
roster_open(size_t total, size_t per_address)
{
	struct roster *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	(void)pthread_mutex_init(&r->mutex, NULL);
	r->total = total;
	r->per_address = per_address;
	return r;
}

void
roster_close(struct roster *r)
{
	if (r == NULL)
		return;
	while (r->first != NULL) {
		struct entry *e = r->first;

		r->first = e->next;
		free(e);
	}
	(void)pthread_mutex_destroy(&r->mutex);
	free(r);
}

static void
lock(struct roster *r)
{
	(void)pthread_mutex_lock(&r->mutex);
}

static void
unlock(struct roster *r)
{
	(void)pthread_mutex_unlock(&r->mutex);
}

static struct entry *
find(struct roster *r, SRTSOCKET socket)
{
	for (struct entry *e = r->first; e != NULL; e = e->next)
		if (e->guest.socket == socket)
			return e;
	return NULL;
}

static void
drop(struct roster *r, struct entry *gone)
{
	struct entry **at = &r->first;

	while (*at != gone)
		at = &(*at)->next;
	*at = gone->next;
	r->n--;
	free(gone);
}

static enum roster_room
room(struct roster *r, const char *host)
{
	size_t of_host = 0;

	for (const struct entry *e = r->first; e != NULL; e = e->next)
		of_host += strcmp(e->guest.host, host) == 0;
	if (r->n >= r->total)
		return ROSTER_FULL;
	return of_host >= r->per_address ? ROSTER_FULL_ADDRESS : ROSTER_ROOM;
}

enum roster_room
roster_room(struct roster *r, const char *host)
{
	enum roster_room result;

	lock(r);
	result = room(r, host);
	unlock(r);
	return result;
}

enum roster_room
roster_arrive(struct roster *r, const struct guest *g)
{
	struct entry *e = calloc(1, sizeof(*e));
	enum roster_room result;

	if (e == NULL)
		return ROSTER_NO_MEMORY;
	e->guest = *g;
	lock(r);
	result = room(r, g->host);
	if (result == ROSTER_ROOM) {
		e->next = r->first;
		r->first = e;
		r->n++;
		e = NULL;
	}
	unlock(r);
	free(e);
	return result;
}

bool
roster_take(struct roster *r, SRTSOCKET socket, struct guest *g)
{
	struct entry *e;

	lock(r);
	if ((e = find(r, socket)) != NULL) {
		e->here = true;
		*g = e->guest;
	}
	unlock(r);
	return e != NULL;
}

void
roster_leave(struct roster *r, SRTSOCKET socket)
{
	struct entry *e;

	lock(r);
	if ((e = find(r, socket)) != NULL)
		drop(r, e);
	unlock(r);
}

void
roster_heard(struct roster *r, SRTSOCKET socket, uint64_t now_ms)
{
	struct entry *e;

	lock(r);
	if ((e = find(r, socket)) != NULL)
		e->heard_ms = now_ms;
	unlock(r);
}

uint64_t
roster_last_heard(struct roster *r, const char *channel)
{
	uint64_t last_ms = 0;

	lock(r);
	for (const struct entry *e = r->first; e != NULL; e = e->next)
		if (e->heard_ms > last_ms &&
		    strcmp(e->guest.channel, channel) == 0)
			last_ms = e->heard_ms;
	unlock(r);
	return last_ms;
}

bool
roster_any(struct roster *r)
{
	bool any;

	lock(r);
	any = r->first != NULL;
	unlock(r);
	return any;
}

bool
roster_lost(struct roster *r, uint64_t now_ms, struct guest *g)
{
	struct entry *e;

	lock(r);
	for (e = r->first; e != NULL; e = e->next)
		if (!e->here && now_ms >= e->guest.since_ms + ROSTER_ARRIVAL_MS)
			break;
	if (e != NULL) {
		*g = e->guest;
		drop(r, e);
	}
	unlock(r);
	return e != NULL;
}
