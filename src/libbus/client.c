#include "client.h"
#include "clock.h"
#include "sock.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

enum {
	MAX_ANSWERS = 1024, /* in a turn, before the loop's others */
	RESEND_US = 1000 * 1000,
	RESEND_MAX_US = 5 * 1000 * 1000,
	BUSY_US = 250 * 1000,
	BUSY_MAX_US = 2 * 1000 * 1000,
	LINK_CHECK_US = 5 * 1000
};

struct bus_client {
	zsock_t *sock, *monitor;
	struct pending *first, *last; /* in the order they were made */
	size_t n, bytes;              /* of that list */
	size_t unsent;                /* of those n */
	uint64_t number;              /* of the request made last */
	uint64_t due_us;              /* none is due again before */
	uint64_t hold_until_us;       /* weir-logd was busy: no append before */
	uint64_t busy_us;             /* how long we hold the next time */
	uint64_t checked_us;          /* when the link was looked at */
	struct buf work;
	bool turning;
};

static const struct sock_limits limits = {
    .linger_ms = 0,
    .send_max = SOCK_MAX_REQUESTS,
    .receive_max = SOCK_MAX_REQUESTS,
    .message_max_bytes = WIRE_MAX_ANSWER,
};

/* Have the loss of a connection told to us.  0, or -1 with errno. */
static int
monitor_open(struct bus_client *c)
{
	char endpoint[64];

	(void)snprintf(endpoint, sizeof(endpoint),
	    "inproc://weir-bus-%" PRIu64 "-%p", clock_mono_us(), (void *)c);
	if (zmq_socket_monitor(zsock_resolve(c->sock), endpoint,
		ZMQ_EVENT_DISCONNECTED) == -1 ||
	    (c->monitor = sock_open(ZMQ_PAIR, &limits)) == NULL)
		return -1;
	return zmq_connect(zsock_resolve(c->monitor), endpoint);
}

struct bus_client *
bus_client_open(enum bus_door door)
{
	static const char *const file[BUS_DOORS] = {
	    [BUS_APPEND] = SOCK_APPEND,
	    [BUS_MEDIA] = SOCK_MEDIA,
	    [BUS_EDGE] = SOCK_EDGE,
	};
	struct bus_client *c = calloc(1, sizeof(*c));
	int saved;

	if (c == NULL)
		return NULL;
	buf_init(&c->work, WIRE_MAX_REQUEST);
	c->due_us = UINT64_MAX;
	c->busy_us = BUSY_US;
	/* Only a connection that stands takes messages: we keep the rest. */
	if ((c->sock = sock_open(ZMQ_DEALER, &limits)) == NULL ||
	    sock_set(c->sock, ZMQ_IMMEDIATE, 1) == -1 ||
	    monitor_open(c) == -1 || sock_connect(c->sock, file[door]) == -1) {
		saved = errno;
		bus_client_close(c);
		errno = saved;
		return NULL;
	}
	return c;
}

void
bus_client_close(struct bus_client *c)
{
	if (c == NULL)
		return;
	while (c->first != NULL) {
		struct pending *p = c->first;

		c->first = p->next;
		pending_free(p);
	}
	if (c->sock != NULL)
		(void)zmq_socket_monitor(zsock_resolve(c->sock), NULL, 0);
	zsock_destroy(&c->monitor);
	zsock_destroy(&c->sock);
	buf_fini(&c->work);
	free(c);
}

void *
bus_client_socket(struct bus_client *c)
{
	return c->sock;
}

size_t
bus_unanswered(const struct bus_client *c)
{
	return c->n;
}

static void
list_add(struct bus_client *c, struct pending *p)
{
	p->prev = c->last;
	if (c->last != NULL)
		c->last->next = p;
	else
		c->first = p;
	c->last = p;
	c->n++;
	c->bytes += p->bytes;
	c->unsent++;
}

static void
list_remove(struct bus_client *c, struct pending *p)
{
	if (p->prev != NULL)
		p->prev->next = p->next;
	else
		c->first = p->next;
	if (p->next != NULL)
		p->next->prev = p->prev;
	else
		c->last = p->prev;
	c->n--;
	c->bytes -= p->bytes;
	c->unsent -= !p->sent;
}

/*
 * Learn whether the connection was lost: what was on it is then sent again,
 * in its order, before anything newer.  A new connection takes longer to
 * come up than LINK_CHECK_US, so looking that often is enough.
 */
static void
link_check(struct bus_client *c, uint64_t now_us)
{
	void *raw = zsock_resolve(c->monitor);
	zmq_msg_t frame[2];
	bool lost = false;
	int got;

	if (now_us - c->checked_us < LINK_CHECK_US)
		return;
	c->checked_us = now_us;
	while ((got = sock_receive(raw, frame, 2)) != 0) {
		lost = true;
		if (got == -1)
			continue;
		(void)zmq_msg_close(&frame[0]);
		(void)zmq_msg_close(&frame[1]);
	}
	if (!lost)
		return;
	for (struct pending *p = c->first; p != NULL; p = p->next)
		p->sent = false;
	c->unsent = c->n;
}

/* 0, or -1 when the socket takes nothing now. */
static int
send_one(struct bus_client *c, struct pending *p, uint64_t now_us)
{
	uint64_t wait_us = (uint64_t)RESEND_US << (p->tries < 3 ? p->tries : 3);
	zmq_msg_t copy;

	(void)zmq_msg_init(&copy);
	if (zmq_msg_copy(&copy, &p->msg) == -1 ||
	    zmq_msg_send(&copy, zsock_resolve(c->sock), ZMQ_DONTWAIT) == -1) {
		(void)zmq_msg_close(&copy);
		return -1;
	}
	c->unsent -= !p->sent;
	p->sent = true;
	p->tries++;
	p->due_us =
	    now_us + (wait_us < RESEND_MAX_US ? wait_us : RESEND_MAX_US);
	if (p->due_us < c->due_us)
		c->due_us = p->due_us;
	return 0;
}

/* Send what was not sent, and again what was not answered in time. */
static void
pump(struct bus_client *c, uint64_t now_us)
{
	bool hold = now_us < c->hold_until_us;

	link_check(c, now_us);
	if (c->unsent == 0 && now_us < c->due_us)
		return;
	c->due_us = UINT64_MAX;
	for (struct pending *p = c->first; p != NULL; p = p->next) {
		bool due = !p->sent || now_us >= p->due_us;

		if (due && hold && p->op == WIRE_APPEND && !p->sent)
			continue;
		if (due && send_one(c, p, now_us) == -1) {
			/* The rest waits behind it; try in the next turn. */
			c->due_us = 0;
			break;
		}
		if (p->due_us < c->due_us)
			c->due_us = p->due_us;
	}
}

/* weir-logd was busy: give it time, more each time. */
static void
hold(struct bus_client *c, uint64_t now_us)
{
	if (now_us < c->hold_until_us)
		return;
	c->hold_until_us = now_us + c->busy_us;
	c->busy_us *= 2;
	if (c->busy_us > BUSY_MAX_US)
		c->busy_us = BUSY_MAX_US;
}

/* P, which was WAS_SENT with OLD_BYTES, goes on as another request. */
static void
renewed(struct bus_client *c, const struct pending *p, size_t old_bytes,
    bool was_sent)
{
	c->bytes = c->bytes - old_bytes + p->bytes;
	c->unsent += was_sent;
}

static void
take_append(struct bus_client *c, struct pending *p,
    const struct wire_answer *a, uint64_t now_us)
{
	size_t old_bytes = p->bytes;
	struct mp items = a->items;
	bool was_sent = p->sent;

	if (a->busy == 0)
		c->busy_us = BUSY_US;
	if (p->event == NULL && a->op == WIRE_APPEND && a->busy == 0 &&
	    a->count == p->count) {
		/* As nearly always: everything is known at once. */
		list_remove(c, p);
		for (size_t i = 0; i < p->count; i++) {
			struct bus_result r;

			wire_result_next(&items, &r);
			p->appended(p->arg, i, &r);
		}
		pending_free(p);
		return;
	}
	if (a->busy > 0)
		hold(c, now_us);
	switch (pending_merge(p, a, &c->number, &c->work)) {
	case 0:
		list_remove(c, p);
		pending_finish(p);
		pending_free(p);
		break;
	case 1:
		renewed(c, p, old_bytes, was_sent);
		break;
	default:
		break; /* no memory: it will be answered again */
	}
}

static void
take(struct bus_client *c, const struct wire_answer *a, uint64_t now_us)
{
	struct pending *p = c->first;
	size_t old_bytes;
	bool was_sent;

	/* Answers come in the order of requests: it is nearly the first. */
	while (p != NULL && p->number != a->number)
		p = p->next;
	if (p == NULL || (a->op != WIRE_ERROR && a->op != p->op))
		return; /* answered before, or no answer of ours */
	if (p->op == WIRE_APPEND) {
		take_append(c, p, a, now_us);
		return;
	}
	if (p->op == WIRE_REMOVE) {
		list_remove(c, p);
		p->removed(p->arg, a);
		pending_free(p);
		return;
	}
	old_bytes = p->bytes;
	was_sent = p->sent;
	if (pending_page(p, a, &c->number, &c->work) == 1) {
		renewed(c, p, old_bytes, was_sent);
		return;
	}
	list_remove(c, p);
	pending_finish(p);
	pending_free(p);
}

void
bus_client_turn(struct bus_client *c)
{
	void *raw = zsock_resolve(c->sock);
	uint64_t now_us = clock_mono_us();

	assert(!c->turning);
	c->turning = true;
	for (unsigned i = 0; i < MAX_ANSWERS; i++) {
		struct wire_answer a;
		zmq_msg_t m;
		int got = sock_receive(raw, &m, 1);

		if (got == 0)
			break;
		if (got == -1)
			continue;
		/* An empty message only greets a new connection. */
		if (zmq_msg_size(&m) > 0 &&
		    wire_answer_decode(
			&a, zmq_msg_data(&m), zmq_msg_size(&m)) == 0)
			take(c, &a, now_us);
		(void)zmq_msg_close(&m);
	}
	pump(c, now_us);
	c->turning = false;
}

/* Make room for one more request.  0, or -1 with errno EAGAIN. */
static int
admit(const struct bus_client *c)
{
	if (c->n < BUS_MAX_UNANSWERED && c->bytes < BUS_MAX_UNANSWERED_BYTES)
		return 0;
	errno = EAGAIN;
	return -1;
}

static void
submit(struct bus_client *c, struct pending *p)
{
	uint64_t now_us = clock_mono_us();
	bool alone = c->unsent == 0;

	c->number++;
	list_add(c, p);
	link_check(c, now_us);
	/* At once, unless something older is to go first. */
	if (alone && c->unsent == 1 &&
	    (p->op != WIRE_APPEND || now_us >= c->hold_until_us))
		(void)send_one(c, p, now_us);
}

int
bus_append(
    struct bus_client *c, struct str events, bus_append_fn *done, void *arg)
{
	struct pending *p;

	if (admit(c) == -1 ||
	    (p = pending_append(events, c->number + 1, &c->work)) == NULL)
		return -1;
	p->appended = done;
	p->arg = arg;
	submit(c, p);
	return 0;
}

int
bus_tell(struct bus_client *c, struct str events)
{
	uint64_t now_us = clock_mono_us();
	struct pending *p;
	int rc;

	if (c->unsent > 0 || now_us < c->hold_until_us) {
		errno = EAGAIN;
		return -1;
	}
	if ((p = pending_append(events, WIRE_UNANSWERED, &c->work)) == NULL)
		return -1;
	rc = zmq_msg_send(&p->msg, zsock_resolve(c->sock), ZMQ_DONTWAIT);
	pending_free(p);
	return rc == -1 ? -1 : 0;
}

int
bus_last(struct bus_client *c, struct str prefix, bool exact, struct str after,
    unsigned limit, bus_last_fn *done, void *arg)
{
	struct pending *p;

	if (admit(c) == -1 || (p = pending_last(prefix, exact, after, limit,
				   c->number + 1, &c->work)) == NULL)
		return -1;
	p->listed = done;
	p->arg = arg;
	submit(c, p);
	return 0;
}

int
client_remove(struct bus_client *c, pending_removed_fn *done, void *arg)
{
	struct pending *p;

	if (admit(c) == -1 ||
	    (p = pending_remove(c->number + 1, &c->work)) == NULL)
		return -1;
	p->removed = done;
	p->arg = arg;
	submit(c, p);
	return 0;
}

struct pending *
client_newest(struct bus_client *c)
{
	return c->last;
}

void
client_forget(struct bus_client *c, struct pending *p)
{
	list_remove(c, p);
	pending_free(p);
}
