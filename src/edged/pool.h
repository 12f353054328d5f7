#ifndef EDGED_POOL_H
#define EDGED_POOL_H

#include "conn.h"
#include "wire.h"

#include <civetweb.h>
#include <pthread.h>

/*
 * The threads that answer, which are civetweb's, and the connections that have
 * something to be answered, in their order.  A thread is with a request only
 * while it answers: who is slow to ask, waits for what is not there yet, or
 * reads slowly is the door's.
 *
 * civetweb keeps a thread with each connection that it accepted.  So it has as
 * many connections as threads, all from here and for good, and over them the
 * door hands on one request at a time, as a gateway does.  What civetweb
 * would write to one nobody reads: answers go straight to the client.
 */

struct pool;

struct worker {
	struct stats stats;
	struct pool *pool;

	/* Guarded by the pool's lock. */
	struct wire wire;  /* to the thread */
	bool seated;       /* which reads it */
	struct conn *conn; /* whose request it was given, or NULL */
	struct worker *next_idle;
};

/*
 * Answer C's request, which is as RI says, as far as it goes.  C when the next
 * one on it is to be answered, or NULL: it is the callee's.
 */
typedef struct conn *pool_fn(void *arg, struct worker *w, struct conn *c,
    const struct mg_request_info *ri);

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
	struct mg_context *mg;
	unsigned port; /* where civetweb listens, for us */

	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t seating;
	struct conn *first, **last;
	struct worker *idle;
	size_t queued, seated;
	bool stop;
	char complaint[256]; /* civetweb's last one, while it starts */
};

/* 0, or -1 with errno or, EIO, P's complaint. */
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
