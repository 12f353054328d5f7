#ifndef EDGED_POOL_H
#define EDGED_POOL_H

#include "stats.h"

#include <civetweb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The threads that answer, and the connection each of them holds: civetweb
 * gives every connection a thread, so threads are the budget that must not
 * run out.  The pool knows who holds one and since when, limits what one
 * address may hold, and takes threads back from connections that say
 * nothing when few are left.
 */

enum worker_state {
	WORKER_FREE,    /* holds no connection */
	WORKER_WAITING, /* for a request's head */
	WORKER_BUSY     /* answering */
};

struct worker {
	pthread_mutex_t lock; /* guards what follows */
	enum worker_state state;
	int fd;            /* of the connection, or -1: it said nothing yet */
	uint64_t since_us; /* in this state */

	_Atomic uint32_t address; /* the peer's, or 0; read without the lock */
	struct stats stats;
};

struct pool {
	struct worker *worker; /* SIZE of them */
	size_t size;
	atomic_size_t taken;     /* workers that belong to a thread */
	atomic_size_t connected; /* those not free */
	atomic_size_t busy;
	atomic_size_t waiting; /* of these, for something to happen */
	size_t per_address;    /* connections of one address; 0: any number */
	size_t reserve;        /* threads that idle connections may not hold */
	int fd_max;            /* no descriptor is higher */
	in_port_t port;        /* ours, network order; set before it is swept */
	/* For pool_sweep(): of each descriptor, when it came last, and the
	 * time by which it measures silence. */
	struct sighting *seen;
	uint64_t swept_us, time_us;
	_Atomic uint64_t connections, refused, reaped; /* so far */
	atomic_bool draining; /* answer what was begun, begin nothing */
};

/* 0, or -1 with errno. */
int pool_init(struct pool *p, size_t size, size_t per_address, int fd_max);
void pool_fini(struct pool *p);

/* A worker for the calling thread, for good; NULL when all are taken. */
struct worker *pool_worker(struct pool *p);

/* W holds a connection now, and is about to give it back. */
void pool_connect(struct pool *p, struct worker *w);
void pool_disconnect(struct pool *p, struct worker *w);

/*
 * A request's head is there, from the peer that RI names.  The
 * connection's descriptor, made blocking with a deadline for each send, or
 * -1 when the peer has gone.  civetweb does not tell it, and its own writes
 * copy what they send.  *CROWDED when this is the connection's first request
 * and its address has more connections than it may.
 */
int pool_begin(struct pool *p, struct worker *w,
    const struct mg_request_info *ri, bool *crowded);
void pool_end(struct pool *p, struct worker *w);

/*
 * The calling thread is about to wait for something to happen.  False when so
 * many do already that those that answer at once would run out; it must not
 * wait then.  pool_wake() follows a true one.
 */
bool pool_rest(struct pool *p);
void pool_wake(struct pool *p);

/* True when so few threads are free that connections should not be kept. */
bool pool_scarce(const struct pool *p);

/*
 * For one thread, every 25 ms or so: shut down connections that say
 * nothing, where an address has too many or where threads are scarce.
 */
void pool_sweep(struct pool *p);

/* Shut down every connection. */
void pool_shutdown(struct pool *p);

/* Add up what all workers counted. */
void pool_stats(const struct pool *p, struct stats *sum);

#endif
