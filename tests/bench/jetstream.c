/*
 * Publish to NATS JetStream and wait for its acknowledgements: the load that
 * weir-bench(1) is for weir-logd, in the text protocol of NATS.
 *
 *	jetstream PORT CONNECTIONS INFLIGHT COUNT BYTES
 *
 * Makes the stream "bench" anew, then each connection publishes INFLIGHT
 * messages with a reply subject and the next ones when all of them were
 * answered.  Prints one line of JSON.
 */
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "num.h"
#include "sample.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MAX_CONNECTIONS = 1024,
	MAX_OUT_BYTES = 16 << 20,
	IN_BYTES = 128 * 1024,
	WAIT_MS = 60 * 1000
};

static const char hello[] =
    "CONNECT {\"verbose\":false,\"pedantic\":false,\"name\":\"bench\"}\r\n";

struct connection {
	int fd;
	size_t number;
	char in[IN_BYTES]; /* what was not taken yet */
	size_t in_len;
	struct buf out; /* what the socket did not take, from SENT on */
	size_t sent;
	uint64_t waiting; /* messages that were not answered */
	uint64_t sent_us;
	bool writing; /* EPOLLOUT is asked for */
};

struct load {
	struct connection *connection;
	uint64_t connections, inflight, count, bytes, port;
	uint64_t left, answered, refused;
	char *payload;
	struct sample wait;
	int epoll;
};

static void
fail(const char *what)
{
	err_sys("%s", what);
	exit(EXIT_TEMP);
}

/* A line, without its end, from P on; NULL: it is not all there. */
static char *
line_end(char *p, size_t n)
{
	return memmem(p, n, "\r\n", 2);
}

/*
 * One message of the server at C.  Its bytes; 0: it is not all there.  For
 * MSG, *TEXT is its payload, ended with a NUL.
 */
static size_t
message(char *p, size_t n, char **text)
{
	char *end = line_end(p, n), *last;
	uint64_t bytes;
	size_t head;

	*text = NULL;
	if (end == NULL)
		return 0;
	head = (size_t)(end - p) + 2;
	if (strncmp(p, "MSG ", 4) != 0)
		return head;
	*end = '\0';
	last = strrchr(p, ' ') + 1;
	if (num_parse(last, 0, IN_BYTES / 2, &bytes) == -1) {
		err_msg("not a message: %s", p);
		exit(EXIT_TEMP);
	}
	*end = '\r';
	if (n < head + bytes + 2)
		return 0;
	*text = p + head;
	(*text)[bytes] = '\0';
	return head + bytes + 2;
}

static void
send_all(int fd, const char *p)
{
	size_t n = strlen(p);

	for (ssize_t got; n > 0; p += got, n -= (size_t)got)
		if ((got = send(fd, p, n, MSG_NOSIGNAL)) == -1)
			fail("send");
}

/* Connect and say hello.  A blocking socket. */
static int
connect_to(uint64_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)&a, sizeof(a)) == -1)
		fail("connect");
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	send_all(fd, hello);
	return fd;
}

/* Ask JetStream's API for VERB with BODY; its answer's text into ANSWER. */
static void
ask(struct connection *c, const char *verb, const char *body, char answer[512])
{
	char request[1024], *text = NULL;
	size_t n;

	(void)snprintf(request, sizeof(request),
	    "PUB $JS.API.STREAM.%s.bench _INBOX.api %zu\r\n%s\r\n", verb,
	    strlen(body), body);
	send_all(c->fd, request);
	while (text == NULL) {
		struct pollfd p = {.fd = c->fd, .events = POLLIN};
		ssize_t got = 0;

		while ((n = message(c->in, c->in_len, &text)) > 0) {
			if (text != NULL)
				(void)snprintf(answer, 512, "%s", text);
			memmove(c->in, c->in + n, c->in_len -= n);
			if (text != NULL)
				return;
		}
		if (poll(&p, 1, WAIT_MS) != 1 ||
		    (got = recv(c->fd, c->in + c->in_len,
			 IN_BYTES - 1 - c->in_len, 0)) <= 0)
			fail("wait for JetStream");
		c->in_len += (size_t)got;
	}
}

/* A stream without anything in it. */
static void
make_stream(uint64_t port)
{
	struct connection *c = calloc(1, sizeof(*c));
	char answer[512];

	if (c == NULL)
		fail("start");
	c->fd = connect_to(port);
	send_all(c->fd, "SUB _INBOX.api 1\r\n");
	ask(c, "DELETE", "", answer); /* there may be none */
	ask(c, "CREATE",
	    "{\"name\":\"bench\",\"subjects\":[\"bench.*\"],"
	    "\"storage\":\"file\",\"retention\":\"limits\","
	    "\"max_msgs\":-1,\"max_bytes\":-1,\"num_replicas\":1}",
	    answer);
	if (strstr(answer, "\"error\"") != NULL) {
		err_msg("no stream: %s", answer);
		exit(EXIT_TEMP);
	}
	(void)close(c->fd);
	free(c);
}

static void
watch(struct load *l, struct connection *c, bool writing)
{
	struct epoll_event e = {
	    .events = EPOLLIN | (writing ? EPOLLOUT : 0u), .data.ptr = c};

	if (c->writing == writing)
		return;
	c->writing = writing;
	if (epoll_ctl(l->epoll, EPOLL_CTL_MOD, c->fd, &e) == -1)
		fail("epoll");
}

static void
flush(struct load *l, struct connection *c)
{
	while (c->sent < c->out.len) {
		ssize_t n = send(c->fd, c->out.p + c->sent,
		    c->out.len - c->sent, MSG_NOSIGNAL);

		if (n == -1 && errno == EAGAIN)
			break;
		if (n == -1)
			fail("send");
		c->sent += (size_t)n;
	}
	if (c->sent == c->out.len) {
		buf_reset(&c->out);
		c->sent = 0;
	}
	watch(l, c, c->out.len > 0);
}

/* The next messages of C, if there are some left. */
static void
publish(struct load *l, struct connection *c)
{
	uint64_t n = l->left < l->inflight ? l->left : l->inflight;
	char head[128];
	int len = snprintf(head, sizeof(head),
	    "PUB bench.%zu _INBOX.%zu %" PRIu64 "\r\n", c->number, c->number,
	    l->bytes);

	for (uint64_t i = 0; i < n; i++)
		if (buf_put(&c->out, head, (size_t)len) == -1 ||
		    buf_put(&c->out, l->payload, l->bytes) == -1 ||
		    buf_put(&c->out, "\r\n", 2) == -1)
			fail("publish");
	c->waiting = n;
	c->sent_us = clock_mono_us();
	l->left -= n;
	flush(l, c);
}

/* Take what the server said to C. */
static void
hear(struct load *l, struct connection *c)
{
	ssize_t got =
	    recv(c->fd, c->in + c->in_len, IN_BYTES - 1 - c->in_len, 0);
	uint64_t now_us = clock_mono_us();
	size_t at = 0, n;
	char *text;

	if (got == 0 || (got == -1 && errno != EAGAIN))
		fail("receive");
	if (got == -1)
		return;
	c->in_len += (size_t)got;
	while ((n = message(c->in + at, c->in_len - at, &text)) > 0) {
		if (text != NULL) {
			l->refused += strstr(text, "\"error\"") != NULL;
			l->answered++;
			sample_add(&l->wait, now_us - c->sent_us);
			c->waiting--;
		} else if (strncmp(c->in + at, "PING", 4) == 0) {
			if (buf_puts(&c->out, "PONG\r\n") == -1)
				fail("answer");
			flush(l, c);
		} else if (strncmp(c->in + at, "-ERR", 4) == 0) {
			err_msg("%.*s", (int)n - 2, c->in + at);
			exit(EXIT_TEMP);
		}
		at += n;
	}
	memmove(c->in, c->in + at, c->in_len -= at);
	if (c->waiting == 0)
		publish(l, c);
}

static void
connect_all(struct load *l)
{
	for (size_t i = 0; i < l->connections; i++) {
		struct connection *c = &l->connection[i];
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
		char subscribe[64];

		c->number = i;
		c->fd = connect_to(l->port);
		(void)snprintf(
		    subscribe, sizeof(subscribe), "SUB _INBOX.%zu 1\r\n", i);
		send_all(c->fd, subscribe);
		buf_init(&c->out, MAX_OUT_BYTES);
		if (fcntl(c->fd, F_SETFL, O_NONBLOCK) == -1 ||
		    epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e) == -1)
			fail("epoll");
	}
}

static void
run(struct load *l)
{
	struct epoll_event event[64];
	uint64_t start_us = clock_mono_us(), took_us;

	for (size_t i = 0; i < l->connections; i++)
		publish(l, &l->connection[i]);
	while (l->answered < l->count) {
		int n = epoll_wait(l->epoll, event, 64, WAIT_MS);

		if (n == 0)
			errno = ETIMEDOUT;
		if (n <= 0 && errno != EINTR)
			fail("wait for acknowledgements");
		for (int i = 0; i < n; i++) {
			struct connection *c = event[i].data.ptr;

			if ((event[i].events & EPOLLOUT) != 0)
				flush(l, c);
			if ((event[i].events & (EPOLLIN | EPOLLHUP)) != 0)
				hear(l, c);
		}
	}
	took_us = clock_mono_us() - start_us;
	printf("{\"events_per_s\":%.0f,\"answer_p50_us\":%" PRIu64
	       ",\"answer_p99_us\":%" PRIu64 ",\"refused\":%" PRIu64 "}\n",
	    (double)l->answered * 1e6 / (double)took_us,
	    sample_percentile_us(&l->wait, 50),
	    sample_percentile_us(&l->wait, 99), l->refused);
}

int
main(int argc, char *argv[])
{
	struct load l = {0};

	err_setprog("jetstream");
	if (argc != 6 || num_parse(argv[1], 1, 65535, &l.port) == -1 ||
	    num_parse(argv[2], 1, MAX_CONNECTIONS, &l.connections) == -1 ||
	    num_parse(argv[3], 1, 1024, &l.inflight) == -1 ||
	    num_parse(argv[4], 1, 100000000, &l.count) == -1 ||
	    num_parse(argv[5], 1, 4096, &l.bytes) == -1) {
		err_msg("usage: jetstream PORT CONNECTIONS INFLIGHT COUNT "
			"BYTES");
		return EXIT_PERM;
	}
	l.left = l.count;
	l.connection = calloc(l.connections, sizeof(*l.connection));
	l.payload = malloc(l.bytes);
	l.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l.connection == NULL || l.payload == NULL || l.epoll == -1 ||
	    sample_init(&l.wait, l.count) == -1)
		fail("start");
	memset(l.payload, 'x', l.bytes);
	make_stream(l.port);
	connect_all(&l);
	run(&l);
	return l.refused == 0 && fflush(stdout) == 0 ? EXIT_OK : EXIT_TEMP;
}
