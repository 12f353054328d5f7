#include "listener.h"
#include "clock.h"
#include "conn.h"
#include "err.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	BACKLOG = 128,
	EVENTS = 64,           /* of libsrt's, at a time */
	ARRIVAL_MS = 10,       /* how often to look for who is arriving */
	MIN_VERSION = 0x010300 /* of SRT: before, there are no stream ids */
};

struct listener {
	struct listener_setup setup;
	SRTSOCKET socket; /* SRT_INVALID_SOCK: closed */
	struct roster *roster;
	struct gate *gate;
	struct poller_item wake; /* somebody arrives */
	struct alarm alarm;      /* the next look */
	struct conns conns;
	char address[NI_MAXHOST + NI_MAXSERV + 4];
};

/* Take those whose handshake is done. */
static void
accept_all(struct listener *l)
{
	struct guest g;
	SRTSOCKET s;

	while (l->socket != SRT_INVALID_SOCK &&
	       (s = srt_accept(l->socket, NULL, NULL)) != SRT_INVALID_SOCK) {
		if (!roster_take(l->roster, s, &g))
			(void)srt_close(s); /* it took too long, and was lost */
		else if (conn_open(&l->conns, s, &g) == -1)
			err_warn("take a connection address=%s:%s: %s", g.host,
			    g.port, strerror(errno));
	}
}

/*
 * Look at those who have something.  libsrt is asked for nothing that is not
 * there: to say so it throws, which costs as much as ten packets do.
 */
static void
look_around(struct listener *l)
{
	SRT_EPOLL_EVENT event[EVENTS];
	int n = srt_epoll_uwait(l->conns.epoll, event, EVENTS, 0);

	for (int i = 0; i < n && i < EVENTS; i++) {
		struct conn *c = conns_find(&l->conns, event[i].fd);

		if (c != NULL)
			conn_look(c);
		else if (event[i].fd == l->socket)
			accept_all(l);
	}
}

static void
set_alarm(struct listener *l)
{
	uint64_t now_us = clock_mono_us();
	uint64_t pace_ms = l->setup.ingest->pace_ms, pace_us;

	if (!roster_any(l->roster)) {
		alarm_unset(l->setup.ingest->alarms, &l->alarm);
		return;
	}
	/* Who is arriving need not wait, when nobody else is here. */
	if (l->conns.n == 0 || pace_ms == 0)
		pace_ms = ARRIVAL_MS;
	pace_us = pace_ms * 1000;
	(void)alarm_set(l->setup.ingest->alarms, &l->alarm,
	    now_us + pace_us - now_us % pace_us);
}

static void
on_alarm(void *ctx)
{
	struct listener *l = ctx;

	look_around(l);
	set_alarm(l);
}

static void
on_wake(void *ctx, uint32_t events)
{
	struct listener *l = ctx;
	uint64_t n;

	(void)events;
	(void)!read(l->wake.fd, &n, sizeof(n));
	on_alarm(l);
}

/* HOST:PORT of SA, with an IPv6 host in brackets.  0, or -1. */
static int
name_address(struct listener *l, const struct sockaddr *sa, socklen_t len)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (getnameinfo(sa, len, host, sizeof(host), port, sizeof(port),
		NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return -1;
	(void)snprintf(l->address, sizeof(l->address),
	    strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
	return 0;
}

/* Set FLAG of the listener, which those who come in get from it. */
static int
set_flag(struct listener *l, SRT_SOCKOPT flag, int value)
{
	return srt_setsockflag(l->socket, flag, &value, sizeof(value));
}

static int
set_flags(struct listener *l, int family)
{
	const struct listener_limits *limits = &l->setup.limits;
	const bool no = false;

	if (set_flag(l, SRTO_RCVLATENCY, (int)limits->latency_ms) ==
		SRT_ERROR ||
	    set_flag(l, SRTO_PEERIDLETIMEO, (int)limits->idle_s * 1000) ==
		SRT_ERROR ||
	    set_flag(l, SRTO_MINVERSION, MIN_VERSION) == SRT_ERROR ||
	    (family == AF_INET6 && set_flag(l, SRTO_IPV6ONLY, 0) == SRT_ERROR))
		return -1;
	return srt_setsockflag(l->socket, SRTO_RCVSYN, &no, sizeof(no)) ==
		       SRT_ERROR
		   ? -1
		   : 0;
}

/* Have libsrt tell when a handshake is done.  0, or SRT_ERROR. */
static int
wait_for_guests(struct listener *l)
{
	const int events = SRT_EPOLL_IN | SRT_EPOLL_ERR;

	return srt_epoll_add_usock(l->conns.epoll, l->socket, &events);
}

/* Listen at one of the addresses of AI.  0, or -1; libsrt says why. */
static int
listen_at(struct listener *l, const struct addrinfo *ai)
{
	struct sockaddr_storage sa;
	int len = sizeof(sa);

	for (; ai != NULL; ai = ai->ai_next) {
		l->socket = srt_create_socket();
		if (l->socket != SRT_INVALID_SOCK &&
		    set_flags(l, ai->ai_family) == 0 &&
		    srt_bind(l->socket, ai->ai_addr, (int)ai->ai_addrlen) !=
			SRT_ERROR &&
		    srt_listen_callback(l->socket, gate_judge, l->gate) !=
			SRT_ERROR &&
		    srt_listen(l->socket, BACKLOG) != SRT_ERROR &&
		    wait_for_guests(l) != SRT_ERROR &&
		    srt_getsockname(l->socket, (struct sockaddr *)&sa, &len) !=
			SRT_ERROR &&
		    name_address(l, (struct sockaddr *)&sa, (socklen_t)len) ==
			0)
			return 0;
		if (l->socket != SRT_INVALID_SOCK && ai->ai_next != NULL)
			(void)srt_close(l->socket);
	}
	return -1;
}

/* Report why there is no listening at ADDRESS. */
static void
cannot_listen(const struct conf_address *address, bool *permanent)
{
	const char *open = strchr(address->host, ':') != NULL ? "[" : "";
	const char *close = *open != '\0' ? "]" : "", *hint = "";
	int cause = 0;

	(void)srt_getlasterror(&cause);
	*permanent = cause == EACCES || cause == EADDRNOTAVAIL;
	if (cause == EADDRINUSE)
		hint = "; is another weir-srtd running? set WEIR_SRT";
	else if (cause == EACCES)
		hint = "; ports below 1024 need CAP_NET_BIND_SERVICE";
	else if (cause == EADDRNOTAVAIL)
		hint = "; no interface has this address, see WEIR_SRT";
	err_msg("listen on %s%s%s:%s: %s%s", open, address->host, close,
	    address->port,
	    cause != 0 ? strerror(cause) : srt_getlasterror_str(), hint);
}

static int
open_socket(
    struct listener *l, const struct conf_address *address, bool *permanent)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_DGRAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *ai;
	int rc = getaddrinfo(address->host, address->port, &hints, &ai);

	if (rc != 0) {
		err_msg("WEIR_SRT: look up %s: %s", address->host,
		    gai_strerror(rc));
		*permanent = rc != EAI_AGAIN;
		return -1;
	}
	if ((rc = listen_at(l, ai)) == -1)
		cannot_listen(address, permanent);
	freeaddrinfo(ai);
	return rc;
}

/* Have the loop wake up when somebody arrives.  0, or -1 with errno. */
static int
open_wake(struct listener *l)
{
	l->alarm = (struct alarm){.ring = on_alarm, .ctx = l};
	l->wake = (struct poller_item){
	    eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), on_wake, l};
	if (l->wake.fd == -1)
		return -1;
	if (poller_add(l->setup.ingest->poller, &l->wake, EPOLLIN) == 0)
		return 0;
	(void)close(l->wake.fd);
	return -1;
}

static void
close_wake(struct listener *l)
{
	alarm_unset(l->setup.ingest->alarms, &l->alarm);
	poller_del(l->setup.ingest->poller, &l->wake);
	(void)close(l->wake.fd);
}

static struct gate *
open_gate(struct listener *l)
{
	const struct gate_setup setup = {.roster = l->roster,
	    .source = l->setup.source,
	    .takeover = l->setup.ingest->takeover,
	    .wake_fd = l->wake.fd};

	return gate_open(&setup);
}

struct listener *
listener_open(const struct listener_setup *setup,
    const struct conf_address *address, bool *permanent)
{
	struct listener *l = calloc(1, sizeof(*l));

	*permanent = false;
	if (l == NULL)
		goto report;
	l->setup = *setup;
	l->socket = SRT_INVALID_SOCK;
	l->conns = (struct conns){.setup = &l->setup};
	if ((l->roster = roster_open(
		 setup->limits.connections, setup->limits.per_address)) == NULL)
		goto free_listener;
	l->conns.roster = l->roster;
	if ((l->conns.input = malloc(CONN_INPUT_BYTES)) == NULL)
		goto close_roster;
	if (open_wake(l) == -1)
		goto free_input;
	if ((l->gate = open_gate(l)) == NULL)
		goto stop_waking;
	if ((l->conns.epoll = srt_epoll_create()) == SRT_ERROR)
		goto close_gate;
	(void)srt_epoll_set(l->conns.epoll, SRT_EPOLL_ENABLE_EMPTY);
	if (open_socket(l, address, permanent) == 0)
		return l;
	/* It was reported. */
	listener_close(l);
	return NULL;
close_gate:
	gate_close(l->gate);
stop_waking:
	close_wake(l);
free_input:
	free(l->conns.input);
close_roster:
	roster_close(l->roster);
free_listener:
	free(l);
report:
	err_sys("start");
	return NULL;
}

static void
close_socket(struct listener *l)
{
	if (l->socket != SRT_INVALID_SOCK)
		(void)srt_close(l->socket);
	l->socket = SRT_INVALID_SOCK;
}

void
listener_close(struct listener *l)
{
	if (l == NULL)
		return;
	close_socket(l);
	conns_close(&l->conns, "the server was stopped");
	(void)srt_epoll_release(l->conns.epoll);
	gate_close(l->gate);
	close_wake(l);
	free(l->conns.input);
	roster_close(l->roster);
	free(l);
}

const char *
listener_address(const struct listener *l)
{
	return l->address;
}

size_t
listener_connections(const struct listener *l)
{
	return l->conns.n;
}

/* Tell of those who were refused in their handshake. */
static void
hear_verdicts(struct listener *l, uint64_t now_ms)
{
	struct gate_verdict v;
	struct guest g;

	while (gate_verdict(l->gate, &v))
		conns_complain(
		    &l->conns, v.refusal, v.host, v.port, v.channel, v.why);
	while (roster_lost(l->roster, now_ms, &g))
		conns_complain(&l->conns, REFUSAL_KEY, g.host, g.port,
		    g.channel,
		    g.secret ? "the passphrase was wrong or missing"
			     : "the handshake came to nothing; has the encoder "
			       "a passphrase that the channel has not?");
}

void
listener_tick(struct listener *l, uint64_t now_ms)
{
	accept_all(l);
	hear_verdicts(l, now_ms);
	conns_tick(&l->conns, now_ms);
	if (l->alarm.place == 0)
		set_alarm(l);
}

void
listener_drain(struct listener *l, bool on)
{
	gate_shut(l->gate);
	accept_all(l);
	close_socket(l);
	conns_drain(&l->conns, on);
}
