#include "clock.h"
#include "conn_own.h"
#include "err.h"
#include "journal.h"
#include "outlet.h"
#include "session.h"
#include "status.h"
#include "streamkey.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uint64_t
now(void)
{
	return clock_mono_us() / 1000;
}

void
conn_close(struct conn *c, const char *reason)
{
	conn_interrupt(c, reason);
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	c->all->n--;
	c->all->setup->figures->connections--;
	inlet_close(&c->inlet);
	wire_close(&c->wire);
	(void)close(c->wire.fd);
	session_close(c->session);
	remux_close(c->remux);
	buf_fini(&c->held);
	free(c);
}

/* A line about C's refusal. */
static void
complain(
    struct conn *c, enum refusal refusal, const char *channel, const char *why)
{
	c->all->setup->figures->refused[refusal]++;
	complaints_say(
	    &c->all->complaints, c->peer.host, c->peer.port, channel, why);
}

void
conn_send(struct conn *c)
{
	struct buf *out = session_out(c->session);

	while (out->len > 0 && !c->deaf) {
		ssize_t k = wire_send(&c->wire, out->p, out->len);

		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1 && errno == EAGAIN)
			return;
		if (k == -1)
			c->deaf = true;
		else
			buf_consume(out, (size_t)k);
	}
	buf_reset(out);
}

int
conn_settle(struct conn *c)
{
	enum session_state state = session_state(c->session);
	uint32_t events = EPOLLIN;

	conn_send(c);
	if (c->deaf && state == SESSION_CLOSING) {
		conn_close(c, "the connection was lost");
		return -1;
	}
	if (state == SESSION_CLOSING && c->deadline_ms == UINT64_MAX)
		c->deadline_ms = now() + CONN_LINGER_MS;
	if (state == SESSION_CLOSING && !c->half_closed &&
	    session_out(c->session)->len == 0) {
		/*
		 * Not close(2): with bytes unread that would reset the
		 * connection, and the answer might not be read.
		 */
		wire_shut(&c->wire);
		c->half_closed = true;
		c->deadline_ms = now() + CONN_LINGER_MS;
	}
	/* While a publish is being decided nothing more is read. */
	if (state == SESSION_ASKING)
		events = 0;
	if (session_out(c->session)->len > 0 || c->wire.wants_out)
		events |= EPOLLOUT;
	inlet_want(&c->inlet, events);
	return 0;
}

void
conn_refuse(struct conn *c, enum refusal refusal, const char *channel,
    const char *description, const char *why)
{
	complain(c, refusal, channel, why);
	session_refuse(c->session, status_code(refusal),
	    *description != '\0' ? description : refusal_description(refusal));
	c->refused = true;
	c->deadline_ms = now() + CONN_LINGER_MS;
}

int
conn_feed(struct conn *c, const uint8_t *p, size_t n)
{
	enum session_state before = session_state(c->session);
	ssize_t k = session_feed(c->session, p, n);

	if (k == -1) {
		char reason[JOURNAL_REASON_SIZE];

		complain(c, REFUSAL_PROTOCOL, "",
		    errno == ENOMEM ? "out of memory"
				    : session_why(c->session));
		(void)snprintf(reason, sizeof(reason),
		    "the encoder broke the protocol: %s",
		    session_why(c->session));
		conn_close(c, reason);
		return -1;
	}
	/* A wish to play, or a second publish: the session itself said no. */
	if (session_state(c->session) == SESSION_CLOSING && !c->refused) {
		c->refused = true;
		complain(c,
		    before == SESSION_PUBLISHING ? REFUSAL_BUSY : REFUSAL_PLAY,
		    "", session_why(c->session));
	}
	if ((size_t)k < n && buf_put(&c->held, p + k, n - (size_t)k) == -1) {
		conn_close(c, "out of memory");
		return -1;
	}
	return 0;
}

/* C does not speak TLS, or no longer. */
static void
drop_tls(struct conn *c)
{
	char why[JOURNAL_REASON_SIZE];

	(void)snprintf(why, sizeof(why), "TLS: %s", c->wire.why);
	complain(c, REFUSAL_PROTOCOL, "", why);
	conn_close(c, "the encoder broke the TLS connection");
}

/* Read once.  1 when there may be more, 0, or -1 when C was closed. */
static int
receive(struct conn *c)
{
	uint8_t *p = c->all->input;
	ssize_t n = wire_recv(&c->wire, p, CONN_READ_BYTES);

	if (n == -1 && errno == EPROTO) {
		drop_tls(c);
		return -1;
	}
	if (n == -1 && errno == EAGAIN) {
		session_acknowledge(c->session);
		return conn_settle(c);
	}
	if (n == -1 && errno == EINTR)
		return 1;
	if (n <= 0) {
		conn_close(c, "the connection was lost");
		return -1;
	}
	c->all->setup->figures->bytes += (uint64_t)n;
	c->heard_ms = now();
	c->pinged = false;
	if (conn_feed(c, p, (size_t)n) == -1 || conn_settle(c) == -1)
		return -1;
	return (n == CONN_READ_BYTES || session_owes(c->session)) &&
	       (c->inlet.events & EPOLLIN) != 0;
}

/*
 * All there is was read: sleep until more of it is of use, and let the
 * pipeline have what is complete.
 */
static void
sleep_on(struct conn *c)
{
	if (c->broadcast == NULL)
		inlet_wake(&c->inlet);
	else if (inlet_sleep(&c->inlet, broadcast_beat(c->broadcast),
		     c->all->setup->pace_us))
		broadcast_flush(c->broadcast);
}

static void
on_ready(void *ctx, uint32_t events)
{
	struct conn *c = ctx;
	int rc = 1;

	/* TLS may have had to send before it could go on reading. */
	if (events & EPOLLIN || (events & EPOLLOUT && c->wire.wants_out)) {
		for (int i = 0; i < CONN_READS && rc == 1; i++)
			rc = receive(c);
		if (rc == 1 && wire_holds(&c->wire))
			inlet_again(&c->inlet);
		else if (rc != -1)
			sleep_on(c);
	} else if (events & (EPOLLERR | EPOLLHUP)) {
		conn_close(c, "the connection was lost");
	} else {
		(void)conn_settle(c);
	}
}

int
conn_open(struct conns *all, int fd, const struct listener_peer *peer,
    struct tls *tls)
{
	const int on = 1;
	struct conn *c = calloc(1, sizeof(*c));
	int saved;

	if (c == NULL)
		goto close_fd;
	*c = (struct conn){.all = all,
	    .next = all->first,
	    .link = &all->first,
	    .peer = *peer,
	    .heard_ms = now()};
	c->deadline_ms = c->heard_ms + all->setup->limits.start_s * 1000;
	buf_init(&c->held, CONN_READ_BYTES);
	all->seed = all->seed * 6364136223846793005U + clock_mono_us();
	if ((c->session = session_open(&conn_session_ops, c, all->seed)) ==
	    NULL)
		goto free_conn;
	if (wire_open(&c->wire, fd, tls) == -1)
		goto close_session;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (inlet_open(&c->inlet, all->setup->poller, all->setup->alarms, fd,
		on_ready, c) == -1)
		goto close_wire;
	if (c->next != NULL)
		c->next->link = &c->next;
	all->first = c;
	all->n++;
	all->setup->figures->connections++;
	all->setup->figures->accepted++;
	return 0;
close_wire:
	wire_close(&c->wire);
close_session:
	session_close(c->session);
free_conn:
	free(c);
close_fd:
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

/* The time for C, which does not publish, is over. */
static void
expire(struct conn *c)
{
	if (session_state(c->session) != SESSION_CLOSING)
		complain(c, REFUSAL_TIMEOUT, "",
		    c->wire.ready ? "too slow to publish"
				  : "too slow to begin with TLS");
	conn_close(c, "too slow");
}

void
conn_tick(struct conn *c, uint64_t now_ms)
{
	uint64_t idle_ms = c->all->setup->limits.idle_s * 1000;

	if (now_ms >= c->deadline_ms) {
		expire(c);
		return;
	}
	if (c->broadcast == NULL || now_ms < c->heard_ms + idle_ms / 2)
		return;
	/* It is we who were silent, if this process was stopped. */
	if ((c->inlet.events & EPOLLIN) != 0 && wire_waits(&c->wire))
		return;
	if (now_ms >= c->heard_ms + idle_ms) {
		err_warn("silent address=%s:%s channel=%s seconds=%" PRIu64,
		    c->peer.host, c->peer.port, broadcast_channel(c->broadcast),
		    idle_ms / 1000);
		conn_close(c, "the encoder fell silent");
	} else if (!c->pinged) {
		c->pinged = true;
		session_ping(c->session, (uint32_t)now_ms);
		(void)conn_settle(c);
	}
}

void
conn_drain(struct conn *c, bool on)
{
	if (c->broadcast == NULL && c->admission == NULL) {
		conn_close(c, "");
		return;
	}
	if (on)
		conn_interrupt(c, "the server was stopped");
	else
		conn_leave(c, "the server was stopped");
	c->refused = true;
	if (!on || !session_reconnect(
		       c->session, refusal_description(REFUSAL_STOPPING)))
		session_refuse(c->session, status_code(REFUSAL_STOPPING),
		    refusal_description(REFUSAL_STOPPING));
	c->deadline_ms = now() + CONN_LINGER_MS;
	(void)conn_settle(c);
}
