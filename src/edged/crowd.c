#include "crowd.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct member {
	struct member *next;
	struct address address;
	size_t n;
};

struct crowd {
	size_t most;
	uint64_t seed; /* nobody outside may choose who shares a bucket */
	pthread_mutex_t lock; /* guards the buckets */
	size_t buckets;
	struct member *bucket[];
};

struct crowd *
crowd_open(size_t most, size_t size)
{
	struct crowd *c = calloc(1, sizeof(*c) + size * sizeof(*c->bucket));

	if (c == NULL)
		return NULL;
	c->most = most;
	c->buckets = size;
	if (getrandom(&c->seed, sizeof(c->seed), 0) != sizeof(c->seed) ||
	    (errno = pthread_mutex_init(&c->lock, NULL)) != 0) {
		free(c);
		return NULL;
	}
	return c;
}

void
crowd_close(struct crowd *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->buckets; i++)
		while (c->bucket[i] != NULL) {
			struct member *m = c->bucket[i];

			c->bucket[i] = m->next;
			free(m);
		}
	(void)pthread_mutex_destroy(&c->lock);
	free(c);
}

/* Where A stands, or would stand. */
static struct member **
find(struct crowd *c, const struct address *a)
{
	uint64_t half[2], h = c->seed;
	struct member **at;

	memcpy(half, a, sizeof(half));
	for (size_t i = 0; i < 2; i++) {
		h = (h ^ half[i]) * 0x9e3779b97f4a7c15;
		h ^= h >> 32;
	}
	at = &c->bucket[h % c->buckets];
	while (*at != NULL && !address_eq(&(*at)->address, a))
		at = &(*at)->next;
	return at;
}

bool
crowd_enter(struct crowd *c, const struct address *a)
{
	struct member **at;
	bool fits = true;

	if (c->most == 0)
		return true;
	(void)pthread_mutex_lock(&c->lock);
	at = find(c, a);
	if (*at == NULL && (*at = calloc(1, sizeof(**at))) != NULL)
		(*at)->address = *a;
	/* Without memory to count with nobody is turned away. */
	if (*at != NULL)
		fits = ++(*at)->n <= c->most;
	(void)pthread_mutex_unlock(&c->lock);
	return fits;
}

void
crowd_leave(struct crowd *c, const struct address *a)
{
	struct member **at, *m;

	if (c->most == 0)
		return;
	(void)pthread_mutex_lock(&c->lock);
	at = find(c, a);
	if ((m = *at) != NULL && --m->n == 0) {
		*at = m->next;
		free(m);
	}
	(void)pthread_mutex_unlock(&c->lock);
}
