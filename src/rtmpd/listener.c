#include "listener.h"
#include "err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 512 };

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
cannot_listen(
    const char *key, const struct conf_address *address, bool *permanent)
{
	const char *open = strchr(address->host, ':') != NULL ? "[" : "";
	const char *close = *open != '\0' ? "]" : "";
	int error = errno;

	*permanent = error == EACCES || error == EADDRNOTAVAIL;
	if (error == EADDRINUSE)
		err_msg("listen on %s%s%s:%s: %s; is another weir-rtmpd "
			"running? set %s",
		    open, address->host, close, address->port, strerror(error),
		    key);
	else if (error == EACCES)
		err_msg("listen on %s%s%s:%s: %s; ports below 1024 need "
			"CAP_NET_BIND_SERVICE",
		    open, address->host, close, address->port, strerror(error));
	else if (error == EADDRNOTAVAIL)
		err_msg("listen on %s%s%s:%s: %s; no interface has this "
			"address, see %s",
		    open, address->host, close, address->port, strerror(error),
		    key);
	else
		err_msg("listen on %s%s%s:%s: %s", open, address->host, close,
		    address->port, strerror(error));
}

/* A socket that listens at ADDRESS, or -1 after reporting. */
static int
make(const char *key, const struct conf_address *address, bool *permanent)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *ai;
	int rc = getaddrinfo(address->host, address->port, &hints, &ai), fd;

	if (rc != 0) {
		err_msg(
		    "%s: look up %s: %s", key, address->host, gai_strerror(rc));
		*permanent = rc != EAI_AGAIN;
		return -1;
	}
	if ((fd = listen_at(ai)) == -1)
		cannot_listen(key, address, permanent);
	freeaddrinfo(ai);
	return fd;
}

int
listener_open(struct listener *l, struct poller *poller, const char *key,
    const struct conf_address *address,
    void (*ready)(void *ctx, uint32_t events), void *ctx, bool *permanent)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);
	int fd = make(key, address, permanent);

	if (fd == -1)
		return -1;
	*l = (struct listener){.poller = poller, .item = {fd, ready, ctx}};
	if (getsockname(fd, (struct sockaddr *)&sa, &len) == -1 ||
	    name_of((struct sockaddr *)&sa, len, host, sizeof(host), port,
		sizeof(port)) == -1 ||
	    poller_add(poller, &l->item, EPOLLIN) == -1) {
		err_sys("listen on %s:%s", address->host, address->port);
		(void)close(fd);
		return -1;
	}
	l->open = true;
	(void)snprintf(l->address, sizeof(l->address),
	    strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
	return 0;
}

void
listener_close(struct listener *l)
{
	if (!l->open)
		return;
	l->open = false;
	poller_del(l->poller, &l->item);
	(void)close(l->item.fd);
}

int
listener_accept(struct listener *l, struct listener_peer *peer)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);
	int fd = accept4(l->item.fd, (struct sockaddr *)&sa, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd == -1) {
		if (errno == EINTR)
			errno = ECONNABORTED;
		return -1;
	}
	if (name_of((struct sockaddr *)&sa, len, peer->host, sizeof(peer->host),
		peer->port, sizeof(peer->port)) == -1) {
		(void)close(fd);
		errno = ECONNABORTED;
		return -1;
	}
	return fd;
}

void
listener_pause(struct listener *l, uint64_t now_ms)
{
	if (poller_mod(l->poller, &l->item, 0) == 0)
		l->again_ms = now_ms + LISTENER_PAUSE_MS;
}

void
listener_tick(struct listener *l, uint64_t now_ms)
{
	if (l->open && l->again_ms != 0 && now_ms >= l->again_ms &&
	    poller_mod(l->poller, &l->item, EPOLLIN) == 0)
		l->again_ms = 0;
}
