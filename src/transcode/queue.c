#include "queue.h"

#include <pthread.h>
#include <stdlib.h>

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t more, room;
	size_t cap, first, n;
	bool ended;
	void *item[];
};

struct queue *
queue_open(size_t cap)
{
	struct queue *q = calloc(1, sizeof(*q) + cap * sizeof(q->item[0]));

	if (q == NULL)
		return NULL;
	q->cap = cap;
	(void)pthread_mutex_init(&q->lock, NULL);
	(void)pthread_cond_init(&q->more, NULL);
	(void)pthread_cond_init(&q->room, NULL);
	return q;
}

void
queue_close(struct queue *q)
{
	if (q == NULL)
		return;
	(void)pthread_cond_destroy(&q->room);
	(void)pthread_cond_destroy(&q->more);
	(void)pthread_mutex_destroy(&q->lock);
	free(q);
}

int
queue_put(struct queue *q, void *item, bool wait)
{
	int rc = -1;

	(void)pthread_mutex_lock(&q->lock);
	while (wait && q->n == q->cap)
		(void)pthread_cond_wait(&q->room, &q->lock);
	if (q->n < q->cap) {
		q->item[(q->first + q->n++) % q->cap] = item;
		(void)pthread_cond_signal(&q->more);
		rc = 0;
	}
	(void)pthread_mutex_unlock(&q->lock);
	return rc;
}

void *
queue_take(struct queue *q)
{
	void *item = NULL;

	(void)pthread_mutex_lock(&q->lock);
	while (q->n == 0 && !q->ended)
		(void)pthread_cond_wait(&q->more, &q->lock);
	if (q->n > 0) {
		item = q->item[q->first];
		q->first = (q->first + 1) % q->cap;
		q->n--;
		/* Who waits is woken for more than one: waking is dear. */
		if (q->n <= q->cap / 2)
			(void)pthread_cond_signal(&q->room);
	}
	(void)pthread_mutex_unlock(&q->lock);
	return item;
}

void
queue_end(struct queue *q)
{
	(void)pthread_mutex_lock(&q->lock);
	q->ended = true;
	(void)pthread_cond_signal(&q->more);
	(void)pthread_mutex_unlock(&q->lock);
}
