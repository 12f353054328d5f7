#include "fake.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* Messages that are no requests, as a hostile peer would send them. */
static const struct {
	const char *bytes;
	size_t len;
	bool answered; /* its number can be read */
} bad[] = {
#define BAD(s, answered)                                                       \
	{                                                                      \
		s, sizeof(s) - 1, answered                                     \
	}
    BAD("", false),
    BAD("\xc0", false),
    BAD("\xc1", false),
    BAD("GET / HTTP/1.1\r\n\r\n", false),
    BAD("\x90", false),
    BAD("\x94\x01\x01", false),
    BAD("\x94\x01\x01\xa1x", false),
    BAD("\xdd\xff\xff\xff\xff\x01\x01\x05", false), /* 2^32-1 fields */
    BAD("\x84\x01\x01\x05\x90", false),             /* a map */
    BAD("\x94\x02\x01\x05\x90", true),              /* version 2 */
    BAD("\x94\x01\x03\x06\x90", true),              /* operation 3 */
    BAD("\x94\x01\x00\x06\x90", true),
    BAD("\x94\x01\x01\x07\x90", true), /* no events */
    BAD("\x94\x01\x01\x08\x91", true), /* its event is missing */
    BAD("\x94\x01\x01\x09\x91\x80", true),
    BAD("\x94\x01\x01\x0a\x91\xc4\x02x", true),
    BAD("\x94\x01\x01\x0b\x91\xc6\xff\xff\xff\xffx", true),
    BAD("\x94\x01\x01\x0c\x91\xc4\x01xx", true), /* bytes left over */
    BAD("\x94\x01\x01\x0d\xdd\xff\xff\xff\xff\xc4\x01x", true),
    BAD("\x93\x01\x01\x0e\x91\xc4\x01x", true),
    BAD("\x97\x01\x02\x0f\xa0\xc2\xa0", false), /* no limit */
    BAD("\x97\x01\x02\x10\xa0\xc2\xa0\x00", true),
    BAD("\x97\x01\x02\x11\xa0\x01\xa0\x01", true),
    BAD("\x97\x01\x02\x12\x90\xc2\xa0\x01", true),
    BAD("\x97\x01\x02\x13\xa0\xc2\xa0\x01\x01", true),
#undef BAD
};
enum { N_BAD = sizeof(bad) / sizeof(bad[0]) };

static struct fake fake;
static size_t results;

static void
appended(void *arg, size_t index, const struct bus_result *r)
{
	(void)arg;
	(void)index;
	results += r->status == BUS_STORED;
}

/* One event through a client of its own: is the server there and well? */
static bool
serves(const char *id)
{
	struct bus_client *c = bus_client_open(BUS_APPEND);
	size_t before = results;
	struct buf b;
	bool ok;

	buf_init(&b, EVENT_MAX);
	fake_event(&b, id, "test/1", "Happened", 10);
	ok = c != NULL && bus_append(c, buf_str(&b), appended, NULL) == 0 &&
	     fake_settle(&fake, c) && results == before + 1;
	buf_fini(&b);
	bus_client_close(c);
	return ok;
}

/* A peer that says what it likes. */
static zsock_t *
peer(const char *file)
{
	char endpoint[200];
	zsock_t *s = zsock_new(ZMQ_DEALER);

	(void)snprintf(
	    endpoint, sizeof(endpoint), "ipc://%s/%s", fake_dir, file);
	if (zmq_connect(zsock_resolve(s), endpoint) == -1)
		exit(1);
	return s;
}

/* Serve until the figure F is at least N. */
static bool
comes_to(const uint64_t *f, uint64_t n)
{
	uint64_t end_us = fake_deadline();

	while (*f < n && clock_mono_us() < end_us) {
		zmq_pollitem_t item = {
		    .socket = zsock_resolve(
			bus_server_socket(fake.server, BUS_APPEND)),
		    .events = ZMQ_POLLIN};

		(void)zmq_poll(&item, 1, 5);
		fake_serve(&fake, BUS_APPEND);
		bus_server_turn(fake.server);
	}
	return *f >= n;
}

static void
hostile(void)
{
	const struct bus_server_figures *f;
	size_t answers = 0, want = 0;
	zsock_t *s, *big;
	char *bytes;

	OK((fake.server = bus_server_open()) != NULL);
	f = bus_server_figures(fake.server);
	s = peer("append.sock");
	for (size_t i = 0; i < N_BAD; i++) {
		OK(zmq_send(zsock_resolve(s), bad[i].bytes, bad[i].len, 0) ==
		    (int)bad[i].len);
		want += bad[i].answered;
	}
	/* A good one, but in two frames; and one behind an empty frame. */
	for (int i = 0; i < 2; i++) {
		(void)zmq_send(
		    zsock_resolve(s), "", i == 0 ? 0 : 1, ZMQ_SNDMORE);
		(void)zmq_send(
		    zsock_resolve(s), "\x94\x01\x01\x20\x91\xc4\x01x", 8, 0);
	}
	OK(comes_to(&f->malformed, N_BAD + 2));
	OK(f->malformed == N_BAD + 2);
	OK(f->appends == 0 && f->queries == 0);
	while (answers < want) {
		zmq_pollitem_t item = {
		    .socket = zsock_resolve(s), .events = ZMQ_POLLIN};
		struct wire_answer a;
		zmq_msg_t m;

		(void)zmq_msg_init(&m);
		if (zmq_poll(&item, 1, FAKE_DEADLINE_MS) != 1 ||
		    zmq_msg_recv(&m, zsock_resolve(s), 0) == -1)
			break;
		if (zmq_msg_size(&m) > 0) {
			answers++;
			OK(wire_answer_decode(
			       &a, zmq_msg_data(&m), zmq_msg_size(&m)) == 0 &&
			    a.op == WIRE_ERROR && a.number > 0 &&
			    a.why.len > 0);
		}
		(void)zmq_msg_close(&m);
	}
	OK(answers == want);
	OK(serves("after-malformed"));

	/* Larger than a request may be: that peer is cut off. */
	bytes = calloc(1, WIRE_MAX_REQUEST + 1);
	big = peer("append.sock");
	OK(zmq_send(zsock_resolve(big), bytes, WIRE_MAX_REQUEST + 1, 0) ==
	    WIRE_MAX_REQUEST + 1);
	OK(zmq_send(zsock_resolve(s), bytes, 1, 0) == 1);
	OK(comes_to(&f->malformed, N_BAD + 3));
	OK(serves("after-large"));
	OK(f->malformed == N_BAD + 3);
	free(bytes);
	zsock_destroy(&big);
	zsock_destroy(&s);
	bus_server_close(fake.server);
}

/* Bytes that are no ZeroMQ at all. */
static void
strangers(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd[20];

	OK((fake.server = bus_server_open()) != NULL);
	(void)snprintf(
	    sa.sun_path, sizeof(sa.sun_path), "%s/append.sock", fake_dir);
	for (size_t i = 0; i < 20; i++) {
		fd[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		OK(connect(fd[i], (const struct sockaddr *)&sa, sizeof(sa)) ==
		    0);
		/* Some say nothing, some half of a greeting, some nonsense. */
		if (i % 3 > 0)
			OK(send(fd[i], i % 3 == 1 ? "\xff\0\0" : "HELO you\r\n",
			       3, MSG_NOSIGNAL) == 3);
	}
	OK(serves("between-strangers"));
	for (size_t i = 0; i < 20; i++)
		(void)close(fd[i]);
	OK(serves("after-strangers"));
	bus_server_close(fake.server);
}

static void
gone(void)
{
	const struct bus_server_figures *f;
	struct bus_request r;
	struct bus_result result = {.status = BUS_STORED};
	uint64_t end_us = fake_deadline();
	zsock_t *s;

	OK((fake.server = bus_server_open()) != NULL);
	f = bus_server_figures(fake.server);
	s = peer("media.sock");
	OK(zmq_send(zsock_resolve(s), "\x94\x01\x01\x20\x91\xc4\x01x", 8, 0) ==
	    8);
	while (bus_server_next(fake.server, BUS_MEDIA, &r) == 0 &&
	       clock_mono_us() < end_us)
		bus_server_turn(fake.server);
	OK(r.door == BUS_MEDIA && r.ask.op == WIRE_APPEND && r.ask.count == 1);
	zsock_destroy(&s);
	/* Its answer finds nobody, once libzmq has noticed. */
	while (f->undelivered == 0 && clock_mono_us() < end_us) {
		struct bus_request again = {.door = r.door, .ask = r.ask};

		(void)zmq_msg_init(&again.frame[0]);
		(void)zmq_msg_init(&again.frame[1]);
		(void)zmq_msg_copy(&again.frame[0], &r.frame[0]);
		bus_reply_results(fake.server, &again, &result);
		bus_request_release(&again);
	}
	OK(f->undelivered > 0);
	bus_request_release(&r);
	OK(serves("after-gone"));
	bus_server_close(fake.server);
}

/* A peer that asks and never reads does not hold up others. */
static void
deaf(void)
{
	const struct bus_server_figures *f;
	bool ok = true;
	int hwm = 1;
	zsock_t *s;

	OK((fake.server = bus_server_open()) != NULL);
	f = bus_server_figures(fake.server);
	s = zsock_new(ZMQ_DEALER);
	OK(zmq_setsockopt(zsock_resolve(s), ZMQ_RCVHWM, &hwm, sizeof(hwm)) ==
	    0);
	{
		char endpoint[200];

		(void)snprintf(endpoint, sizeof(endpoint),
		    "ipc://%s/append.sock", fake_dir);
		OK(zmq_connect(zsock_resolve(s), endpoint) == 0);
	}
	for (unsigned i = 0; ok && f->undelivered < 10 && i < 20000; i++) {
		struct buf b;
		struct wire_request r = {.number = i + 1,
		    .prefix = STR("list/00"),
		    .after = STR(""),
		    .limit = 10};

		buf_init(&b, 4096);
		wire_last_encode(&b, &r);
		ok = zmq_send(zsock_resolve(s), b.p, b.len, 0) == (int)b.len &&
		     comes_to(&f->queries, i + 1);
		buf_fini(&b);
	}
	OK(ok);
	OK(f->undelivered == 10);
	OK(serves("beside-deaf"));
	zsock_destroy(&s);
	bus_server_close(fake.server);
}

static void
files(void)
{
	const char *const name[] = {
	    "append.sock", "media.sock", "edge.sock", "events.sock"};
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	char path[200], longer[200];
	struct stat st;
	FILE *f;
	int fd;

	/* A dead process left its socket. */
	(void)snprintf(
	    sa.sun_path, sizeof(sa.sun_path), "%s/events.sock", fake_dir);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	OK(bind(fd, (const struct sockaddr *)&sa, sizeof(sa)) == 0);
	(void)close(fd);
	for (int round = 0; round < 3; round++) {
		OK((fake.server = bus_server_open()) != NULL);
		for (size_t i = 0; i < 4; i++) {
			(void)snprintf(
			    path, sizeof(path), "%s/%s", fake_dir, name[i]);
			OK(stat(path, &st) == 0 && S_ISSOCK(st.st_mode) &&
			    (st.st_mode & 0777) == 0660);
		}
		OK(serves(round == 0 ? "r0" : round == 1 ? "r1" : "r2"));
		bus_server_close(fake.server);
		OK(stat(path, &st) == -1);
	}
	/* What is no socket is not removed. */
	OK((f = fopen(path, "w")) != NULL && fclose(f) == 0);
	OK(bus_server_open() == NULL && errno == EADDRINUSE);
	OK(stat(path, &st) == 0 && unlink(path) == 0);

	(void)snprintf(longer, sizeof(longer), "%s/%090d", fake_dir, 1);
	(void)setenv("WEIR_RUN", longer, 1);
	OK(bus_server_open() == NULL && errno == ENAMETOOLONG);
	OK(bus_client_open(BUS_APPEND) == NULL && errno == ENAMETOOLONG);
	OK(bus_sub_open(NULL, 0) == NULL && errno == ENAMETOOLONG);
	(void)snprintf(longer, sizeof(longer), "%s/none", fake_dir);
	(void)setenv("WEIR_RUN", longer, 1);
	OK(bus_server_open() == NULL && errno == ENOENT);
	(void)setenv("WEIR_RUN", fake_dir, 1);
}

int
main(void)
{
	fake_init();
	hostile();
	strangers();
	gone();
	deaf();
	files();
	fake_fini();
	return tap_done();
}
