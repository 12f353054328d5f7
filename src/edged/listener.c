#include "listener.h"

#include "err.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	BACKLOG = 4096,
	/* A thread waits that long for a peer to take more of an answer. */
	SEND_WAIT_US = 10000
};

static int
on(int fd, int level, int name)
{
	int yes = 1;

	return setsockopt(fd, level, name, &yes, sizeof(yes));
}

static unsigned
port_of(int fd)
{
	struct sockaddr_storage own;
	socklen_t len = sizeof(own);

	if (getsockname(fd, (struct sockaddr *)&own, &len) == -1)
		return 0;
	return ntohs(own.ss_family == AF_INET6
			 ? ((struct sockaddr_in6 *)&own)->sin6_port
			 : ((struct sockaddr_in *)&own)->sin_port);
}

/*
 * What connections take over from the socket they come from, which is cheaper
 * than to tell each.  Blocking sends let sendfile(2) do a whole file in one
 * call; a peer that has gone without a word is found by the kernel.
 */
static int
set_options(int fd)
{
	const struct timeval wait = {.tv_usec = SEND_WAIT_US};

	return on(fd, SOL_SOCKET, SO_REUSEADDR) == -1 ||
		       on(fd, SOL_SOCKET, SO_KEEPALIVE) == -1 ||
		       on(fd, IPPROTO_TCP, TCP_NODELAY) == -1
		   ? -1
		   : setsockopt(
			 fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
}

int
listener_open(const struct conf_address *a, unsigned *port)
{
	struct addrinfo want = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *found;
	int fd;

	if (getaddrinfo(a->host, a->port, &want, &found) != 0) {
		err_msg("WEIR_HTTP=%s:%s: the host must be an IP address",
		    a->host, a->port);
		return -1;
	}
	fd = socket(found->ai_family,
	    found->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 || set_options(fd) == -1 ||
	    bind(fd, found->ai_addr, found->ai_addrlen) == -1 ||
	    listen(fd, BACKLOG) == -1) {
		err_sys("listen on WEIR_HTTP=%s:%s", a->host, a->port);
		if (fd != -1)
			(void)close(fd);
		fd = -1;
	}
	freeaddrinfo(found);
	if (fd != -1)
		*port = port_of(fd);
	return fd;
}

int
listener_accept(int fd, struct sockaddr_storage *peer)
{
	socklen_t len = sizeof(*peer);

	return accept4(fd, (struct sockaddr *)peer, &len, SOCK_CLOEXEC);
}
