/*
 * The least there can be between an encoder and its viewers: what comes on
 * the first connection is written to all the others, by one epoll loop.
 *
 *	relay
 *
 * Prints the port that it listens at, of 127.0.0.1, and ends with its stdin.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_READERS = 4096, BYTES = 256 * 1024, BATCH = 64 };

static int reader[MAX_READERS];
static size_t readers;
static int source = -1;

static void
die(const char *what)
{
	perror(what);
	exit(111);
}

static void
watch(int ep, int fd)
{
	struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e) == -1)
		die("epoll_ctl");
}

static int
listen_here(void)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&a, len) == -1 ||
	    listen(fd, MAX_READERS) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		die("listen");
	printf("%d\n", ntohs(a.sin_port));
	if (fflush(stdout) != 0)
		die("write");
	return fd;
}

/* The first one is the encoder; only it is read. */
static void
take(int ep, int listener)
{
	const int on = 1;
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd == -1)
		return;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (source == -1) {
		source = fd;
		watch(ep, fd);
	} else if (readers < MAX_READERS) {
		reader[readers++] = fd;
	} else {
		(void)close(fd);
	}
}

/* A reader that is too slow for its socket's buffer spoils the figure. */
static void
pass_on(void)
{
	static char bytes[BYTES];
	ssize_t n = read(source, bytes, sizeof(bytes));

	if (n == 0)
		exit(0);
	for (size_t i = 0; n > 0 && i < readers; i++)
		if (send(reader[i], bytes, (size_t)n, MSG_NOSIGNAL) != n &&
		    errno == EAGAIN)
			fprintf(stderr, "reader %zu is too slow\n", i);
}

int
main(void)
{
	int ep = epoll_create1(EPOLL_CLOEXEC), listener = listen_here();

	if (ep == -1)
		die("epoll");
	watch(ep, listener);
	watch(ep, STDIN_FILENO);
	for (;;) {
		struct epoll_event e[BATCH];
		int n = epoll_wait(ep, e, BATCH, -1);

		for (int i = 0; i < n; i++) {
			if (e[i].data.fd == STDIN_FILENO)
				return 0;
			if (e[i].data.fd == listener)
				take(ep, listener);
			else
				pass_on();
		}
	}
}
