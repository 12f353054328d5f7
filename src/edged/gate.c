#include "gate.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>

struct gate {
	atomic_uint holders, turn;
	atomic_int bell_fd;   /* or -1 */
	pthread_mutex_t lock; /* guards NOW */
	struct edition *now;
};

struct gate *
gate_open(void)
{
	struct gate *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	atomic_init(&g->holders, 1);
	atomic_init(&g->bell_fd, -1);
	if ((errno = pthread_mutex_init(&g->lock, NULL)) != 0)
		goto free_gate;
	return g;

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
	if (old != e) {
		int fd;

		atomic_fetch_add(&g->turn, 1);
		/* Whoever set the bell after this has seen the turn. */
		if ((fd = atomic_load(&g->bell_fd)) != -1)
			(void)eventfd_write(fd, 1);
	}
	edition_drop(&old);
}

unsigned
gate_turn(const struct gate *g)
{
	return atomic_load(&g->turn);
}

void
gate_bell(struct gate *g, int bell_fd)
{
	atomic_store(&g->bell_fd, bell_fd);
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
