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

/* Its broadcast, if any, is no longer its own; NULL when there is none. */
static struct broadcast *
let_go(struct conn *c)
{
	struct broadcast *b = c->broadcast;

	if (c->admission != NULL)
		admission_cancel(c->admission);
	c->admission = NULL;
	c->broadcast = NULL;
	c->all->setup->figures->publishers -= b != NULL;
	return b;
}

/* Its broadcast, if any, goes on to its end without it. */
static void
leave(struct conn *c, const char *reason)
{
	struct broadcast *b = let_go(c);

	if (b != NULL)
		broadcast_leave(b, reason);
}

/* Its broadcast, if any, waits for an encoder. */
static void
interrupt(struct conn *c, const char *reason)
{
	struct broadcast *b = let_go(c);

	if (b != NULL)
		broadcast_interrupt(b, reason);
}

void
conn_close(struct conn *c, const char *reason)
{
	interrupt(c, reason);
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	c->all->n--;
	c->all->setup->figures->connections--;
	inlet_close(&c->inlet);
	(void)close(c->inlet.item.fd);
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
	complaints_say(&c->all->complaints, c->host, c->port, channel, why);
}

/*
 * Send what there is.  A peer that takes nothing any more may have said
 * goodbye before it closed: what it sent is still to be read.
 */
static void
send_out(struct conn *c)
{
	struct buf *out = session_out(c->session);

	while (out->len > 0 && !c->deaf) {
		ssize_t k =
		    send(c->inlet.item.fd, out->p, out->len, MSG_NOSIGNAL);

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

/*
 * After anything that happened: send answers, wait for the right things,
 * and once a closing session has said all, say so.  0, or -1 when C was
 * closed.
 */
static int
settle(struct conn *c)
{
	enum session_state state = session_state(c->session);
	uint32_t events = EPOLLIN;

	send_out(c);
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
		(void)shutdown(c->inlet.item.fd, SHUT_WR);
		c->half_closed = true;
		c->deadline_ms = now() + CONN_LINGER_MS;
	}
	/* While a publish is being decided nothing more is read. */
	if (state == SESSION_ASKING)
		events = 0;
	if (session_out(c->session)->len > 0)
		events |= EPOLLOUT;
	inlet_want(&c->inlet, events);
	return 0;
}

static void
refuse(struct conn *c, enum refusal refusal, const char *channel,
    const char *description, const char *why)
{
	complain(c, refusal, channel, why);
	session_refuse(c->session, status_code(refusal),
	    *description != '\0' ? description : refusal_description(refusal));
	c->refused = true;
	c->deadline_ms = now() + CONN_LINGER_MS;
}

/* Let the session take N bytes at P.  0, or -1 when C was closed. */
static int
feed(struct conn *c, const uint8_t *p, size_t n)
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

/* The answer to its publish has come: go on with what was held. */
static void
resume(struct conn *c)
{
	struct buf held = c->held;
	int rc = 0;

	buf_init(&c->held, CONN_READ_BYTES);
	if (held.len > 0)
		rc = feed(c, held.p, held.len);
	buf_fini(&held);
	if (rc == 0 && c->broadcast != NULL)
		broadcast_flush(c->broadcast);
	if (rc == 0)
		(void)settle(c);
}

static void
on_stopped(void *ctx, enum refusal refusal, const char *why)
{
	struct conn *c = ctx;

	c->broadcast = NULL;
	c->all->setup->figures->publishers--;
	session_refuse(c->session, status_code(refusal), why);
	c->refused = true;
	c->deadline_ms = now() + CONN_LINGER_MS;
	(void)settle(c);
}

static uint64_t
on_heard(void *ctx)
{
	const struct conn *c = ctx;

	return c->heard_ms;
}

static void
on_ping(void *ctx)
{
	struct conn *c = ctx;

	session_ping(c->session, (uint32_t)now());
	send_out(c);
	inlet_wake(&c->inlet); /* for its answer */
}

static void
on_admitted(
    void *ctx, const char *channel, const char *id, struct broadcast *waits)
{
	static const struct broadcast_source source = {
	    on_stopped, on_heard, on_ping};
	struct conn *c = ctx;
	char encoder[SESSION_NAME_SIZE];

	c->admission = NULL;
	journal_clean(encoder, sizeof(encoder), session_encoder(c->session));
	if (waits != NULL)
		broadcast_resume(waits, encoder, &source, c);
	remux_close(c->remux);
	c->remux = NULL;
	c->broadcast = waits != NULL ? waits
				     : broadcast_open(c->all->setup->broadcasts,
					   channel, id, &source, c);
	c->all->setup->figures->publishers += c->broadcast != NULL;
	if (c->broadcast == NULL ||
	    (c->remux = outlet_open(c->broadcast)) == NULL) {
		leave(c, "out of memory");
		refuse(c, REFUSAL_LOG, channel, "", "out of memory");
		(void)settle(c);
		return;
	}
	err_info(
	    "accepted channel=%s address=%s:%s broadcast=%s encoder=\"%s\"",
	    channel, c->host, c->port, id, encoder);
	c->all->setup->figures->broadcasts += waits == NULL;
	c->deadline_ms = UINT64_MAX;
	c->heard_ms = now();
	session_accept(c->session);
	resume(c);
}

static void
on_refused(
    void *ctx, enum refusal refusal, const char *channel, const char *why)
{
	struct conn *c = ctx;

	c->admission = NULL;
	refuse(c, refusal, channel, "", why);
	(void)settle(c);
}

static void
on_publish(void *ctx, struct str app, struct str key)
{
	static const struct admission_ops ops = {on_admitted, on_refused};
	struct conn *c = ctx;
	char encoder[SESSION_NAME_SIZE];
	const struct admission_wish wish = {
	    .key = key, .protocol = "rtmp", .encoder = encoder};

	(void)app;
	if (key.len == 0) {
		refuse(c, REFUSAL_KEY, "",
		    "There is no stream key; publish to /live/KEY.",
		    "there is no stream key");
		return;
	}
	if (key.len > STREAMKEY_MAX_BYTES) {
		refuse(c, REFUSAL_KEY, "", "", "the stream key is too long");
		return;
	}
	journal_clean(encoder, sizeof(encoder), session_encoder(c->session));
	c->admission =
	    admission_open(c->all->setup->admissions, &wish, &ops, c);
	if (c->admission == NULL)
		refuse(c, REFUSAL_LOG, "", "", "the event log does not answer");
	else
		c->deadline_ms = UINT64_MAX; /* an admission has its own */
}

static void
on_media(void *ctx, enum session_media kind, uint32_t timestamp_ms,
    const uint8_t *p, size_t len)
{
	struct conn *c = ctx;
	char why[128], reason[JOURNAL_REASON_SIZE];

	if (c->broadcast == NULL)
		return;
	if (kind == SESSION_DATA) {
		remux_data(c->remux, p, len);
		return;
	}
	if (remux_put(c->remux,
		kind == SESSION_VIDEO ? MEDIA_VIDEO : MEDIA_AUDIO, timestamp_ms,
		p, len, why, sizeof(why)) == 0)
		return;
	refuse(c, REFUSAL_MEDIA, broadcast_channel(c->broadcast), why, why);
	(void)snprintf(
	    reason, sizeof(reason), "the stream was refused: %s", why);
	leave(c, reason);
}

static void
on_unpublish(void *ctx)
{
	struct conn *c = ctx;

	leave(c, "the encoder said goodbye");
	/* It may publish again, or close. */
	c->deadline_ms = now() + c->all->setup->limits.start_s * 1000;
}

/* Read once.  1 when there may be more, 0, or -1 when C was closed. */
static int
receive(struct conn *c)
{
	uint8_t *p = c->all->input;
	ssize_t n = recv(c->inlet.item.fd, p, CONN_READ_BYTES, 0);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		conn_close(c, "the connection was lost");
		return -1;
	}
	c->all->setup->figures->bytes += (uint64_t)n;
	c->heard_ms = now();
	c->pinged = false;
	if (feed(c, p, (size_t)n) == -1 || settle(c) == -1)
		return -1;
	return n == CONN_READ_BYTES && (c->inlet.events & EPOLLIN) != 0;
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

	if (events & EPOLLIN) {
		for (int i = 0; i < CONN_READS && rc == 1; i++)
			rc = receive(c);
		if (rc != -1)
			sleep_on(c);
	} else if (events & (EPOLLERR | EPOLLHUP)) {
		conn_close(c, "the connection was lost");
	} else {
		(void)settle(c);
	}
}

int
conn_open(struct conns *all, int fd, const char *host, const char *port)
{
	static const struct session_ops ops = {
	    on_publish, on_media, on_unpublish};
	const int on = 1;
	struct conn *c = calloc(1, sizeof(*c));
	int saved;

	if (c == NULL)
		goto close_fd;
	*c = (struct conn){.all = all,
	    .next = all->first,
	    .link = &all->first,
	    .heard_ms = now()};
	c->deadline_ms = c->heard_ms + all->setup->limits.start_s * 1000;
	(void)snprintf(c->host, sizeof(c->host), "%s", host);
	(void)snprintf(c->port, sizeof(c->port), "%s", port);
	buf_init(&c->held, CONN_READ_BYTES);
	all->seed = all->seed * 6364136223846793005U + clock_mono_us();
	if ((c->session = session_open(&ops, c, all->seed)) == NULL)
		goto free_conn;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (inlet_open(&c->inlet, all->setup->poller, all->setup->alarms, fd,
		on_ready, c) == -1)
		goto close_session;
	if (c->next != NULL)
		c->next->link = &c->next;
	all->first = c;
	all->n++;
	all->setup->figures->connections++;
	all->setup->figures->accepted++;
	return 0;
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
		complain(c, REFUSAL_TIMEOUT, "", "too slow to publish");
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
	if (now_ms >= c->heard_ms + idle_ms) {
		err_warn("silent address=%s:%s channel=%s seconds=%" PRIu64,
		    c->host, c->port, broadcast_channel(c->broadcast),
		    idle_ms / 1000);
		conn_close(c, "the encoder fell silent");
	} else if (!c->pinged) {
		c->pinged = true;
		session_ping(c->session, (uint32_t)now_ms);
		(void)settle(c);
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
		interrupt(c, "the server was stopped");
	else
		leave(c, "the server was stopped");
	c->refused = true;
	if (!on || !session_reconnect(
		       c->session, refusal_description(REFUSAL_STOPPING)))
		session_refuse(c->session, status_code(REFUSAL_STOPPING),
		    refusal_description(REFUSAL_STOPPING));
	c->deadline_ms = now() + CONN_LINGER_MS;
	(void)settle(c);
}
