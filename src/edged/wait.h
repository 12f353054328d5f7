#ifndef EDGED_WAIT_H
#define EDGED_WAIT_H

#include "gate.h"
#include "pool.h"

/* A request that waits at a gate until it can be answered. */

enum wait_end {
	WAIT_OVER,     /* what was waited for is there */
	WAIT_LATE,     /* it did not come in time */
	WAIT_FULL,     /* too many wait already */
	WAIT_GONE,     /* the peer has left */
	WAIT_STOPPING, /* the server is */
	WAIT_ENDS
};

/* True when edition E will do. */
typedef bool wait_fn(const struct edition *e, const void *arg);

/*
 * Wait at G for an edition with which FN is content, for LIMIT_MS at most,
 * with a thread of P that holds the connection FD.  *E, the edition that was
 * looked at already, is let go for the one that was looked at last.
 */
enum wait_end wait_for(struct pool *p, int fd, struct gate *g,
    struct edition **e, unsigned limit_ms, wait_fn *fn, const void *arg);

#endif
