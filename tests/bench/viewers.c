/*
 * Many viewers in one process, each from an address of its own (127.1.0.1 and
 * on), so that limits for an address do not count.
 *
 *	viewers wait HOST PORT N PATH MSN PART PARTS [SOURCE]
 *
 * N viewers wait for part PART of segment MSN, when all have it for the next
 *one, PARTS of which make a segment, and so on.  For each part that the last of
 *them has got, one line of JSON: when, in us since the epoch, the first and the
 *last had it. "reset" on stdin resets all of them, "vanish" has them gone
 *without a word (as root only); both end it.
 *
 *	viewers half HOST PORT N
 *
 * N that never ask for anything: a third says nothing, a third half a head, a
 * third an octet of it a second.  Who is cut comes again.
 *
 *	viewers probe HOST PORT N PATH
 *
 * One that asks N times, each time over a connection of its own, 10 ms after
 * the last answer; one line of JSON with how long that took.
 *
 * SOURCE is the second octet of the addresses.  Each mode says "ready" first.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_IN = 8192, PAUSE_US = 10000, DRIP_US = 1000000, TURNS = 47 };

struct viewer {
	int fd;
	size_t index;
	uint64_t msn, part;  /* that is waited for */
	size_t in_len, left; /* of an answer's head; octets of its body */
	bool in_body, again;
	unsigned said; /* octets of a head that drips */
	char *in;
};

struct crowd {
	struct sockaddr_in server;
	const char *path;
	unsigned source;
	int epoll;
	size_t n, got;
	uint64_t parts, first_us;
	struct viewer *v;
};

static uint64_t
now_us(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void
fail(const char *what)
{
	perror(what);
	exit(111);
}

static int
dial(const struct crowd *c, size_t index)
{
	const uint32_t from = 0x7f000001 + (c->source << 16) +
			      (uint32_t)(index / 250 << 8) +
			      (uint32_t)(index % 250);
	struct sockaddr_in own = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(from)};
	int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd == -1)
		fail("socket");
	(void)setsockopt(
	    fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&own, sizeof(own)) == -1)
		fail("bind");
	if (connect(fd, (const struct sockaddr *)&c->server,
		sizeof(c->server)) == -1)
		fail("connect");
	return fd;
}

static void
join(struct crowd *c, struct viewer *v)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = v};

	v->fd = dial(c, v->index);
	if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, v->fd, &e) == -1)
		fail("epoll_ctl");
}

static struct crowd
gather(const char *host, const char *port, size_t n, unsigned source)
{
	struct crowd c = {.n = n, .source = source};
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		fail("getrlimit");
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	c.server.sin_family = AF_INET;
	c.server.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	if (inet_pton(AF_INET, host, &c.server.sin_addr) != 1)
		fail(host);
	c.epoll = epoll_create1(0);
	c.v = calloc(n > 0 ? n : 1, sizeof(*c.v));
	if (c.epoll == -1 || c.v == NULL)
		fail("start");
	for (size_t i = 0; i < n; i++)
		c.v[i].index = i;
	return c;
}

static void
ready(void)
{
	puts("ready");
	(void)fflush(stdout);
}

static void
ask(const struct crowd *c, struct viewer *v)
{
	char text[512];
	int n = snprintf(text, sizeof(text),
	    "GET %s%c_HLS_msn=%" PRIu64 "&_HLS_part=%" PRIu64 " HTTP/1.1\r\n"
	    "Host: bench\r\nAccept-Encoding: gzip\r\n\r\n",
	    c->path, strchr(c->path, '?') != NULL ? '&' : '?', v->msn, v->part);

	if (send(v->fd, text, (size_t)n, MSG_NOSIGNAL) != n)
		fail("send");
	v->in_len = 0;
	v->in_body = false;
}

/* V has the answer it waited for; it wants the next. */
static void
got(struct crowd *c, struct viewer *v)
{
	uint64_t at_us = now_us(CLOCK_REALTIME);

	if (c->got++ == 0)
		c->first_us = at_us;
	if (c->got == c->n) {
		printf("{\"msn\":%" PRIu64 ",\"part\":%" PRIu64
		       ",\"first_us\":%" PRIu64 ",\"last_us\":%" PRIu64 "}\n",
		    v->msn, v->part, c->first_us, at_us);
		(void)fflush(stdout);
		c->got = 0;
	}
	if (++v->part == c->parts) {
		v->part = 0;
		v->msn++;
	}
	ask(c, v);
}

/* Take what came; only the head of an answer is looked at. */
static void
hear(struct crowd *c, struct viewer *v)
{
	static char waste[65536];
	char *end, *length;
	ssize_t n;
	size_t room = MAX_IN - 1 - v->in_len;

	n = v->in_body
		? recv(v->fd, waste,
		      v->left < sizeof(waste) ? v->left : sizeof(waste), 0)
		: recv(v->fd, v->in + v->in_len, room, 0);
	if (n <= 0) {
		fprintf(stderr, "viewer %zu was cut\n", v->index);
		exit(1);
	}
	if (v->in_body) {
		v->left -= (size_t)n;
	} else {
		v->in_len += (size_t)n;
		v->in[v->in_len] = '\0';
		if ((end = strstr(v->in, "\r\n\r\n")) == NULL)
			return;
		length = strcasestr(v->in, "\r\nContent-Length:");
		/* Nothing came for three target durations. */
		v->again = strncmp(v->in, "HTTP/1.1 503 ", 13) == 0;
		if ((!v->again && strncmp(v->in, "HTTP/1.1 200 ", 13) != 0) ||
		    length == NULL || length > end) {
			fprintf(stderr, "viewer %zu was told: %.300s\n",
			    v->index, v->in);
			exit(1);
		}
		v->left = strtoul(length + 17, NULL, 10) -
			  (v->in_len - (size_t)(end + 4 - v->in));
		v->in_body = true;
	}
	if (v->left == 0 && v->again)
		ask(c, v);
	else if (v->left == 0)
		got(c, v);
}

static void
leave(const struct crowd *c, bool silently)
{
	const struct linger reset = {.l_onoff = 1};
	int on = 1;

	for (size_t i = 0; i < c->n; i++) {
		int fd = c->v[i].fd;

		if (!silently)
			(void)setsockopt(
			    fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		else if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on,
			     sizeof(on)) == -1)
			fail("vanish");
		(void)close(fd);
	}
}

static int
wait_for_parts(struct crowd *c, uint64_t msn, uint64_t part)
{
	struct epoll_event event[256], input = {.events = EPOLLIN};
	char word[16];

	for (size_t i = 0; i < c->n; i++) {
		struct viewer *v = &c->v[i];

		if ((v->in = malloc(MAX_IN)) == NULL)
			fail("malloc");
		v->msn = msn;
		v->part = part;
		join(c, v);
		ask(c, v);
	}
	if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, 0, &input) == -1)
		fail("stdin");
	ready();
	for (;;) {
		int n = epoll_wait(c->epoll, event, 256, -1);

		for (int i = 0; i < n; i++) {
			if (event[i].data.ptr != NULL) {
				hear(c, event[i].data.ptr);
				continue;
			}
			if (fgets(word, sizeof(word), stdin) != NULL)
				leave(c, strcmp(word, "vanish\n") == 0);
			return 0;
		}
	}
}

static const char half_a_head[] =
    "GET /live/alice/index.m3u8 HTTP/1.1\r\nHost: bench\r\nX-Slow: "
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/* What V says when its turn comes; false when it was cut. */
static bool
mumble(struct viewer *v)
{
	switch (v->index % 3) {
	case 0:
		return true;
	case 1:
		if (v->said++ > 0)
			return true;
		return send(v->fd, half_a_head, 40, MSG_NOSIGNAL) == 40;
	default:
		v->said = (v->said + 1) % (sizeof(half_a_head) - 1);
		return send(v->fd, &half_a_head[v->said], 1, MSG_NOSIGNAL) == 1;
	}
}

_Noreturn static void
half_open(struct crowd *c)
{
	struct epoll_event event[256];
	char waste[4096];
	uint64_t next_us = 0, turn = 0;

	for (size_t i = 0; i < c->n; i++)
		join(c, &c->v[i]);
	ready();
	for (;;) {
		int n = epoll_wait(c->epoll, event, 256, 20);

		for (int i = 0; i < n; i++) {
			struct viewer *v = event[i].data.ptr;

			if (recv(v->fd, waste, sizeof(waste), 0) > 0)
				continue;
			(void)close(v->fd);
			v->said = 0;
			join(c, v);
		}
		if (now_us(CLOCK_MONOTONIC) < next_us)
			continue;
		/* Each once a second, and not all at once. */
		next_us = now_us(CLOCK_MONOTONIC) + DRIP_US / TURNS;
		for (size_t i = turn++ % TURNS; i < c->n; i += TURNS)
			(void)mumble(&c->v[i]);
	}
}

static int
by_time(const void *ap, const void *bp)
{
	const uint64_t *a = ap, *b = bp;

	return (*a > *b) - (*a < *b);
}

static int
probe(const struct crowd *c, size_t n)
{
	uint64_t *took_us = calloc(n, sizeof(*took_us));
	char text[512], in[65536];
	int len = snprintf(text, sizeof(text),
	    "GET %s HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n",
	    c->path);

	if (took_us == NULL)
		fail("probe");
	ready();
	for (size_t i = 0; i < n; i++) {
		uint64_t begun_us = now_us(CLOCK_MONOTONIC);
		int fd = dial(c, i % 100);
		ssize_t got_n, all = 0;

		if (send(fd, text, (size_t)len, MSG_NOSIGNAL) != len)
			fail("send");
		while ((got_n = recv(fd, in, sizeof(in), 0)) > 0)
			all += got_n;
		took_us[i] = now_us(CLOCK_MONOTONIC) - begun_us;
		if (all == 0 || strncmp(in, "HTTP/1.", 7) != 0) {
			fprintf(stderr, "no answer\n");
			return 1;
		}
		(void)close(fd);
		(void)poll(NULL, 0, PAUSE_US / 1000);
	}
	qsort(took_us, n, sizeof(*took_us), by_time);
	printf("{\"p50_us\":%" PRIu64 ",\"p99_us\":%" PRIu64
	       ",\"worst_us\":%" PRIu64 "}\n",
	    took_us[n / 2], took_us[n * 99 / 100], took_us[n - 1]);
	free(took_us);
	return 0;
}

int
main(int argc, char *argv[])
{
	const char *mode = argc > 4 ? argv[1] : "";
	size_t n = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
	struct crowd c;

	if (strcmp(mode, "half") == 0) {
		c = gather(argv[2], argv[3], n, 2);
		half_open(&c);
	}
	if (strcmp(mode, "probe") == 0 && argc == 6) {
		c = gather(argv[2], argv[3], 0, 3);
		c.path = argv[5];
		return probe(&c, n);
	}
	if (strcmp(mode, "wait") == 0 && (argc == 9 || argc == 10)) {
		c = gather(argv[2], argv[3], n,
		    argc == 10 ? (unsigned)strtoul(argv[9], NULL, 10) : 1);
		c.path = argv[5];
		c.parts = strtoull(argv[8], NULL, 10);
		return wait_for_parts(&c, strtoull(argv[6], NULL, 10),
		    strtoull(argv[7], NULL, 10));
	}
	fprintf(stderr, "usage: viewers wait|half|probe HOST PORT N ...\n");
	return 100;
}
