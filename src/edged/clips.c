#include "clips.h"

#include "clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct item {
	char clip[NAME_SIZE], broadcast[NAME_SIZE], channel[NAME_SIZE];
	uint64_t from_us, to_us, created_us;
	char title[];
};

/* The same clips in two orders: by id; by channel, and then by age. */
enum order { BY_ID, BY_AGE, ORDERS };

struct clips {
	pthread_rwlock_t lock; /* guards these */
	struct item **item[ORDERS];
	size_t n, cap;

	pthread_mutex_t arrival_lock; /* guards that there are more */
	pthread_cond_t arrival;
};

static int
compare(enum order o, const struct item *a, const struct item *b)
{
	int c;

	if (o == BY_AGE && (c = strcmp(a->channel, b->channel)) != 0)
		return c;
	if (o == BY_AGE && a->created_us != b->created_us)
		return a->created_us < b->created_us ? -1 : 1;
	return strcmp(a->clip, b->clip);
}

struct clips *
clips_open(void)
{
	struct clips *c = calloc(1, sizeof(*c));
	pthread_condattr_t attr;

	if (c == NULL)
		return NULL;
	if ((errno = pthread_rwlock_init(&c->lock, NULL)) != 0)
		goto free_clips;
	if ((errno = pthread_mutex_init(&c->arrival_lock, NULL)) != 0)
		goto destroy_lock;
	if ((errno = pthread_condattr_init(&attr)) != 0)
		goto destroy_arrival_lock;
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	errno = pthread_cond_init(&c->arrival, &attr);
	(void)pthread_condattr_destroy(&attr);
	if (errno == 0)
		return c;
destroy_arrival_lock:
	(void)pthread_mutex_destroy(&c->arrival_lock);
destroy_lock:
	(void)pthread_rwlock_destroy(&c->lock);
free_clips:
	free(c);
	return NULL;
}

void
clips_close(struct clips *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++)
		free(c->item[BY_ID][i]);
	for (int o = 0; o < ORDERS; o++)
		free(c->item[o]);
	(void)pthread_cond_destroy(&c->arrival);
	(void)pthread_mutex_destroy(&c->arrival_lock);
	(void)pthread_rwlock_destroy(&c->lock);
	free(c);
}

/* The place of K in order O, or where it belongs; *FOUND says which. */
static size_t
place(const struct clips *c, enum order o, const struct item *k, bool *found)
{
	size_t low = 0, high = c->n;

	*found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = compare(o, c->item[o][mid], k);

		if (d == 0) {
			*found = true;
			return mid;
		}
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The item called ID, or NULL. */
static struct item *
find(const struct clips *c, const char *id)
{
	struct item key = {.clip = ""};
	bool found;
	size_t i;

	if (str_copy(key.clip, sizeof(key.clip), str_from(id)) == -1)
		return NULL;
	i = place(c, BY_ID, &key, &found);
	return found ? c->item[BY_ID][i] : NULL;
}

static struct item *
item_make(const struct clip_state *s)
{
	size_t len = strlen(s->title) + 1;
	struct item *e = calloc(1, sizeof(*e) + len);

	if (e == NULL)
		return NULL;
	memcpy(e->clip, s->clip, sizeof(e->clip));
	memcpy(e->broadcast, s->broadcast, sizeof(e->broadcast));
	memcpy(e->channel, s->channel, sizeof(e->channel));
	e->from_us = s->from_us;
	e->to_us = s->to_us;
	e->created_us = s->created_us;
	memcpy(e->title, s->title, len);
	return e;
}

static void
item_state(const struct item *e, struct clip_state *out)
{
	*out = (struct clip_state){.from_us = e->from_us,
	    .to_us = e->to_us,
	    .created_us = e->created_us};
	memcpy(out->clip, e->clip, sizeof(out->clip));
	memcpy(out->broadcast, e->broadcast, sizeof(out->broadcast));
	memcpy(out->channel, e->channel, sizeof(out->channel));
	(void)str_copy(out->title, sizeof(out->title), str_from(e->title));
}

static int
grow(struct clips *c)
{
	size_t cap = c->cap > 0 ? 2 * c->cap : 64;

	if (c->n < c->cap)
		return 0;
	for (int o = 0; o < ORDERS; o++) {
		struct item **p =
		    reallocarray(c->item[o], cap, sizeof(struct item *));

		if (p == NULL)
			return -1;
		c->item[o] = p;
	}
	c->cap = cap;
	return 0;
}

/* Take the item at I of order O out. */
static void
take_out(struct clips *c, enum order o, size_t i)
{
	memmove(c->item[o] + i, c->item[o] + i + 1,
	    (c->n - i - 1) * sizeof(struct item *));
}

static void
forget(struct clips *c, struct item *e)
{
	bool found;

	for (int o = 0; o < ORDERS; o++)
		take_out(c, (enum order)o, place(c, (enum order)o, e, &found));
	c->n--;
	free(e);
}

int
clips_put(struct clips *c, const struct clip_state *s)
{
	struct item *e = item_make(s), *old;
	bool found;

	if (e == NULL)
		return -1;
	(void)pthread_rwlock_wrlock(&c->lock);
	if ((old = find(c, s->clip)) != NULL)
		forget(c, old);
	if (grow(c) == -1) {
		(void)pthread_rwlock_unlock(&c->lock);
		free(e);
		return -1;
	}
	for (int o = 0; o < ORDERS; o++) {
		size_t i = place(c, (enum order)o, e, &found);

		memmove(c->item[o] + i + 1, c->item[o] + i,
		    (c->n - i) * sizeof(struct item *));
		c->item[o][i] = e;
	}
	c->n++;
	(void)pthread_rwlock_unlock(&c->lock);
	(void)pthread_mutex_lock(&c->arrival_lock);
	(void)pthread_cond_broadcast(&c->arrival);
	(void)pthread_mutex_unlock(&c->arrival_lock);
	return 0;
}

void
clips_remove(struct clips *c, const char *id)
{
	struct item *e;

	(void)pthread_rwlock_wrlock(&c->lock);
	if ((e = find(c, id)) != NULL)
		forget(c, e);
	(void)pthread_rwlock_unlock(&c->lock);
}

bool
clips_get(struct clips *c, const char *id, struct clip_state *out)
{
	const struct item *e;

	(void)pthread_rwlock_rdlock(&c->lock);
	if ((e = find(c, id)) != NULL)
		item_state(e, out);
	(void)pthread_rwlock_unlock(&c->lock);
	return e != NULL;
}

bool
clips_await(struct clips *c, const char *id, unsigned wait_ms)
{
	uint64_t end_us = clock_mono_us() + (uint64_t)wait_ms * 1000;
	const struct timespec end = {
	    (time_t)(end_us / 1000000), (long)(end_us % 1000000) * 1000};
	struct clip_state s;
	bool there;
	int rc = 0;

	(void)pthread_mutex_lock(&c->arrival_lock);
	while (!(there = clips_get(c, id, &s)) && rc == 0)
		rc =
		    pthread_cond_timedwait(&c->arrival, &c->arrival_lock, &end);
	(void)pthread_mutex_unlock(&c->arrival_lock);
	return there;
}

size_t
clips_list(struct clips *c, const char *channel, const char *before, size_t cap,
    struct clip_state *out)
{
	struct item key = {.created_us = UINT64_MAX};
	const struct item *e;
	size_t n = 0, i;
	bool found;

	if (str_copy(key.channel, sizeof(key.channel), str_from(channel)) == -1)
		return 0;
	(void)pthread_rwlock_rdlock(&c->lock);
	e = before != NULL ? find(c, before) : NULL;
	i = place(c, BY_AGE, e != NULL ? e : &key, &found);
	while (i > 0 && n < cap &&
	       strcmp(c->item[BY_AGE][i - 1]->channel, channel) == 0)
		item_state(c->item[BY_AGE][--i], &out[n++]);
	(void)pthread_rwlock_unlock(&c->lock);
	return n;
}
