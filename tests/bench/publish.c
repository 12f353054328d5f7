/*
 * A light RTMP encoder, many times over: publish one FLV file to as many
 * stream keys as stdin has lines, in real time and again and again, from one
 * process that costs little beside the server that is measured.
 *
 *	publish HOST PORT APP FILE.flv SECONDS <keys
 *
 * Prints "live" once every stream is published, and at the end one line of
 * JSON.  Frames are sent as an encoder sends them: each by itself, when its
 * time has come, in chunks of 4096 bytes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_PUBLISHERS = 1000,
	MAX_PENDING = 16 << 20,
	CHUNK = 4096,
	C1 = 1536,
	START_LIMIT_US = 60 * 1000 * 1000,
	APART_US = 2 * 1000 * 1000, /* their keyframes are spread over this */
};

enum state { SHAKING, CONNECTING, CREATING, ASKING, LIVE, DEAD };

struct tag {
	uint8_t type;
	uint32_t time_ms, len;
	const uint8_t *p;
};

struct clip {
	uint8_t *bytes;
	struct tag *tag;
	size_t tags, first; /* tag FIRST is the first after the headers */
	uint32_t length_ms; /* of one turn */
};

struct publisher {
	enum state state;
	int fd;
	char key[256];
	char in[8192]; /* text of what the server said */
	size_t in_len, in_total;
	uint8_t *out; /* what the socket did not take */
	size_t out_len, out_cap;
	size_t at; /* the next tag */
	uint64_t turn;
	uint64_t start_us;
};

struct run {
	struct clip clip;
	const char *app, *url;
	int epoll;
	struct publisher *p;
	size_t n, live, dead;
	uint64_t bytes, frames, late_us_max, late_us_sum;
};

static uint64_t
now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void
fail(const char *what)
{
	(void)fprintf(stderr, "publish: %s: %s\n", what, strerror(errno));
	exit(111);
}

static uint32_t
be24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

/* Take the file apart; its tags stay where they were read to. */
static void
clip_read(struct clip *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t at = 13, size, got = 0;

	if (fd == -1 || fstat(fd, &st) == -1)
		fail(path);
	size = (size_t)st.st_size;
	if ((c->bytes = malloc(size)) == NULL ||
	    (c->tag = calloc(size / 16 + 1, sizeof(*c->tag))) == NULL)
		fail("allocate");
	while (got < size) {
		ssize_t n = read(fd, c->bytes + got, size - got);

		if (n <= 0)
			fail(path);
		got += (size_t)n;
	}
	(void)close(fd);
	while (at + 11 <= size) {
		const uint8_t *p = c->bytes + at;
		struct tag t = {.type = p[0],
		    .len = be24(p + 1),
		    .time_ms = be24(p + 4) | (uint32_t)p[7] << 24,
		    .p = p + 11};
		bool media = t.type == 8 || t.type == 9;

		if (at + 11 + t.len > size)
			break;
		at += 11 + t.len + 4;
		if (t.len < 2 || (!media && t.type != 18))
			continue;
		/* Metadata and codec headers come once, at the start. */
		if (c->first == c->tags && (!media || t.p[1] == 0))
			c->first++;
		else if (t.p[1] == 0 && media && (t.p[0] >> 4) == 10)
			continue;
		else if (!media || (t.type == 9 && t.p[1] != 1))
			continue;
		c->tag[c->tags++] = t;
		if (t.time_ms > c->length_ms)
			c->length_ms = t.time_ms;
	}
	if (c->tags == c->first) {
		errno = EINVAL;
		fail(path);
	}
	c->length_ms += 33;
}

static void
watch(struct run *r, struct publisher *p, uint32_t events, int op)
{
	struct epoll_event e = {.events = events, .data.ptr = p};

	if (epoll_ctl(r->epoll, op, p->fd, &e) == -1)
		fail("epoll_ctl");
}

static void
die(struct run *r, struct publisher *p, const char *why)
{
	if (p->state == DEAD)
		return;
	(void)fprintf(stderr, "publish: %s: %s\n", p->key, why);
	r->live -= p->state == LIVE;
	r->dead++;
	p->state = DEAD;
	(void)close(p->fd);
}

static void
send_bytes(struct run *r, struct publisher *p, const uint8_t *b, size_t n)
{
	if (p->out_len == 0) {
		ssize_t k = send(p->fd, b, n, MSG_NOSIGNAL);

		if (k == -1 && errno != EAGAIN) {
			die(r, p, "the connection was lost");
			return;
		}
		if (k > 0) {
			b += k;
			n -= (size_t)k;
		}
	}
	if (n == 0)
		return;
	if (p->out_len + n > MAX_PENDING) {
		die(r, p, "the server does not keep up");
		return;
	}
	if (p->out_len + n > p->out_cap) {
		p->out_cap = 2 * (p->out_len + n);
		if ((p->out = realloc(p->out, p->out_cap)) == NULL)
			fail("allocate");
	}
	if (p->out_len == 0)
		watch(r, p, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
	memcpy(p->out + p->out_len, b, n);
	p->out_len += n;
}

static void
send_pending(struct run *r, struct publisher *p)
{
	ssize_t k = send(p->fd, p->out, p->out_len, MSG_NOSIGNAL);

	if (k == -1) {
		if (errno != EAGAIN)
			die(r, p, "the connection was lost");
		return;
	}
	p->out_len -= (size_t)k;
	memmove(p->out, p->out + k, p->out_len);
	if (p->out_len == 0)
		watch(r, p, EPOLLIN, EPOLL_CTL_MOD);
}

/* A message in chunks, as one write. */
static void
send_message(struct run *r, struct publisher *p, uint8_t chunk_stream,
    uint8_t type, uint32_t stream, uint32_t time_ms, const uint8_t *b,
    uint32_t len)
{
	static uint8_t m[1 << 20];
	uint32_t at = 0, field = time_ms < 0xffffff ? time_ms : 0xffffff;
	size_t n = 0;

	if (len > sizeof(m) / 2) {
		die(r, p, "a frame is too large");
		return;
	}
	m[n++] = chunk_stream;
	m[n++] = (uint8_t)(field >> 16);
	m[n++] = (uint8_t)(field >> 8);
	m[n++] = (uint8_t)field;
	m[n++] = (uint8_t)(len >> 16);
	m[n++] = (uint8_t)(len >> 8);
	m[n++] = (uint8_t)len;
	m[n++] = type;
	m[n++] = (uint8_t)stream;
	for (int i = 0; i < 3; i++)
		m[n++] = 0;
	while (at < len) {
		uint32_t k = len - at < CHUNK ? len - at : CHUNK;

		if (at > 0)
			m[n++] = 0xc0 | chunk_stream;
		if (field == 0xffffff) {
			m[n++] = (uint8_t)(time_ms >> 24);
			m[n++] = (uint8_t)(time_ms >> 16);
			m[n++] = (uint8_t)(time_ms >> 8);
			m[n++] = (uint8_t)time_ms;
		}
		memcpy(m + n, b + at, k);
		n += k;
		at += k;
	}
	r->bytes += n;
	send_bytes(r, p, m, n);
}

static size_t
put_string(uint8_t *b, const char *s, bool key)
{
	size_t n = strlen(s), at = 0;

	if (!key)
		b[at++] = 2;
	b[at++] = (uint8_t)(n >> 8);
	b[at++] = (uint8_t)n;
	memcpy(b + at, s, n);
	return at + n;
}

static size_t
put_number(uint8_t *b, double v)
{
	uint64_t u;

	memcpy(&u, &v, sizeof(u));
	b[0] = 0;
	for (int i = 0; i < 8; i++)
		b[1 + i] = (uint8_t)(u >> (56 - 8 * i));
	return 9;
}

/* A command with a null and one or two strings behind it. */
static void
call(struct run *r, struct publisher *p, const char *name, double number,
    uint32_t stream, const char *first, const char *second)
{
	uint8_t b[1024];
	size_t n = put_string(b, name, false);

	n += put_number(b + n, number);
	b[n++] = 5;
	if (first != NULL)
		n += put_string(b + n, first, false);
	if (second != NULL)
		n += put_string(b + n, second, false);
	send_message(r, p, 3, 20, stream, 0, b, (uint32_t)n);
}

static void
send_connect(struct run *r, struct publisher *p)
{
	const uint8_t chunk[4] = {0, 0, CHUNK >> 8, CHUNK & 0xff};
	static const uint8_t end[3] = {0, 0, 9};
	uint8_t b[1024];
	size_t n;

	send_message(r, p, 2, 1, 0, 0, chunk, sizeof(chunk));
	n = put_string(b, "connect", false);
	n += put_number(b + n, 1);
	b[n++] = 3;
	n += put_string(b + n, "app", true);
	n += put_string(b + n, r->app, false);
	n += put_string(b + n, "type", true);
	n += put_string(b + n, "nonprivate", false);
	n += put_string(b + n, "flashVer", true);
	n += put_string(b + n, "FMLE/3.0 (compatible; bench)", false);
	n += put_string(b + n, "tcUrl", true);
	n += put_string(b + n, r->url, false);
	memcpy(b + n, end, sizeof(end));
	n += sizeof(end);
	send_message(r, p, 3, 20, 0, 0, b, (uint32_t)n);
}

static bool
said(const struct publisher *p, const char *word)
{
	return memmem(p->in, p->in_len, word, strlen(word)) != NULL;
}

static void
send_tag(struct run *r, struct publisher *p, const struct tag *t, uint64_t ms)
{
	send_message(
	    r, p, t->type == 9 ? 6 : 4, t->type, 1, (uint32_t)ms, t->p, t->len);
}

/* Answer what the server has said so far. */
static void
proceed(struct run *r, struct publisher *p)
{
	switch (p->state) {
	case SHAKING:
		if (p->in_total < 1 + 2 * C1)
			return;
		{
			static const uint8_t c2[C1];

			send_bytes(r, p, c2, sizeof(c2));
		}
		send_connect(r, p);
		p->state = CONNECTING;
		break;
	case CONNECTING:
		if (!said(p, "Connect.Success"))
			return;
		call(r, p, "releaseStream", 2, 0, p->key, NULL);
		call(r, p, "FCPublish", 3, 0, p->key, NULL);
		call(r, p, "createStream", 4, 0, NULL, NULL);
		p->state = CREATING;
		break;
	case CREATING:
		if (!said(p, "_result"))
			return;
		call(r, p, "publish", 5, 1, p->key, "live");
		p->state = ASKING;
		break;
	case ASKING:
		if (!said(p, "Publish.Start")) {
			if (said(p, "error"))
				die(r, p, "the server refused it");
			return;
		}
		p->state = LIVE;
		r->live++;
		p->start_us = now_us();
		for (size_t i = 0; i < r->clip.first; i++)
			send_tag(r, p, &r->clip.tag[i], 0);
		p->at = r->clip.first;
		break;
	case LIVE:
	case DEAD:
		break;
	}
	p->in_len = 0;
}

static void
receive(struct run *r, struct publisher *p)
{
	uint8_t b[4096];
	ssize_t n = recv(p->fd, b, sizeof(b), 0);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		die(r, p, "the server closed the connection");
		return;
	}
	p->in_total += (size_t)n;
	/* Only text is looked for, and chunk headers may lie within it. */
	for (ssize_t i = 0; i < n && p->state != SHAKING; i++)
		if (b[i] >= ' ' && b[i] < 0x7f && p->in_len < sizeof(p->in))
			p->in[p->in_len++] = (char)b[i];
	proceed(r, p);
}

/* Send what is due of P; when it is due again. */
static uint64_t
play(struct run *r, struct publisher *p, uint64_t now)
{
	const struct clip *c = &r->clip;

	while (p->state == LIVE) {
		const struct tag *t = &c->tag[p->at];
		uint64_t ms = p->turn * c->length_ms + t->time_ms;
		uint64_t due = p->start_us + ms * 1000;

		if (due > now)
			return due;
		r->late_us_sum += now - due;
		if (now - due > r->late_us_max)
			r->late_us_max = now - due;
		r->frames++;
		send_tag(r, p, t, ms);
		if (++p->at == c->tags) {
			p->at = c->first;
			p->turn++;
		}
	}
	return UINT64_MAX;
}

static void
open_publisher(struct run *r, struct publisher *p, const char *host, int port)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	uint8_t hello[1 + C1] = {3};
	const int on = 1;

	if (inet_pton(AF_INET, host, &a.sin_addr) != 1) {
		errno = EINVAL;
		fail(host);
	}
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p->fd == -1 ||
	    connect(p->fd, (struct sockaddr *)&a, sizeof(a)) == -1)
		fail("connect");
	(void)setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (fcntl(p->fd, F_SETFL, O_NONBLOCK) == -1)
		fail("fcntl");
	watch(r, p, EPOLLIN, EPOLL_CTL_ADD);
	send_bytes(r, p, hello, sizeof(hello));
}

static void
turn(struct run *r, uint64_t wake_us)
{
	struct epoll_event e[64];
	uint64_t now = now_us();
	struct timespec wait = {0};
	int n;

	if (wake_us > now)
		wait = (struct timespec){(time_t)((wake_us - now) / 1000000),
		    (long)((wake_us - now) % 1000000 * 1000)};
	n = epoll_pwait2(r->epoll, e, 64, &wait, NULL);
	for (int i = 0; i < n; i++) {
		struct publisher *p = e[i].data.ptr;

		if (p->state != DEAD && (e[i].events & EPOLLOUT))
			send_pending(r, p);
		if (p->state != DEAD && (e[i].events & ~(uint32_t)EPOLLOUT))
			receive(r, p);
	}
}

static uint64_t
play_all(struct run *r)
{
	uint64_t now = now_us(), next = now + 100000;

	for (size_t i = 0; i < r->n; i++) {
		uint64_t due = play(r, &r->p[i], now);

		if (due < next)
			next = due;
	}
	return next;
}

int
main(int argc, char *argv[])
{
	struct run r = {0};
	uint64_t end = 0, begun = now_us();
	char url[300];
	int port;
	size_t opened = 0;

	if (argc != 6) {
		(void)fprintf(stderr, "usage: publish HOST PORT APP FILE.flv "
				      "SECONDS <keys\n");
		return 100;
	}
	port = (int)strtol(argv[2], NULL, 10);
	r.app = argv[3];
	(void)snprintf(
	    url, sizeof(url), "rtmp://%s:%s/%s", argv[1], argv[2], argv[3]);
	r.url = url;
	clip_read(&r.clip, argv[4]);
	if ((r.p = calloc(MAX_PUBLISHERS, sizeof(*r.p))) == NULL ||
	    (r.epoll = epoll_create1(EPOLL_CLOEXEC)) == -1)
		fail("start");
	while (r.n < MAX_PUBLISHERS &&
	       fgets(r.p[r.n].key, sizeof(r.p[0].key), stdin) != NULL) {
		r.p[r.n].key[strcspn(r.p[r.n].key, "\n")] = '\0';
		r.n++;
	}
	while (r.dead < r.n && (end == 0 || now_us() < end)) {
		uint64_t wake = play_all(&r);

		/* One after the other, so that frames do not come at once. */
		if (opened < r.n &&
		    now_us() >= begun + opened * APART_US / r.n) {
			open_publisher(&r, &r.p[opened], argv[1], port);
			opened++;
			wake = 0;
		}
		turn(&r, wake);
		if (end == 0 && r.live + r.dead == r.n) {
			end = now_us() + strtoull(argv[5], NULL, 10) * 1000000;
			(void)puts("live");
			(void)fflush(stdout);
		}
		if (end == 0 && now_us() > begun + START_LIMIT_US) {
			(void)fprintf(stderr, "publish: not all were taken\n");
			break;
		}
	}
	(void)printf("{\"publishers\":%zu,\"live\":%zu,\"bytes\":%" PRIu64
		     ",\"frames\":%" PRIu64 ",\"late_mean_us\":%" PRIu64
		     ",\"late_max_us\":%" PRIu64 "}\n",
	    r.n, r.live, r.bytes, r.frames,
	    r.frames > 0 ? r.late_us_sum / r.frames : 0, r.late_us_max);
	return r.live == r.n && r.n > 0 ? 0 : 111;
}
