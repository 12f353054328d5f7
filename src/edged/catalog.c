#include "catalog.h"

#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct item {
	char broadcast[NAME_SIZE];
	uint64_t since_us, ended_us;
	struct owner *owner;
	char *title; /* NULL: none */
};

/* A channel, and its recordings from the oldest to the newest. */
struct owner {
	char name[NAME_SIZE];
	struct item **entry;
	size_t n, cap;
};

struct catalog {
	pthread_rwlock_t lock; /* guards these search.h trees */
	void *entries, *owners;
};

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct item *)a)->broadcast,
	    ((const struct item *)b)->broadcast);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(
	    ((const struct owner *)a)->name, ((const struct owner *)b)->name);
}

struct catalog *
catalog_open(void)
{
	struct catalog *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	if ((errno = pthread_rwlock_init(&c->lock, NULL)) != 0) {
		free(c);
		return NULL;
	}
	return c;
}

static void
item_free(void *arg)
{
	struct item *e = arg;

	free(e->title);
	free(e);
}

static void
owner_free(void *arg)
{
	struct owner *o = arg;

	free(o->entry);
	free(o);
}

void
catalog_close(struct catalog *c)
{
	if (c == NULL)
		return;
	tdestroy(c->entries, item_free);
	tdestroy(c->owners, owner_free);
	(void)pthread_rwlock_destroy(&c->lock);
	free(c);
}

static struct item *
find(struct catalog *c, const char *broadcast)
{
	struct item key = {.since_us = 0}, **found;

	if (str_copy(key.broadcast, sizeof(key.broadcast),
		str_from(broadcast)) == -1)
		return NULL;
	found = tfind(&key, &c->entries, by_id);
	return found != NULL ? *found : NULL;
}

/* The channel NAME, made with room for one more recording; or NULL. */
static struct owner *
owner_of(struct catalog *c, const char *name)
{
	struct owner *o = calloc(1, sizeof(*o)), **found;
	struct item **p;

	if (o == NULL)
		return NULL;
	(void)str_copy(o->name, sizeof(o->name), str_from(name));
	found = tsearch(o, &c->owners, by_name);
	if (found == NULL || *found != o)
		free(o);
	if (found == NULL)
		return NULL;
	o = *found;
	if (o->n == o->cap) {
		size_t n = o->cap > 0 ? 2 * o->cap : 4;

		p = reallocarray(o->entry, n, sizeof(struct item *));
		if (p == NULL)
			return NULL;
		o->entry = p;
		o->cap = n;
	}
	return o;
}

/* Where E belongs among those of O: by start, then by id. */
static size_t
place(const struct owner *o, const struct item *e)
{
	size_t i = o->n;

	/* New ones are the newest. */
	while (i > 0 && (o->entry[i - 1]->since_us > e->since_us ||
			    (o->entry[i - 1]->since_us == e->since_us &&
				by_id(o->entry[i - 1], e) > 0)))
		i--;
	return i;
}

/* An entry for R, in its channel's list and among all; NULL with errno. */
static struct item *
add(struct catalog *c, const struct recording_state *r)
{
	struct owner *o = owner_of(c, r->channel);
	struct item *e = o != NULL ? calloc(1, sizeof(*e)) : NULL;
	size_t i;

	if (e == NULL)
		goto no_memory;
	(void)str_copy(
	    e->broadcast, sizeof(e->broadcast), str_from(r->broadcast));
	e->since_us = r->since_us;
	e->owner = o;
	if (tsearch(e, &c->entries, by_id) == NULL) {
		free(e);
		goto no_memory;
	}
	i = place(o, e);
	memmove(
	    o->entry + i + 1, o->entry + i, (o->n - i) * sizeof(struct item *));
	o->entry[i] = e;
	o->n++;
	return e;

no_memory:
	errno = ENOMEM;
	return NULL;
}

int
catalog_put(struct catalog *c, const struct recording_state *r)
{
	char *title = NULL;
	struct item *e;

	if (r->title[0] != '\0' && (title = strdup(r->title)) == NULL)
		return -1;
	(void)pthread_rwlock_wrlock(&c->lock);
	if ((e = find(c, r->broadcast)) == NULL)
		e = add(c, r);
	if (e != NULL) {
		e->ended_us = r->ended_us;
		free(e->title);
		e->title = title;
	}
	(void)pthread_rwlock_unlock(&c->lock);
	if (e == NULL)
		free(title);
	return e != NULL ? 0 : -1;
}

void
catalog_remove(struct catalog *c, const char *broadcast)
{
	struct item *e;

	(void)pthread_rwlock_wrlock(&c->lock);
	if ((e = find(c, broadcast)) != NULL) {
		struct owner *o = e->owner;
		size_t i = place(o, e) - 1;

		o->n--;
		memmove(o->entry + i, o->entry + i + 1,
		    (o->n - i) * sizeof(struct item *));
		(void)tdelete(e, &c->entries, by_id);
		item_free(e);
	}
	(void)pthread_rwlock_unlock(&c->lock);
}

static void
tell(const struct item *e, struct recording_state *out)
{
	memset(out, 0, sizeof(*out));
	(void)str_copy(
	    out->broadcast, sizeof(out->broadcast), str_from(e->broadcast));
	(void)str_copy(
	    out->channel, sizeof(out->channel), str_from(e->owner->name));
	(void)str_copy(out->title, sizeof(out->title), str_from(e->title));
	out->since_us = e->since_us;
	out->ended_us = e->ended_us;
}

bool
catalog_get(
    struct catalog *c, const char *broadcast, struct recording_state *out)
{
	const struct item *e;

	(void)pthread_rwlock_rdlock(&c->lock);
	if ((e = find(c, broadcast)) != NULL)
		tell(e, out);
	(void)pthread_rwlock_unlock(&c->lock);
	return e != NULL;
}

size_t
catalog_list(struct catalog *c, const char *channel, const char *before,
    size_t cap, struct recording_state *out)
{
	struct owner key = {.n = 0}, **found;
	const struct item *e;
	size_t i = 0, n = 0;

	(void)str_copy(key.name, sizeof(key.name), str_from(channel));
	(void)pthread_rwlock_rdlock(&c->lock);
	if ((found = tfind(&key, &c->owners, by_name)) != NULL) {
		i = (*found)->n;
		if (before != NULL)
			i = (e = find(c, before)) != NULL && e->owner == *found
				? place(*found, e) - 1
				: 0;
		while (i > 0 && n < cap)
			tell((*found)->entry[--i], &out[n++]);
	}
	(void)pthread_rwlock_unlock(&c->lock);
	return n;
}
