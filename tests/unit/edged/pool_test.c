#include "pool.h"
#include "tap.h"

#include "clock.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 4, DEADLINE_S = 60, PERIOD_MS = 5 };

/* What stands between us and civetweb: two ends of a connection. */
struct link {
	int peer, ours;
};

static int
bound(uint32_t address, in_port_t *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(address),
	    .sin_port = *port};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&a, len) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		perror("bind");
	*port = a.sin_port;
	return fd;
}

/* A connection from 127.0.1.HOST that says SAYS, which has arrived. */
static struct link
link_open(int listener, in_port_t port, unsigned host, const char *says)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = port};
	in_port_t any = 0;
	struct link l = {.peer = bound(0x7f000100 + host, &any)};
	struct pollfd p;

	if (connect(l.peer, (struct sockaddr *)&a, sizeof(a)) == -1)
		perror("connect");
	l.ours = accept(listener, NULL, NULL);
	p = (struct pollfd){.fd = l.ours, .events = POLLIN};
	if (says[0] != '\0' &&
	    (send(l.peer, says, strlen(says), MSG_NOSIGNAL) == -1 ||
		poll(&p, 1, DEADLINE_S * 1000) != 1))
		perror("send");
	return l;
}

static void
link_close(struct link *l)
{
	(void)close(l->peer);
	(void)close(l->ours);
}

static bool
is_shut(const struct link *l)
{
	struct pollfd p = {.fd = l->peer, .events = POLLRDHUP};

	return poll(&p, 1, 0) == 1;
}

/* Sweep until COUNT were shut, or all patience with them is at an end. */
static bool
sweep(struct pool *p, const _Atomic uint64_t *shut, uint64_t count)
{
	uint64_t end_us = clock_mono_us() + DEADLINE_S * UINT64_C(1000000);

	while (atomic_load(shut) < count && clock_mono_us() < end_us) {
		(void)poll(NULL, 0, PERIOD_MS);
		pool_sweep(p);
	}
	return atomic_load(shut) == count;
}

/* All threads are taken, and more connections wait for one. */
static void
silent_ones_go(struct pool *p, int listener)
{
	struct link silent = link_open(listener, p->port, 1, "");
	struct link half = link_open(listener, p->port, 2, "GET / HT");
	struct link whole =
	    link_open(listener, p->port, 3, "GET / HTTP/1.1\r\n\r\n");
	struct link busy = link_open(listener, p->port, 4, "");
	struct link more[2] = {link_open(listener, p->port, 5, "G"),
	    link_open(listener, p->port, 6, "GET / HTTP/1.1\r\nHost: a\r\n")};
	struct mg_request_info ri = {
	    .remote_addr = "127.0.1.4", .server_port = ntohs(p->port)};
	struct sockaddr_in a;
	socklen_t len = sizeof(a);
	bool crowded;

	(void)getsockname(busy.peer, (struct sockaddr *)&a, &len);
	ri.remote_port = ntohs(a.sin_port);
	for (size_t i = 0; i < SIZE; i++)
		pool_connect(p, &p->worker[i]);
	OK(pool_begin(p, &p->worker[3], &ri, &crowded) == busy.ours);
	OK(!crowded);
	pool_sweep(p);
	OK(atomic_load(&p->reaped) == 0); /* at first, everybody may speak */
	OK(sweep(p, &p->reaped, 4));
	OK(is_shut(&silent) && is_shut(&half));
	OK(is_shut(&more[0]) && is_shut(&more[1]));
	OK(!is_shut(&whole)); /* it waits for a thread as long as it takes */
	OK(!is_shut(&busy));
	OK(atomic_load(&p->refused) == 0);

	pool_end(p, &p->worker[3]);
	for (size_t i = 0; i < SIZE; i++)
		pool_disconnect(p, &p->worker[i]);
	link_close(&silent);
	link_close(&half);
	link_close(&whole);
	link_close(&busy);
	link_close(&more[0]);
	link_close(&more[1]);
}

/* One address has more than its two, whatever they say. */
static void
surplus_goes(struct pool *p, int listener)
{
	struct link l[3];

	for (size_t i = 0; i < 3; i++) {
		l[i] =
		    link_open(listener, p->port, 9, "GET / HTTP/1.1\r\n\r\n");
		pool_connect(p, &p->worker[i]);
	}
	OK(sweep(p, &p->refused, 1));
	pool_sweep(p);
	OK(is_shut(&l[0]) + is_shut(&l[1]) + is_shut(&l[2]) == 1);
	for (size_t i = 0; i < 3; i++) {
		pool_disconnect(p, &p->worker[i]);
		link_close(&l[i]);
	}
}

/* Some threads never wait, whatever is asked. */
static void
some_never_wait(void)
{
	struct pool p;
	unsigned n = 0;

	OK(pool_init(&p, 64, 0, 63) == 0);
	while (n < 64 && pool_rest(&p))
		n++;
	OK(n == 48 && atomic_load(&p.waiting) == 48);
	pool_wake(&p);
	OK(pool_rest(&p) && !pool_rest(&p));
	pool_fini(&p);
	/* The smallest pool has one that does. */
	OK(pool_init(&p, 2, 0, 63) == 0 && pool_rest(&p) && !pool_rest(&p));
	pool_fini(&p);
}

int
main(void)
{
	struct pool p;
	in_port_t port = 0;
	int listener = bound(INADDR_LOOPBACK, &port);

	OK(listen(listener, 16) == 0);
	OK(pool_init(&p, SIZE, 2, 63) == 0);
	p.port = port;
	silent_ones_go(&p, listener);
	surplus_goes(&p, listener);
	pool_fini(&p);
	(void)close(listener);
	some_never_wait();
	return tap_done();
}
