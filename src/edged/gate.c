#include "gate.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct gate {
	atomic_uint holders;
	pthread_mutex_t lock; /* guards NOW */
	pthread_cond_t changed;
	struct edition *now;
};

/* Clocks that are set must neither end a wait nor lengthen it. */
static int
make_cond(pthread_cond_t *c)
{
	pthread_condattr_t a;
	int error = pthread_condattr_init(&a);

	if (error != 0)
		return error;
	if ((error = pthread_condattr_setclock(&a, CLOCK_MONOTONIC)) == 0)
		error = pthread_cond_init(c, &a);
	(void)pthread_condattr_destroy(&a);
	return error;
}

struct gate *
gate_open(void)
{
	struct gate *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	atomic_init(&g->holders, 1);
	if ((errno = pthread_mutex_init(&g->lock, NULL)) != 0)
		goto free_gate;
	if ((errno = make_cond(&g->changed)) != 0)
		goto destroy_lock;
	return g;

destroy_lock:
	(void)pthread_mutex_destroy(&g->lock);
free_gate:
	free(g);
	return NULL;
}

struct gate *
gate_hold(struct gate *g)
{
	if (g != NULL)
		atomic_fetch_add_explicit(&g->holders, 1, memory_order_relaxed);
	return g;
}

void
gate_drop(struct gate **gp)
{
	struct gate *g = *gp;

	*gp = NULL;
	if (g == NULL || atomic_fetch_sub_explicit(
			     &g->holders, 1, memory_order_acq_rel) != 1)
		return;
	edition_drop(&g->now);
	(void)pthread_cond_destroy(&g->changed);
	(void)pthread_mutex_destroy(&g->lock);
	free(g);
}

void
gate_set(struct gate *g, struct edition *e)
{
	struct edition *old;

	(void)pthread_mutex_lock(&g->lock);
	old = g->now;
	g->now = edition_hold(e);
	(void)pthread_mutex_unlock(&g->lock);
	if (old != e)
		(void)pthread_cond_broadcast(&g->changed);
	edition_drop(&old);
}

struct edition *
gate_now(struct gate *g)
{
	struct edition *e;

	(void)pthread_mutex_lock(&g->lock);
	e = edition_hold(g->now);
	(void)pthread_mutex_unlock(&g->lock);
	return e;
}

struct edition *
gate_wait(struct gate *g, const struct edition *seen, unsigned wait_ms)
{
	struct timespec until;
	struct edition *e;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	(void)pthread_mutex_lock(&g->lock);
	while (g->now == seen)
		if (pthread_cond_timedwait(&g->changed, &g->lock, &until) != 0)
			break;
	e = edition_hold(g->now);
	(void)pthread_mutex_unlock(&g->lock);
	return e;
}
