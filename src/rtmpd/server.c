#include "server.h"
#include "clock.h"
#include "conn.h"
#include "err.h"
#include "listener.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ACCEPTS = 64,        /* in a turn, before the others */
	WARN_EVERY_MS = 5000 /* of what may happen thousands of times */
};

/* One of the doors to a server. */
struct door {
	struct server *server;
	struct listener listener;
	struct tls *tls; /* NULL: RTMP as it is */
};

struct server {
	struct server_setup setup;
	struct door plain, secure;
	uint64_t warned_ms;
	struct conns conns;
};

/* True now and then, for warnings of what strangers can bring about. */
static bool
may_warn(struct server *s)
{
	uint64_t now_ms = clock_mono_us() / 1000;

	if (s->warned_ms != 0 && now_ms < s->warned_ms + WARN_EVERY_MS)
		return false;
	s->warned_ms = now_ms;
	return true;
}

/* Too many, or too many of HOST: say so now and then. */
static void
turn_away(struct server *s, int fd, const char *host, const char *why)
{
	(void)close(fd);
	s->setup.figures->refused[REFUSAL_LIMIT]++;
	if (!may_warn(s))
		return;
	err_warn("refused address=%s connections=%zu refused=%" PRIu64
		 " reason=\"%s\"",
	    host, s->conns.n, s->setup.figures->refused[REFUSAL_LIMIT], why);
}

/* Take one connection.  0, or -1 when there is none. */
static int
accept_one(struct door *d)
{
	struct server *s = d->server;
	struct listener_peer peer;
	int fd = listener_accept(&d->listener, &peer);

	if (fd == -1 && (errno == EMFILE || errno == ENFILE ||
			    errno == ENOBUFS || errno == ENOMEM)) {
		if (may_warn(s))
			err_warn("accept: %s connections=%zu", strerror(errno),
			    s->conns.n);
		listener_pause(&d->listener, clock_mono_us() / 1000);
		return -1;
	}
	if (fd == -1)
		return errno == ECONNABORTED ? 0 : -1;
	if (s->conns.n >= s->setup.limits.connections)
		turn_away(s, fd, peer.host, "too many connections");
	else if (conns_of(&s->conns, peer.host) >= s->setup.limits.per_address)
		turn_away(
		    s, fd, peer.host, "too many connections of one address");
	else if (conn_open(&s->conns, fd, &peer, d->tls) == -1)
		err_warn("take a connection address=%s:%s: %s", peer.host,
		    peer.port, strerror(errno));
	return 0;
}

static void
on_ready(void *ctx, uint32_t events)
{
	struct door *d = ctx;

	(void)events;
	for (int i = 0; i < ACCEPTS && d->listener.open; i++)
		if (accept_one(d) == -1)
			break;
}

static int
open_door(struct door *d, struct server *s, const char *key,
    const struct conf_address *address, struct tls *tls, bool *permanent)
{
	d->server = s;
	d->tls = tls;
	return listener_open(&d->listener, s->setup.poller, key, address,
	    on_ready, d, permanent);
}

struct server *
server_open(const struct server_setup *setup,
    const struct conf_address *address, bool *permanent)
{
	struct server *s = calloc(1, sizeof(*s));

	*permanent = false;
	if (s == NULL) {
		err_sys("start");
		return NULL;
	}
	s->setup = *setup;
	s->conns = (struct conns){.setup = &s->setup,
	    .seed = clock_real_us(),
	    .input = malloc(CONN_READ_BYTES)};
	if (s->conns.input == NULL) {
		err_sys("start");
		goto free_server;
	}
	if (open_door(&s->plain, s, "WEIR_RTMP", address, NULL, permanent) ==
	    -1)
		goto free_input;
	return s;
free_input:
	free(s->conns.input);
free_server:
	free(s);
	return NULL;
}

int
server_open_secure(struct server *s, const struct conf_address *address,
    struct tls *tls, bool *permanent)
{
	*permanent = false;
	return open_door(&s->secure, s, "WEIR_RTMPS", address, tls, permanent);
}

size_t
server_connections(const struct server *s)
{
	return s->conns.n;
}

static void
stop_listening(struct server *s)
{
	listener_close(&s->plain.listener);
	listener_close(&s->secure.listener);
}

void
server_close(struct server *s)
{
	if (s == NULL)
		return;
	stop_listening(s);
	conns_close(&s->conns, "the server was stopped");
	free(s->conns.input);
	free(s);
}

const char *
server_address(const struct server *s)
{
	return s->plain.listener.address;
}

const char *
server_secure_address(const struct server *s)
{
	return s->secure.listener.open ? s->secure.listener.address : NULL;
}

void
server_tick(struct server *s, uint64_t now_ms)
{
	listener_tick(&s->plain.listener, now_ms);
	listener_tick(&s->secure.listener, now_ms);
	conns_tick(&s->conns, now_ms);
}

void
server_drain(struct server *s, bool on)
{
	if (!s->plain.listener.open)
		return;
	stop_listening(s);
	conns_drain(&s->conns, on);
}
