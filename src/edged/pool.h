#ifndef EDGED_POOL_H
#define EDGED_POOL_H

#include "conn.h"

#include <pthread.h>

/*
 * The threads that answer, and the connections that have something to be
 * answered, in their order.  A thread is with a request only while it answers:
 * who is slow to ask, waits for what is not there yet, or reads slowly is the
 * door's.
 */

struct worker {
	pthread_t thread;
	struct stats stats;
	struct pool *pool;
};

/* Answer C's request, as far as it goes; C is the callee's then. */
typedef void pool_fn(void *arg, struct worker *w, struct conn *c);

/* What the edge as a whole tells of its connections. */
struct figures {
	_Atomic uint64_t connections, refused, reaped; /* so far */
	atomic_size_t connected;
	atomic_size_t answering; /* requests begun and not finished */
};

struct pool {
	struct worker *worker; /* SIZE of them */
	size_t size;
	pool_fn *fn;
	void *arg;
	struct wait_room room;
	struct figures figures;

	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t filled;
	struct conn *first, **last;
	size_t idle, queued;
	bool stop;
};

/* 0, or -1 with errno. */
int pool_open(struct pool *p, size_t size, pool_fn *fn, void *arg);

/* Have FIRST and what follows it by their NEXT answered, N in all. */
void pool_put(struct pool *p, struct conn *first, size_t n);

/*
 * Once in a few milliseconds while true: connections are queued, and perhaps
 * behind threads that do not get on.
 */
bool pool_prod(struct pool *p);

/* True when somebody waits for a thread. */
bool pool_scarce(struct pool *p);

/* End the threads; connections that are still queued are closed. */
void pool_close(struct pool *p);

/* Add up what all workers counted. */
void pool_stats(const struct pool *p, struct stats *sum);

#endif
