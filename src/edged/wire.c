#include "wire.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

const struct wire wire_none = {.fd = -1, .far_fd = -1, .tcp_fd = -1};

static void
drop(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

static struct sockaddr_in
loopback(unsigned port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* Bound before it connects, so that its port is known to whoever accepts. */
static int
open_tcp(struct wire *w, unsigned port)
{
	static const char first[] = "GET / HTTP/1.1\r\nHost: weir\r\n\r\n";
	struct sockaddr_in own = loopback(0), server = loopback(port);
	socklen_t len = sizeof(own);

	w->tcp_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (w->tcp_fd == -1 ||
	    bind(w->tcp_fd, (struct sockaddr *)&own, len) == -1 ||
	    getsockname(w->tcp_fd, (struct sockaddr *)&own, &len) == -1)
		return -1;
	w->port = ntohs(own.sin_port);
	if (connect(w->tcp_fd, (struct sockaddr *)&server, sizeof(server)) ==
	    -1)
		return -1;
	return send(w->tcp_fd, first, sizeof(first) - 1, MSG_NOSIGNAL) == -1
		   ? -1
		   : 0;
}

int
wire_open(struct wire *w, unsigned port)
{
	int pair[2], error;

	*w = wire_none;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	w->fd = pair[0];
	w->far_fd = pair[1];
	/* As those are that civetweb accepts. */
	if (fcntl(w->far_fd, F_SETFL, O_NONBLOCK) == 0 &&
	    open_tcp(w, port) == 0)
		return 0;
	error = errno;
	wire_close(w);
	errno = error;
	return -1;
}

/* Whether FD is what PORT accepted from OWN. */
static bool
is_accepted(int fd, unsigned port, unsigned own)
{
	struct sockaddr_in here, there;
	socklen_t here_len = sizeof(here), there_len = sizeof(there);

	return getsockname(fd, (struct sockaddr *)&here, &here_len) == 0 &&
	       here.sin_family == AF_INET && ntohs(here.sin_port) == port &&
	       getpeername(fd, (struct sockaddr *)&there, &there_len) == 0 &&
	       ntohs(there.sin_port) == own;
}

int
wire_seat(struct wire *w, unsigned port)
{
	DIR *open_fds = opendir("/proc/self/fd");
	const struct dirent *e;
	int r = -1;

	if (open_fds == NULL)
		return -1;
	errno = ENOENT;
	while (r == -1 && (e = readdir(open_fds)) != NULL) {
		int fd = (int)strtol(e->d_name, NULL, 10);

		if (e->d_name[0] != '.' && is_accepted(fd, port, w->port))
			r = dup3(w->far_fd, fd, O_CLOEXEC);
	}
	(void)closedir(open_fds);
	if (r == -1)
		return -1;
	drop(&w->far_fd);
	drop(&w->tcp_fd);
	w->port = 0;
	return 0;
}

void
wire_close(struct wire *w)
{
	drop(&w->fd);
	drop(&w->far_fd);
	drop(&w->tcp_fd);
	w->port = 0;
}
