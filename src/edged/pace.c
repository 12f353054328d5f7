#include "pace.h"

#include "clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

/*
 * Addresses that are remembered; of more, those that were not here longest are
 * forgotten, and may begin anew.
 */
enum { PLACES = 4096, MINUTE_US = 60000000 };

struct place {
	struct address who;
	/* When all that it took is made good; see pace_take(). */
	uint64_t even_us;
};

struct pace {
	uint64_t each_us; /* one makes it wait so long, when it had many */
	pthread_mutex_t lock;
	struct place place[PLACES];
};

struct pace *
pace_open(unsigned most)
{
	struct pace *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->each_us = most > 0 ? MINUTE_US / most : 0;
	if ((errno = pthread_mutex_init(&p->lock, NULL)) == 0)
		return p;
	free(p);
	return NULL;
}

void
pace_close(struct pace *p)
{
	if (p == NULL)
		return;
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}

/* A's place, or the one that was not used longest. */
static struct place *
find(struct pace *p, const struct address *a)
{
	struct place *oldest = &p->place[0];

	for (struct place *q = p->place; q < p->place + PLACES; q++) {
		if (q->even_us != 0 && address_eq(&q->who, a))
			return q;
		if (q->even_us < oldest->even_us)
			oldest = q;
	}
	oldest->who = *a;
	oldest->even_us = 0;
	return oldest;
}

bool
pace_take(struct pace *p, const struct address *a)
{
	uint64_t now_us = clock_mono_us();
	struct address holder;
	struct place *q;
	bool may;

	if (p->each_us == 0 || a == NULL)
		return true;
	holder = address_holder(a);
	(void)pthread_mutex_lock(&p->lock);
	q = find(p, &holder);
	if (q->even_us < now_us)
		q->even_us = now_us;
	may = q->even_us + p->each_us <= now_us + MINUTE_US;
	if (may)
		q->even_us += p->each_us;
	(void)pthread_mutex_unlock(&p->lock);
	return may;
}
