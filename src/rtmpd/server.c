#include "server.h"
#include "clock.h"
#include "conn.h"
#include "err.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BACKLOG = 512,
	ACCEPTS = 64,        /* in a turn, before the others */
	PAUSE_MS = 200,      /* when no descriptor is left */
	WARN_EVERY_MS = 5000 /* of what may happen thousands of times */
};

struct server {
	struct server_setup setup;
	struct poller_item item;
	bool listening; /* the poller waits for the listener */
	uint64_t listen_again_ms;
	uint64_t warned_ms;
	char address[NI_MAXHOST + NI_MAXSERV + 4];
	struct conns conns;
};

/* HOST:PORT, with an IPv6 host in brackets. */
static int
name_of(const struct sockaddr *sa, socklen_t len, char *host, size_t host_cap,
    char *port, size_t port_cap)
{
	int rc = getnameinfo(sa, len, host, (socklen_t)host_cap, port,
	    (socklen_t)port_cap, NI_NUMERICHOST | NI_NUMERICSERV);

	if (rc != 0)
		errno = EAFNOSUPPORT;
	return rc == 0 ? 0 : -1;
}

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

static void
pause_listening(struct server *s)
{
	if (poller_mod(s->setup.poller, &s->item, 0) == 0)
		s->listen_again_ms = clock_mono_us() / 1000 + PAUSE_MS;
}

/* Take one connection.  0, or -1 when there is none. */
static int
accept_one(struct server *s)
{
	char host[CONN_ADDRESS_SIZE], port[NI_MAXSERV];
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);
	int fd = accept4(s->item.fd, (struct sockaddr *)&sa, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd == -1 && (errno == EMFILE || errno == ENFILE ||
			    errno == ENOBUFS || errno == ENOMEM)) {
		/* It stays ready, so waiting for it would be a busy loop. */
		if (may_warn(s))
			err_warn("accept: %s connections=%zu", strerror(errno),
			    s->conns.n);
		pause_listening(s);
		return -1;
	}
	if (fd == -1)
		return errno == ECONNABORTED || errno == EINTR ? 0 : -1;
	if (name_of((struct sockaddr *)&sa, len, host, sizeof(host), port,
		sizeof(port)) == -1) {
		(void)close(fd);
		return 0;
	}
	if (s->conns.n >= s->setup.limits.connections)
		turn_away(s, fd, host, "too many connections");
	else if (conns_of(&s->conns, host) >= s->setup.limits.per_address)
		turn_away(s, fd, host, "too many connections of one address");
	else if (conn_open(&s->conns, fd, host, port) == -1)
		err_warn("take a connection address=%s:%s: %s", host, port,
		    strerror(errno));
	return 0;
}

static void
on_ready(void *ctx, uint32_t events)
{
	struct server *s = ctx;

	(void)events;
	for (int i = 0; i < ACCEPTS && s->listening; i++)
		if (accept_one(s) == -1)
			break;
}

/* A socket that listens at one of the addresses of AI, or -1 with errno. */
static int
listen_at(const struct addrinfo *ai)
{
	const int on = 1;
	int fd, saved = EADDRNOTAVAIL;

	for (; ai != NULL; ai = ai->ai_next) {
		fd = socket(ai->ai_family,
		    ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
		    ai->ai_protocol);
		if (fd == -1) {
			saved = errno;
			continue;
		}
		if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ==
			0 &&
		    bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
		    listen(fd, BACKLOG) == 0)
			return fd;
		saved = errno;
		(void)close(fd);
	}
	errno = saved;
	return -1;
}

/* Report why there is no listening at ADDRESS; errno says it. */
static void
cannot_listen(const struct conf_address *address, bool *permanent)
{
	const char *open = strchr(address->host, ':') != NULL ? "[" : "";
	const char *close = *open != '\0' ? "]" : "";
	const char *hint = "";

	*permanent = errno == EACCES || errno == EADDRNOTAVAIL;
	if (errno == EADDRINUSE)
		hint = "; is another weir-rtmpd running? set WEIR_RTMP";
	else if (errno == EACCES)
		hint = "; ports below 1024 need CAP_NET_BIND_SERVICE";
	else if (errno == EADDRNOTAVAIL)
		hint = "; no interface has this address, see WEIR_RTMP";
	err_msg("listen on %s%s%s:%s: %s%s", open, address->host, close,
	    address->port, strerror(errno), hint);
}

static int
open_listener(
    struct server *s, const struct conf_address *address, bool *permanent)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	char host[NI_MAXHOST], port[NI_MAXSERV];
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);
	struct addrinfo *ai;
	int rc = getaddrinfo(address->host, address->port, &hints, &ai);

	if (rc != 0) {
		err_msg("WEIR_RTMP: look up %s: %s", address->host,
		    gai_strerror(rc));
		*permanent = rc != EAI_AGAIN;
		return -1;
	}
	s->item = (struct poller_item){listen_at(ai), on_ready, s};
	freeaddrinfo(ai);
	if (s->item.fd == -1) {
		cannot_listen(address, permanent);
		return -1;
	}
	if (getsockname(s->item.fd, (struct sockaddr *)&sa, &len) == -1 ||
	    name_of((struct sockaddr *)&sa, len, host, sizeof(host), port,
		sizeof(port)) == -1 ||
	    poller_add(s->setup.poller, &s->item, EPOLLIN) == -1) {
		err_sys("listen on %s:%s", address->host, address->port);
		(void)close(s->item.fd);
		return -1;
	}
	s->listening = true;
	(void)snprintf(s->address, sizeof(s->address),
	    strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
	return 0;
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
	if (open_listener(s, address, permanent) == -1)
		goto free_input;
	return s;
free_input:
	free(s->conns.input);
free_server:
	free(s);
	return NULL;
}

size_t
server_connections(const struct server *s)
{
	return s->conns.n;
}

static void
stop_listening(struct server *s)
{
	if (!s->listening)
		return;
	s->listening = false;
	poller_del(s->setup.poller, &s->item);
	(void)close(s->item.fd);
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
	return s->address;
}

void
server_tick(struct server *s, uint64_t now_ms)
{
	if (s->listening && s->listen_again_ms != 0 &&
	    now_ms >= s->listen_again_ms &&
	    poller_mod(s->setup.poller, &s->item, EPOLLIN) == 0)
		s->listen_again_ms = 0;
	conns_tick(&s->conns, now_ms);
}

void
server_drain(struct server *s, bool on)
{
	if (!s->listening)
		return;
	stop_listening(s);
	conns_drain(&s->conns, on);
}
