#include "pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	STACK_BYTES = 256 * 1024,
	/*
	 * Woken at once, however many connections come: more than processors
	 * would only get in each other's way.
	 */
	WOKEN_AT_ONCE = 4
};

static struct conn *
take(struct pool *p)
{
	struct conn *c;

	(void)pthread_mutex_lock(&p->lock);
	p->idle++;
	while (p->first == NULL && !p->stop)
		(void)pthread_cond_wait(&p->filled, &p->lock);
	p->idle--;
	if ((c = p->stop ? NULL : p->first) != NULL) {
		if ((p->first = c->next) == NULL)
			p->last = &p->first;
		p->queued--;
	}
	(void)pthread_mutex_unlock(&p->lock);
	return c;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct conn *c;

	while ((c = take(w->pool)) != NULL) {
		c->next = NULL;
		w->pool->fn(w->pool->arg, w, c);
	}
	return NULL;
}

static void
end_threads(struct pool *p, size_t n)
{
	(void)pthread_mutex_lock(&p->lock);
	p->stop = true;
	(void)pthread_cond_broadcast(&p->filled);
	(void)pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < n; i++)
		(void)pthread_join(p->worker[i].thread, NULL);
}

/* The default stack is meant for one thread and not for hundreds. */
static int
start_threads(struct pool *p)
{
	pthread_attr_t small;
	size_t n = 0;
	int error = pthread_attr_init(&small);

	if (error != 0)
		goto out;
	(void)pthread_attr_setstacksize(&small, STACK_BYTES);
	for (; n < p->size; n++) {
		p->worker[n].pool = p;
		if ((error = pthread_create(&p->worker[n].thread, &small, work,
			 &p->worker[n])) != 0)
			break;
	}
	(void)pthread_attr_destroy(&small);
	if (error != 0)
		end_threads(p, n);
out:
	errno = error;
	return error == 0 ? 0 : -1;
}

int
pool_open(struct pool *p, size_t size, pool_fn *fn, void *arg)
{
	*p = (struct pool){
	    .size = size, .fn = fn, .arg = arg, .last = &p->first};
	if ((p->worker = calloc(size, sizeof(*p->worker))) == NULL)
		return -1;
	if ((errno = pthread_mutex_init(&p->lock, NULL)) != 0)
		goto free_workers;
	if ((errno = pthread_cond_init(&p->filled, NULL)) != 0)
		goto destroy_lock;
	if (start_threads(p) == -1)
		goto destroy_filled;
	return 0;

destroy_filled:
	(void)pthread_cond_destroy(&p->filled);
destroy_lock:
	(void)pthread_mutex_destroy(&p->lock);
free_workers:
	free(p->worker);
	return -1;
}

static void
wake(struct pool *p, size_t n)
{
	n = n < p->idle ? n : p->idle;
	for (size_t i = 0; i < n && i < WOKEN_AT_ONCE; i++)
		(void)pthread_cond_signal(&p->filled);
}

void
pool_put(struct pool *p, struct conn *first, size_t n)
{
	struct conn *last = first;

	while (last->next != NULL)
		last = last->next;
	(void)pthread_mutex_lock(&p->lock);
	*p->last = first;
	p->last = &last->next;
	p->queued += n;
	wake(p, n);
	(void)pthread_mutex_unlock(&p->lock);
}

bool
pool_prod(struct pool *p)
{
	bool queued;

	(void)pthread_mutex_lock(&p->lock);
	if ((queued = p->queued > 0))
		wake(p, p->queued);
	(void)pthread_mutex_unlock(&p->lock);
	return queued;
}

bool
pool_scarce(struct pool *p)
{
	bool scarce;

	(void)pthread_mutex_lock(&p->lock);
	scarce = p->queued > 0;
	(void)pthread_mutex_unlock(&p->lock);
	return scarce;
}

void
pool_close(struct pool *p)
{
	if (p->worker == NULL)
		return;
	end_threads(p, p->size);
	while (p->first != NULL) {
		struct conn *c = p->first;

		p->first = c->next;
		conn_free(c);
	}
	(void)pthread_cond_destroy(&p->filled);
	(void)pthread_mutex_destroy(&p->lock);
	free(p->worker);
	p->worker = NULL;
}

void
pool_stats(const struct pool *p, struct stats *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (size_t i = 0; i < p->size; i++)
		stats_add(sum, &p->worker[i].stats);
}
