#include "client.h"
#include "clock.h"
#include "sock.h"

#include <errno.h>

/* The calls for programs that have no loop. */

enum { WAIT_MS = 50 };

/*
 * Turn until *DONE, which the answer to the request made last will say, or
 * until DEADLINE_MS passed.  0, or -1 with errno ETIMEDOUT.
 */
static int
wait_for(struct bus_client *c, const bool *done, unsigned deadline_ms)
{
	uint64_t end_us = clock_mono_us() + deadline_ms * UINT64_C(1000);
	struct pending *p = client_newest(c);

	for (;;) {
		zmq_pollitem_t item = {
		    .socket = zsock_resolve(bus_client_socket(c)),
		    .events = ZMQ_POLLIN};
		uint64_t now_us, left_ms;

		bus_client_turn(c);
		if (*done)
			return 0;
		if ((now_us = clock_mono_us()) >= end_us)
			break;
		left_ms = (end_us - now_us) / 1000 + 1;
		(void)zmq_poll(
		    &item, 1, (long)(left_ms < WAIT_MS ? left_ms : WAIT_MS));
	}
	/* It may be on its way still, but nobody wants to know any more. */
	client_forget(c, p);
	errno = ETIMEDOUT;
	return -1;
}

/* Where bus_append_wait() finds its answer. */
struct wait {
	bool done;
	struct bus_result *result;
	char *why;
	size_t cap;
};

static void
waited(void *arg, size_t index, const struct bus_result *result)
{
	struct wait *w = arg;
	size_t n = result->why.len;

	(void)index;
	w->done = true;
	*w->result = *result;
	w->result->why = (struct str){0};
	if (w->cap == 0)
		return;
	n = n < w->cap ? n : w->cap;
	memcpy(w->why, n > 0 ? result->why.p : "", n);
	w->result->why = (struct str){w->why, n};
}

int
bus_append_wait(struct bus_client *c, const struct event *e,
    unsigned deadline_ms, struct bus_result *result, char *why, size_t cap)
{
	struct wait w = {
	    .result = result, .why = why, .cap = why != NULL ? cap : 0};
	struct buf b;
	int rc;

	buf_init(&b, EVENT_MAX);
	if ((rc = event_encode(e, &b)) == 0)
		rc = bus_append(c, buf_str(&b), waited, &w);
	buf_fini(&b);
	return rc == -1 ? -1 : wait_for(c, &w.done, deadline_ms);
}

/* Where bus_last_wait() finds its answer. */
struct last_wait {
	bool done;
	bus_last_fn *fn;
	void *arg;
};

static void
last_waited(void *arg, const struct event *e)
{
	struct last_wait *w = arg;

	if (e != NULL)
		w->fn(w->arg, e);
	else
		w->done = true;
}

int
bus_last_wait(struct bus_client *c, struct str subject, unsigned deadline_ms,
    bus_last_fn *fn, void *arg)
{
	struct last_wait w = {.fn = fn, .arg = arg};

	if (bus_last(c, subject, true, (struct str){"", 0}, 1, last_waited,
		&w) == -1)
		return -1;
	return wait_for(c, &w.done, deadline_ms);
}

/* Where bus_remove_wait() finds its answer. */
struct remove_wait {
	bool done, refused;
	struct bus_removal *out;
};

static void
remove_waited(void *arg, const struct wire_answer *a)
{
	struct remove_wait *w = arg;
	struct str why = a->why;

	w->done = true;
	w->refused = a->op == WIRE_ERROR;
	*w->out = a->removal;
	why.len = why.len < BUS_MAX_WHY ? why.len : BUS_MAX_WHY;
	(void)str_copy(w->out->why, sizeof(w->out->why), why);
}

int
bus_remove_wait(
    struct bus_client *c, unsigned deadline_ms, struct bus_removal *out)
{
	struct remove_wait w = {.out = out};

	if (client_remove(c, remove_waited, &w) == -1 ||
	    wait_for(c, &w.done, deadline_ms) == -1)
		return -1;
	if (!w.refused)
		return 0;
	errno = EPROTO;
	return -1;
}
