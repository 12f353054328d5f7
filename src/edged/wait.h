#ifndef EDGED_WAIT_H
#define EDGED_WAIT_H

#include "gate.h"
#include "reply.h"

/*
 * A request that waits at a gate until it can be answered.  No thread waits
 * with it: the handler returns, and is called again for the same request when
 * what was waited for is there, or will not come.
 */

enum wait_end {
	WAIT_OVER,   /* what was waited for is there */
	WAIT_PARKED, /* return without an answer: the handler is called again */
	WAIT_LATE,   /* it did not come in time */
	WAIT_FULL,   /* too many wait already */
	WAIT_STOPPING, /* the server is */
	WAIT_ENDS
};

/* True when edition E will do. */
typedef bool wait_fn(const struct edition *e, const void *arg);

enum { WAIT_MAX_ARG = 64 };

/* Of all that wait. */
struct wait_room {
	atomic_size_t waiting;
	size_t most;          /* that may */
	atomic_bool stopping; /* nobody may any more */
};

/* Of one connection. */
struct wait {
	struct wait_room *room; /* borrowed */
	bool counted;           /* there */
	bool parked;            /* answered later */
	struct gate *gate;      /* held, while it waits */
	unsigned turn;          /* of the gate, that was looked at */
	uint64_t until_us;      /* 0: this request has not waited */
	wait_fn *fn;
	_Alignas(max_align_t) char arg[WAIT_MAX_ARG];
};

/*
 * Wait at G, for X's request, for an edition with which FN is content, for
 * LIMIT_MS at most.  ARG, of SIZE octets, is copied.  *E, the edition that was
 * looked at already, is let go for the newest one.
 */
enum wait_end wait_for(struct exchange *x, struct gate *g, struct edition **e,
    unsigned limit_ms, wait_fn *fn, const void *arg, size_t size);

/* X's request got some of what it waits for: it may wait as long again. */
void wait_anew(struct exchange *x);

/* Whether W, which is parked, need not wait any more. */
bool wait_over(struct wait *w);

/* The request is answered: forget that it waited. */
void wait_fini(struct wait *w);

#endif
