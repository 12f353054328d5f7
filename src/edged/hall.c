#include "hall.h"

#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
	STALL_MS = 10000, /* a peer that takes nothing this long is cut */
	LINGER_MS = 500,
	/* Who has not acknowledged an answer by then is thought to be gone. */
	GONE_MS = 1000
};

void
hall_arm(struct hall *h, struct conn *c, int op)
{
	static const uint32_t events[CONN_STATES] = {[CONN_CROWD] = EPOLLIN,
	    [CONN_HEAD] = EPOLLIN,
	    [CONN_IDLE] = EPOLLIN,
	    /* Half a connection is none: what is waited for could not be told.
	     */
	    [CONN_WAIT] = EPOLLRDHUP,
	    [CONN_SEND] = EPOLLOUT,
	    [CONN_CLOSE] = EPOLLIN};
	struct epoll_event e = {
	    .events = events[c->state] | EPOLLONESHOT, .data.ptr = c};

	(void)epoll_ctl(h->epoll_fd, op, c->fd, &e);
}

static void
leave(struct hall *h, struct conn *c)
{
	if (c->state != CONN_BUSY)
		conn_list_remove(&h->in[c->state], c);
	c->state = CONN_BUSY;
}

void
hall_hold(struct hall *h, struct conn *c, enum conn_state state)
{
	leave(h, c);
	c->state = state;
	c->since_us = h->now_us;
	c->looked_at = false;
	conn_list_add(&h->in[state], c);
}

void
hall_hand_over(struct hall *h, struct conn *c, enum conn_fault fault)
{
	if (c->fault == FAULT_NONE)
		c->fault = fault;
	leave(h, c);
	*h->ready_last = c;
	h->ready_last = &c->next;
	h->ready_n++;
}

void
hall_drop(struct hall *h, struct conn *c)
{
	struct figures *f = &h->pool->figures;
	struct address peer = address_holder(&c->peer),
		       client = address_holder(&c->client);

	leave(h, c);
	if (c->counted)
		crowd_leave(h->crowd, &peer);
	if (c->client_counted)
		crowd_leave(h->crowd, &client);
	if (c->answering)
		atomic_fetch_sub(&f->answering, 1);
	atomic_fetch_sub(&f->connected, 1);
	c->next = h->dead;
	h->dead = c;
}

static bool
scarce(const struct hall *h)
{
	size_t most = h->most;

	return atomic_load(&h->pool->figures.connected) > most - most / 8;
}

static bool
older(const struct hall *h, const struct conn *c, uint64_t ms)
{
	return c != NULL && h->now_us - c->since_us > ms * 1000;
}

bool
hall_make_room(struct hall *h)
{
	struct conn *c = h->in[CONN_CROWD].first;

	if (c == NULL)
		c = h->in[CONN_CLOSE].first;
	if (c == NULL && older(h, h->in[CONN_HEAD].first, HALL_PATIENCE_MS))
		c = h->in[CONN_HEAD].first;
	if (c == NULL)
		c = h->in[CONN_IDLE].first;
	if (c == NULL)
		return false;
	atomic_fetch_add(&h->pool->figures.reaped, 1);
	hall_drop(h, c);
	return true;
}

void
hall_wake(struct hall *h, bool all)
{
	struct conn *c, *next;

	for (c = h->in[CONN_WAIT].first; c != NULL; c = next) {
		next = c->next;
		if (all || c->wait.until_us <= h->now_us || wait_over(&c->wait))
			hall_hand_over(h, c, FAULT_NONE);
	}
}

static void
drop_older(
    struct hall *h, enum conn_state state, uint64_t ms, _Atomic uint64_t *count)
{
	while (older(h, h->in[state].first, ms)) {
		if (count != NULL)
			atomic_fetch_add(count, 1);
		hall_drop(h, h->in[state].first);
	}
}

/*
 * Those that have been answered and do not acknowledge it.  What was sent may
 * reach them yet: the kernel goes on with it.
 */
static void
drop_gone(struct hall *h)
{
	struct conn *c, *next;
	int unacknowledged;

	for (c = h->in[CONN_IDLE].first; older(h, c, GONE_MS); c = next) {
		next = c->next;
		if (!c->looked_at &&
		    ioctl(c->fd, SIOCOUTQ, &unacknowledged) == 0 &&
		    unacknowledged > 0)
			hall_drop(h, c);
		else
			c->looked_at = true;
	}
}

void
hall_sweep(struct hall *h)
{
	struct figures *f = &h->pool->figures;

	while (older(h, h->in[CONN_HEAD].first, h->head_ms)) {
		struct conn *c = h->in[CONN_HEAD].first;

		if (c->in_bytes > 0)
			hall_hand_over(h, c, FAULT_LATE);
		else
			hall_drop(h, c);
	}
	if (scarce(h))
		drop_older(h, CONN_HEAD, HALL_PATIENCE_MS, &f->reaped);
	drop_older(h, CONN_CROWD, HALL_PATIENCE_MS, NULL);
	drop_older(h, CONN_IDLE, h->keep_alive_ms, NULL);
	drop_older(h, CONN_SEND, STALL_MS, NULL);
	drop_older(h, CONN_CLOSE, LINGER_MS, NULL);
	drop_gone(h);
}

void
hall_flush(struct hall *h)
{
	if (h->ready_n > 0) {
		pool_put(h->pool, h->ready, h->ready_n);
		h->ready = NULL;
		h->ready_last = &h->ready;
		h->ready_n = 0;
	}
	while (h->dead != NULL) {
		struct conn *c = h->dead;

		h->dead = c->next;
		conn_free(c);
	}
}

void
hall_clear(struct hall *h)
{
	struct conn *c;

	for (size_t i = 0; i < CONN_STATES; i++)
		while ((c = h->in[i].first) != NULL)
			hall_drop(h, c);
	while ((c = h->ready) != NULL) {
		h->ready = c->next;
		conn_free(c);
	}
	h->ready_n = 0;
	hall_flush(h);
}
