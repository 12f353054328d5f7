#include "clock.h"
#include "conn_own.h"
#include "err.h"
#include "journal.h"
#include "outlet.h"
#include "session.h"
#include "status.h"
#include "streamkey.h"

#include <stdio.h>

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

void
conn_leave(struct conn *c, const char *reason)
{
	struct broadcast *b = let_go(c);

	if (b != NULL)
		broadcast_leave(b, reason);
}

void
conn_interrupt(struct conn *c, const char *reason)
{
	struct broadcast *b = let_go(c);

	if (b != NULL)
		broadcast_interrupt(b, reason);
}

/* The answer to its publish has come: go on with what was held. */
static void
resume(struct conn *c)
{
	struct buf held = c->held;
	int rc = 0;

	buf_init(&c->held, CONN_READ_BYTES);
	if (held.len > 0)
		rc = conn_feed(c, held.p, held.len);
	buf_fini(&held);
	if (rc == 0 && c->broadcast != NULL)
		broadcast_flush(c->broadcast);
	if (rc == 0 && conn_settle(c) == 0 && wire_holds(&c->wire))
		inlet_again(&c->inlet);
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
	(void)conn_settle(c);
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
	conn_send(c);
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
		conn_leave(c, "out of memory");
		conn_refuse(c, REFUSAL_LOG, channel, "", "out of memory");
		(void)conn_settle(c);
		return;
	}
	err_info(
	    "accepted channel=%s address=%s:%s broadcast=%s encoder=\"%s\"",
	    channel, c->peer.host, c->peer.port, id, encoder);
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
	conn_refuse(c, refusal, channel, "", why);
	(void)conn_settle(c);
}

static void
on_publish(void *ctx, struct str app, struct str key)
{
	static const struct admission_ops ops = {on_admitted, on_refused};
	struct conn *c = ctx;
	char encoder[SESSION_NAME_SIZE];
	const struct admission_wish wish = {.key = key,
	    .protocol = c->wire.ssl != NULL ? "rtmps" : "rtmp",
	    .encoder = encoder};

	(void)app;
	if (key.len == 0) {
		conn_refuse(c, REFUSAL_KEY, "",
		    "There is no stream key; publish to /live/KEY.",
		    "there is no stream key");
		return;
	}
	if (key.len > STREAMKEY_MAX_BYTES) {
		conn_refuse(
		    c, REFUSAL_KEY, "", "", "the stream key is too long");
		return;
	}
	journal_clean(encoder, sizeof(encoder), session_encoder(c->session));
	c->admission =
	    admission_open(c->all->setup->admissions, &wish, &ops, c);
	if (c->admission == NULL)
		conn_refuse(
		    c, REFUSAL_LOG, "", "", "the event log does not answer");
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
	conn_refuse(
	    c, REFUSAL_MEDIA, broadcast_channel(c->broadcast), why, why);
	(void)snprintf(
	    reason, sizeof(reason), "the stream was refused: %s", why);
	conn_leave(c, reason);
}

static void
on_unpublish(void *ctx)
{
	struct conn *c = ctx;

	conn_leave(c, "the encoder said goodbye");
	/* It may publish again, or close. */
	c->deadline_ms = now() + c->all->setup->limits.start_s * 1000;
}

const struct session_ops conn_session_ops = {
    on_publish, on_media, on_unpublish};
