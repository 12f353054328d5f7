#include "queue.h"
#include "clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { MICRO = 1000000 };

struct entry {
	struct item *item;
	struct entry *next;
};

struct queue {
	pthread_mutex_t lock; /* guards all of these */
	pthread_cond_t changed;
	size_t max_bytes, bytes;
	struct entry *first, **last;
	struct item *head; /* of what is at the front */
	struct item *told; /* what was given as that last */
	bool need_start;   /* what decoding needs was dropped */
	bool slow;         /* since nobody took it in time */
	bool idle, over;
};

struct queue *
queue_open(size_t max_bytes)
{
	struct queue *q = calloc(1, sizeof(*q));
	pthread_condattr_t a;

	if (q == NULL)
		return NULL;
	q->max_bytes = max_bytes;
	q->last = &q->first;
	q->need_start = true;
	if ((errno = pthread_mutex_init(&q->lock, NULL)) != 0)
		goto free_queue;
	if ((errno = pthread_condattr_init(&a)) != 0)
		goto destroy_lock;
	(void)pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
	errno = pthread_cond_init(&q->changed, &a);
	(void)pthread_condattr_destroy(&a);
	if (errno != 0)
		goto destroy_lock;
	return q;

destroy_lock:
	(void)pthread_mutex_destroy(&q->lock);
free_queue:
	free(q);
	return NULL;
}

/* Take the front away; its item is the caller's. */
static struct item *
shift(struct queue *q)
{
	struct entry *e = q->first;
	struct item *i = e->item;

	if ((q->first = e->next) == NULL)
		q->last = &q->first;
	q->bytes -= i->bytes;
	free(e);
	if (i->kind == ITEM_HEAD) {
		item_drop(&q->head);
		q->head = item_hold(i);
	}
	return i;
}

/* Drop all; heads stay known.  How many packets that were. */
static uint64_t
clear(struct queue *q)
{
	uint64_t n = 0;

	while (q->first != NULL) {
		struct item *i = shift(q);

		n += i->kind == ITEM_PACKET;
		item_drop(&i);
	}
	return n;
}

void
queue_close(struct queue *q)
{
	if (q == NULL)
		return;
	(void)clear(q);
	item_drop(&q->head);
	item_drop(&q->told);
	(void)pthread_cond_destroy(&q->changed);
	(void)pthread_mutex_destroy(&q->lock);
	free(q);
}

static uint64_t
put(struct queue *q, struct item *i)
{
	uint64_t dropped = 0;
	struct entry *e;

	if (i->kind == ITEM_PACKET) {
		/* Whoever begins late begins with the newest pictures. */
		if (q->idle && i->start)
			(void)clear(q);
		if (q->bytes + i->bytes > q->max_bytes) {
			dropped = clear(q);
			q->need_start = q->slow = true;
		}
		if (q->need_start && !i->start) {
			item_drop(&i);
			return dropped + q->slow;
		}
		q->need_start = q->slow = false;
	}
	if ((e = malloc(sizeof(*e))) == NULL) {
		dropped += clear(q) + 1;
		q->need_start = true;
		item_drop(&i);
		return dropped;
	}
	*e = (struct entry){i, NULL};
	*q->last = e;
	q->last = &e->next;
	q->bytes += i->bytes;
	return dropped;
}

uint64_t
queue_put(struct queue *q, struct item *i)
{
	uint64_t dropped;

	(void)pthread_mutex_lock(&q->lock);
	dropped = put(q, i);
	(void)pthread_cond_signal(&q->changed);
	(void)pthread_mutex_unlock(&q->lock);
	return dropped;
}

void
queue_end(struct queue *q)
{
	(void)pthread_mutex_lock(&q->lock);
	q->over = true;
	(void)pthread_cond_signal(&q->changed);
	(void)pthread_mutex_unlock(&q->lock);
}

/* Wait for a change until DEADLINE_US; false: it passed. */
static bool
wait_until(struct queue *q, uint64_t deadline_us)
{
	const struct timespec t = {
	    (time_t)(deadline_us / MICRO), (long)(deadline_us % MICRO * 1000)};

	return pthread_cond_timedwait(&q->changed, &q->lock, &t) != ETIMEDOUT;
}

/* Pass over the heads at the front, the last of which holds. */
static void
pass_heads(struct queue *q)
{
	while (q->first != NULL && q->first->item->kind == ITEM_HEAD) {
		struct item *i = shift(q);

		item_drop(&i);
	}
}

/* Give the head of what is at the front. */
static struct item *
tell_head(struct queue *q)
{
	item_drop(&q->told);
	if (q->head == NULL)
		return NULL;
	q->told = item_hold(q->head);
	return item_hold(q->head);
}

/* The front, or the head of it when that is another one. */
static struct item *
take(struct queue *q)
{
	pass_heads(q);
	if (q->first == NULL)
		return NULL;
	return q->head != q->told ? tell_head(q) : shift(q);
}

struct item *
queue_take(struct queue *q, uint64_t deadline_us, bool *over)
{
	struct item *i;

	(void)pthread_mutex_lock(&q->lock);
	q->idle = false;
	while ((i = take(q)) == NULL && !q->over)
		if (!wait_until(q, deadline_us))
			break;
	*over = i == NULL && q->over;
	(void)pthread_mutex_unlock(&q->lock);
	return i;
}

/* True when something is there but heads. */
static bool
has_packet(const struct queue *q)
{
	for (const struct entry *e = q->first; e != NULL; e = e->next)
		if (e->item->kind == ITEM_PACKET)
			return true;
	return false;
}

void
queue_idle(struct queue *q)
{
	(void)pthread_mutex_lock(&q->lock);
	q->idle = true;
	(void)clear(q);
	q->need_start = true;
	q->slow = false;
	(void)pthread_mutex_unlock(&q->lock);
}

bool
queue_ready(struct queue *q)
{
	bool ready;

	(void)pthread_mutex_lock(&q->lock);
	while (!(ready = has_packet(q)) && !q->over)
		(void)pthread_cond_wait(&q->changed, &q->lock);
	(void)pthread_mutex_unlock(&q->lock);
	return ready;
}

bool
queue_sleep(struct queue *q, uint64_t deadline_us)
{
	bool over;

	(void)pthread_mutex_lock(&q->lock);
	while (!(over = q->over) && clock_mono_us() < deadline_us)
		(void)wait_until(q, deadline_us);
	(void)pthread_mutex_unlock(&q->lock);
	return !over;
}

struct item *
queue_head(struct queue *q)
{
	struct item *i;

	(void)pthread_mutex_lock(&q->lock);
	pass_heads(q);
	i = tell_head(q);
	(void)pthread_mutex_unlock(&q->lock);
	return i;
}
