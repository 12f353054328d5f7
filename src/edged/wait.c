#include "wait.h"

#include "clock.h"

#include <poll.h>

/* Meanwhile a peer may leave, or the server stop, unnoticed. */
enum { LOOK_UP_MS = 500 };

/* Half a connection is none: what is waited for could not be told. */
static bool
has_left(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLRDHUP};

	return poll(&p, 1, 0) == 1 &&
	       (p.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

static enum wait_end
wait_on(struct pool *p, int fd, struct gate *g, struct edition **e,
    uint64_t until_us, wait_fn *fn, const void *arg)
{
	for (;;) {
		uint64_t now_us = clock_mono_us(), left_ms;
		struct edition *next;

		if (now_us >= until_us)
			return WAIT_LATE;
		left_ms = (until_us - now_us) / 1000 + 1;
		next = gate_wait(g, *e,
		    left_ms < LOOK_UP_MS ? (unsigned)left_ms : LOOK_UP_MS);
		edition_drop(e);
		*e = next;
		if (next != NULL && fn(next, arg))
			return WAIT_OVER;
		if (atomic_load(&p->draining))
			return WAIT_STOPPING;
		if (has_left(fd))
			return WAIT_GONE;
	}
}

enum wait_end
wait_for(struct pool *p, int fd, struct gate *g, struct edition **e,
    unsigned limit_ms, wait_fn *fn, const void *arg)
{
	uint64_t until_us = clock_mono_us() + (uint64_t)limit_ms * 1000;
	enum wait_end end;

	if (*e != NULL && fn(*e, arg))
		return WAIT_OVER;
	if (!pool_rest(p))
		return WAIT_FULL;
	end = wait_on(p, fd, g, e, until_us, fn, arg);
	pool_wake(p);
	return end;
}
