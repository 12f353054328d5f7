#include "conn.h"
#include "clock.h"
#include "err.h"
#include "inflow.h"
#include "journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MESSAGE_MAX = 1500, /* bytes; SRT's are of one packet each */
	MEASURE_MS = 1000,
	HOLD_MS = 100 /* so long the pipeline may wait for the end of a part */
};

struct conn {
	struct conns *all;
	struct conn *next, **link_to;
	SRTSOCKET socket;
	struct guest guest;
	struct admission *admission; /* its publish is being decided */
	struct broadcast *broadcast; /* it publishes */
	struct inflow *inflow;       /* to there */
	uint64_t start_ms;           /* it was let in, or 0 */
	uint64_t heard_ms;           /* its last byte came */
	bool expecting;              /* the frame that is to bear AWAITED_US */
	int64_t awaited_us;
	uint64_t flushed_ms; /* the pipeline got what there was */
	uint64_t ebb_ms; /* it ended: what is left of it is due by then; or 0 */
	uint64_t measured_ms;
	struct link link;
};

static uint64_t
now(void)
{
	return clock_mono_us() / 1000;
}

void
conns_complain(struct conns *all, enum refusal refusal, const char *host,
    const char *port, const char *channel, const char *why)
{
	all->setup->figures->refused[refusal]++;
	complaints_say(&all->complaints, host, port, channel, why);
}

static void
complain(struct conn *c, enum refusal refusal, const char *why)
{
	conns_complain(c->all, refusal, c->guest.host, c->guest.port,
	    c->guest.channel, why);
}

/* Its broadcast, if any, is no longer its own; NULL when there is none. */
static struct broadcast *
let_go(struct conn *c)
{
	struct broadcast *b = c->broadcast;

	if (c->admission != NULL)
		admission_cancel(c->admission);
	c->admission = NULL;
	inflow_close(c->inflow);
	c->inflow = NULL;
	c->broadcast = NULL;
	c->all->setup->figures->publishers -= b != NULL;
	return b;
}

static void
destroy(struct conn *c)
{
	*c->link_to = c->next;
	if (c->next != NULL)
		c->next->link_to = c->link_to;
	c->all->n--;
	c->all->setup->figures->connections--;
	(void)srt_epoll_remove_usock(c->all->epoll, c->socket);
	(void)srt_close(c->socket);
	roster_leave(c->all->roster, c->socket);
	free(c);
}

void
conn_close(struct conn *c, const char *reason)
{
	struct broadcast *b = let_go(c);

	if (b != NULL)
		broadcast_interrupt(b, reason);
	destroy(c);
}

/* The same, but its broadcast, if any, goes on to its end. */
static void
leave(struct conn *c, const char *reason)
{
	struct broadcast *b = let_go(c);

	if (b != NULL)
		broadcast_leave(b, reason);
	destroy(c);
}

static void
on_stopped(void *ctx, enum refusal refusal, const char *why)
{
	struct conn *c = ctx;

	(void)refusal;
	(void)let_go(c);
	err_warn("closed address=%s:%s channel=%s reason=\"%s\"", c->guest.host,
	    c->guest.port, c->guest.channel, why);
	/* The loop may be at C: it goes at the next tick. */
	c->ebb_ms = 1;
}

static uint64_t
on_heard(void *ctx)
{
	const struct conn *c = ctx;

	return c->heard_ms;
}

/* Encoders send by themselves, and libsrt sees that they are there. */
static void
on_ping(void *ctx)
{
	(void)ctx;
}

/* Have libsrt tell when there is something to read.  0, or -1. */
static int
wait_for_media(struct conn *c)
{
	const int events = SRT_EPOLL_IN | SRT_EPOLL_ERR;

	return srt_epoll_add_usock(c->all->epoll, c->socket, &events) ==
		       SRT_ERROR
		   ? -1
		   : 0;
}

/* What the encoder is, as far as SRT tells. */
static void
describe(const struct conn *c, char *dst, size_t cap)
{
	int32_t version = 0;
	int len = sizeof(version);

	(void)srt_getsockflag(c->socket, SRTO_PEERVERSION, &version, &len);
	(void)snprintf(dst, cap, "%.64s%sSRT %d.%d.%d", c->guest.name,
	    c->guest.name[0] != '\0' ? ", " : "", version >> 16 & 0xff,
	    version >> 8 & 0xff, version & 0xff);
}

static void
on_admitted(
    void *ctx, const char *channel, const char *id, struct broadcast *waits)
{
	static const struct broadcast_source source = {
	    on_stopped, on_heard, on_ping};
	struct conn *c = ctx;
	char encoder[JOURNAL_ENCODER_SIZE], text[JOURNAL_ENCODER_SIZE];

	c->admission = NULL;
	describe(c, text, sizeof(text));
	journal_clean(encoder, sizeof(encoder), text);
	if (waits != NULL)
		broadcast_resume(waits, encoder, &source, c);
	c->broadcast = waits != NULL
			   ? waits
			   : broadcast_open(c->all->setup->ingest->broadcasts,
				 channel, id, &source, c);
	c->all->setup->figures->publishers += c->broadcast != NULL;
	if (c->broadcast == NULL ||
	    (c->inflow = inflow_open(c->broadcast)) == NULL ||
	    wait_for_media(c) == -1) {
		complain(c, REFUSAL_LOG, "out of memory");
		leave(c, "out of memory");
		return;
	}
	err_info(
	    "accepted channel=%s address=%s:%s broadcast=%s encoder=\"%s\"",
	    channel, c->guest.host, c->guest.port, id, encoder);
	c->all->setup->figures->broadcasts += waits == NULL;
	c->start_ms = c->heard_ms = now();
}

static void
on_refused(
    void *ctx, enum refusal refusal, const char *channel, const char *why)
{
	struct conn *c = ctx;

	(void)channel;
	c->admission = NULL;
	complain(c, refusal, why);
	conn_close(c, "");
}

int
conn_open(struct conns *all, SRTSOCKET socket, const struct guest *g)
{
	static const struct admission_ops ops = {on_admitted, on_refused};
	struct conn *c = calloc(1, sizeof(*c));
	char text[JOURNAL_ENCODER_SIZE], encoder[JOURNAL_ENCODER_SIZE];
	const struct admission_wish wish = {
	    .key = str_from(g->key), .protocol = "srt", .encoder = encoder};

	if (c == NULL) {
		(void)srt_close(socket);
		roster_leave(all->roster, socket);
		errno = ENOMEM;
		return -1;
	}
	*c = (struct conn){.all = all,
	    .next = all->first,
	    .link_to = &all->first,
	    .socket = socket,
	    .guest = *g,
	    .heard_ms = now()};
	if (c->next != NULL)
		c->next->link_to = &c->next;
	all->first = c;
	all->n++;
	all->setup->figures->connections++;
	all->setup->figures->accepted++;
	describe(c, text, sizeof(text));
	journal_clean(encoder, sizeof(encoder), text);
	c->admission =
	    admission_open(all->setup->ingest->admissions, &wish, &ops, c);
	explicit_bzero(c->guest.key, sizeof(c->guest.key));
	if (c->admission != NULL)
		return 0;
	complain(c, REFUSAL_LOG, "the event log does not answer");
	conn_close(c, "");
	return -1;
}

struct conn *
conns_find(struct conns *all, SRTSOCKET socket)
{
	for (struct conn *c = all->first; c != NULL; c = c->next)
		if (c->socket == socket)
			return c;
	return NULL;
}

/* The connection is over, and all that came of it was read. */
static void
end(struct conn *c)
{
	uint64_t idle_ms = c->all->setup->limits.idle_s * 1000;
	bool goodbye = now() < c->heard_ms + idle_ms;

	(void)inflow_end(c->inflow);
	broadcast_flush(c->broadcast);
	/* libsrt gives up on a silent encoder after that time, not before. */
	if (goodbye)
		leave(c, "the encoder said goodbye");
	else
		conn_close(c, "the connection was lost");
}

/*
 * Read what is due now, up to a whole input.  The bytes, 0 when there are
 * none, or -1 when there will be no more.
 */
static ssize_t
receive(struct conn *c)
{
	uint8_t *p = c->all->input;
	size_t n = 0;
	int k = 0;

	while (n + MESSAGE_MAX <= CONN_INPUT_BYTES &&
	       (k = srt_recvmsg(c->socket, (char *)p + n, MESSAGE_MAX)) > 0)
		n += (size_t)k;
	if (n > 0)
		return (ssize_t)n;
	if (k == SRT_ERROR && srt_getlasterror(NULL) != SRT_EASYNCRCV)
		return -1;
	return 0;
}

/* Nothing more is to be read now: it may be the end.  C may be gone then. */
static void
ebb(struct conn *c)
{
	uint64_t now_ms = now();

	/* What came before the end is due by and by, as before. */
	if (c->ebb_ms == 0)
		c->ebb_ms = now_ms + c->link.latency_us / 1000 + CONN_EBB_MS;
	if (now_ms >= c->ebb_ms || srt_getsockstate(c->socket) >= SRTS_CLOSING)
		end(c);
}

/*
 * Have the pipeline get what there is, when that completes something: to wake
 * it up for less costs more than the frames themselves do.
 */
static void
hand_on(struct conn *c)
{
	const struct beat *beat = broadcast_beat(c->broadcast);

	if (c->expecting && !beat_reached(beat, c->awaited_us) &&
	    c->heard_ms < c->flushed_ms + HOLD_MS)
		return;
	broadcast_flush(c->broadcast);
	c->flushed_ms = c->heard_ms;
	c->expecting = beat_next(beat, &c->awaited_us);
}

void
conn_look(struct conn *c)
{
	struct conns *all = c->all;
	bool any = false;
	ssize_t n = 0;

	if (c->inflow == NULL)
		return;
	for (int i = 0; i < CONN_LOOKS && (n = receive(c)) > 0; i++) {
		any = true;
		all->setup->figures->bytes += (uint64_t)n;
		if (inflow_put(c->inflow, all->input, (size_t)n) == -1) {
			conn_close(c, "out of memory");
			return;
		}
	}
	if (any) {
		c->heard_ms = now();
		roster_heard(all->roster, c->socket, c->heard_ms);
		hand_on(c);
	}
	if (n == -1)
		ebb(c);
}

/* It came in and brings no media: say so, and close it. */
static void
expire(struct conn *c)
{
	char reason[JOURNAL_REASON_SIZE];
	const char *why = inflow_why(c->inflow);

	(void)snprintf(reason, sizeof(reason), "%s",
	    *why != '\0' ? why : "no transport stream with media came");
	complain(c, *why != '\0' ? REFUSAL_MEDIA : REFUSAL_PROTOCOL, reason);
	leave(c, reason);
}

static void
fall_silent(struct conn *c)
{
	err_warn("silent address=%s:%s channel=%s seconds=%" PRIu64,
	    c->guest.host, c->guest.port, c->guest.channel,
	    c->all->setup->limits.idle_s);
	conn_close(c, "the encoder fell silent");
}

static void
measure(struct conn *c, uint64_t now_ms)
{
	struct broadcast_link told;

	link_measure(&c->link, c->socket, c->all->setup->links);
	told = link_tell(&c->link);
	broadcast_set_link(c->broadcast, &told);
	c->measured_ms = now_ms;
}

static void
tick(struct conn *c, uint64_t now_ms)
{
	const struct listener_limits *limits = &c->all->setup->limits;

	if (c->broadcast == NULL) {
		if (c->ebb_ms != 0 ||
		    srt_getsockstate(c->socket) >= SRTS_BROKEN)
			conn_close(c, "");
		return;
	}
	if (now_ms >= c->measured_ms + MEASURE_MS)
		measure(c, now_ms);
	/* libsrt may have forgotten one that ended, and says no more of it. */
	if (srt_getsockstate(c->socket) >= SRTS_BROKEN)
		conn_look(c);
	else if (inflow_packets(c->inflow) == 0 &&
		 now_ms >= c->start_ms + limits->start_s * 1000)
		expire(c);
	else if (now_ms >= c->heard_ms + limits->idle_s * 1000)
		fall_silent(c);
}

void
conns_tick(struct conns *all, uint64_t now_ms)
{
	struct link_figures *links = all->setup->links;
	struct conn *c, *next;

	complaints_tick(&all->complaints, now_ms);
	for (c = all->first; c != NULL; c = next) {
		next = c->next;
		tick(c, now_ms);
	}
	link_figures_begin(links);
	for (c = all->first; c != NULL; c = c->next)
		link_show(&c->link, links);
}

void
conns_drain(struct conns *all, bool on)
{
	struct conn *c, *next;

	for (c = all->first; c != NULL; c = next) {
		next = c->next;
		if (on)
			conn_close(c, "the server was stopped");
		else
			leave(c, "the server was stopped");
	}
}

void
conns_close(struct conns *all, const char *reason)
{
	while (all->first != NULL)
		conn_close(all->first, reason);
}
