#include "net.h"
#include "err.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 64 };

/* A socket for A, whose address is then *FOUND.  -1 with errno. */
static int
make(const struct conf_address *a, struct addrinfo **found)
{
	const struct addrinfo want = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	int fd, yes = 1;

	if (getaddrinfo(a->host, a->port, &want, found) != 0) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	fd = socket(
	    (*found)->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		freeaddrinfo(*found);
	else
		(void)setsockopt(
		    fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	return fd;
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

int
net_listen(const struct conf_address *a, unsigned *port)
{
	struct addrinfo *found;
	int fd = make(a, &found);

	if (fd == -1) {
		err_sys("listen at %s:%s", a->host, a->port);
		return -1;
	}
	if (bind(fd, found->ai_addr, found->ai_addrlen) == -1 ||
	    listen(fd, BACKLOG) == -1) {
		err_sys("listen at %s:%s", a->host, a->port);
		(void)close(fd);
		fd = -1;
	} else {
		*port = port_of(fd);
	}
	freeaddrinfo(found);
	return fd;
}

static void
hurry(int fd)
{
	int yes = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
}

int
net_connect(const struct conf_address *a)
{
	struct addrinfo *found;
	int fd = make(a, &found), error;

	if (fd == -1)
		return -1;
	hurry(fd);
	if (connect(fd, found->ai_addr, found->ai_addrlen) == -1 &&
	    errno != EINPROGRESS) {
		error = errno;
		(void)close(fd);
		errno = error;
		fd = -1;
	}
	freeaddrinfo(found);
	return fd;
}

int
net_accept(int fd)
{
	int c = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (c != -1)
		hurry(c);
	return c;
}
