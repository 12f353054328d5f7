#include "fake.h"

#include <pthread.h>

/* What the callbacks of a batch said, in their order. */
struct heard {
	size_t n;
	size_t index[4096];
	struct bus_result result[4096];
	char why[300]; /* the last one */
};

static void
appended(void *arg, size_t index, const struct bus_result *r)
{
	struct heard *h = arg;

	h->index[h->n] = index;
	h->result[h->n] = *r;
	(void)snprintf(h->why, sizeof(h->why), "%.*s", STRF(r->why));
	h->n++;
}

static void
counted(void *arg, size_t index, const struct bus_result *r)
{
	(void)index;
	*(size_t *)arg += r->status == BUS_STORED;
}

static struct heard heard;
static struct fake fake;

static void
fresh(void)
{
	memset(&heard, 0, sizeof(heard));
	memset(&fake, 0, sizeof(fake));
	OK((fake.server = bus_server_open()) != NULL);
}

static void
finish(struct bus_client *c)
{
	bus_client_close(c);
	bus_server_close(fake.server);
	fake.server = NULL;
}

/* Ids of SEQs 1... are PREFIX0... */
static bool
stored_in_order(const char *prefix, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char id[32];

		(void)snprintf(id, sizeof(id), "%s%zu", prefix, i);
		if (strcmp(fake.id[i], id) != 0)
			return false;
	}
	return fake.n == n;
}

static void
plain(void)
{
	struct bus_client *c;
	struct buf b;

	fresh();
	buf_init(&b, BUS_MAX_BATCH_BYTES);
	fake_events(&b, "a", 3);
	OK((c = bus_client_open(BUS_APPEND)) != NULL);
	OK(bus_append(c, buf_str(&b), appended, &heard) == 0);
	OK(bus_append(c, buf_str(&b), appended, &heard) == 0);
	OK(bus_unanswered(c) == 2);
	OK(fake_settle(&fake, c));
	OK(heard.n == 6);
	for (size_t i = 0; i < 6; i++) {
		OK(heard.index[i] == i % 3);
		OK(heard.result[i].seq == i % 3 + 1);
		OK(heard.result[i].status ==
		    (i < 3 ? BUS_STORED : BUS_DUPLICATE));
	}

	/* What is no event is refused alone, and the reason arrives. */
	buf_reset(&b);
	fake_events(&b, "b", 1);
	OK(buf_put(&b, "\x81\xa1x\x01", 4) == 0);
	heard.n = 0;
	OK(bus_append(c, buf_str(&b), appended, &heard) == 0);
	OK(fake_settle(&fake, c));
	OK(heard.n == 2 && heard.result[0].status == BUS_STORED &&
	    heard.result[1].status == BUS_REFUSED);
	OK(strcmp(heard.why, "id is not 1 to 64 printable bytes") == 0);
	buf_fini(&b);
	finish(c);
}

static void
limits(void)
{
	static char big[BUS_MAX_BATCH_BYTES];
	struct bus_client *c;
	struct buf b;
	size_t n = 0;

	fresh();
	OK((c = bus_client_open(BUS_APPEND)) != NULL);
	buf_init(&b, 2 * BUS_MAX_BATCH_BYTES);
	errno = 0;
	OK(bus_append(c, (struct str){0}, appended, &heard) == -1 &&
	    errno == EBADMSG);
	OK(bus_append(c, STR("\xc1"), appended, &heard) == -1 &&
	    errno == EBADMSG);
	OK(bus_append(c, STR("\x81\xa1x"), appended, &heard) == -1 &&
	    errno == EBADMSG);
	fake_events(&b, "l", BUS_MAX_BATCH);
	OK(bus_append(c, buf_str(&b), appended, &heard) == 0);
	fake_events(&b, "m", 1);
	OK(bus_append(c, buf_str(&b), appended, &heard) == -1 &&
	    errno == EMSGSIZE);
	OK(bus_append(
	       c, (struct str){big, sizeof(big) + 1}, appended, &heard) == -1 &&
	    errno == EMSGSIZE);
	/* Exactly as many bytes as may be; each byte is an odd event. */
	buf_reset(&b);
	while (b.len < BUS_MAX_BATCH_BYTES - 8 * 1024) {
		char id[32];

		(void)snprintf(id, sizeof(id), "z%zu", b.len);
		fake_event(&b, id, "test/1", "Happened", 8000);
	}
	OK(bus_append(c, buf_str(&b), appended, &heard) == 0);
	OK(fake_settle(&fake, c));
	OK(heard.n > BUS_MAX_BATCH);
	OK(fake.n == heard.n);

	/* The server is gone: requests wait, up to a limit. */
	bus_server_close(fake.server);
	fake.server = NULL;
	buf_reset(&b);
	fake_events(&b, "n", 1);
	while (bus_append(c, buf_str(&b), appended, &heard) == 0)
		n++;
	OK(errno == EAGAIN);
	OK(n == BUS_MAX_UNANSWERED);
	OK(bus_last(c, STR(""), false, STR(""), 1, NULL, NULL) == -1 &&
	    errno == EAGAIN);
	buf_fini(&b);
	finish(c);
}

/* The client is first; the server appears, dies, and appears again. */
static void
restarts(void)
{
	struct bus_client *c;
	unsigned n = 0;
	struct buf b;

	fresh();
	bus_server_close(fake.server);
	fake.server = NULL;
	OK((c = bus_client_open(BUS_APPEND)) != NULL);
	buf_init(&b, BUS_MAX_BATCH_BYTES);
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 20; i++) {
			char id[32];

			(void)snprintf(id, sizeof(id), "r%u", n++);
			buf_reset(&b);
			fake_event(&b, id, "test/1", "Happened", 100);
			OK(bus_append(c, buf_str(&b), appended, &heard) == 0);
			if (i == 10)
				fake_step(&fake, c);
		}
		OK((fake.server = bus_server_open()) != NULL);
		/* Some were stored, but their answers are never sent. */
		fake.requests = 0;
		if (round % 2 == 1)
			fake.deaf = 7;
		OK(fake_takes(&fake, c, 1));
		bus_server_close(fake.server);
		fake.server = NULL;
		fake.deaf = 0;
	}
	OK((fake.server = bus_server_open()) != NULL);
	OK(fake_settle(&fake, c));
	OK(heard.n == n);
	OK(stored_in_order("r", n));
	buf_fini(&b);
	finish(c);
}

/* As many as may be on their way, all the time; nothing is sent twice. */
static void
flood(void)
{
	enum { TOTAL = 6000 };
	uint64_t end_us = fake_deadline();
	static size_t stored;
	struct bus_client *c;
	size_t n = 0;
	struct buf b;

	fresh();
	OK((c = bus_client_open(BUS_APPEND)) != NULL);
	buf_init(&b, BUS_MAX_BATCH_BYTES);
	while (stored < TOTAL && clock_mono_us() < end_us) {
		while (n < TOTAL && bus_unanswered(c) < BUS_MAX_UNANSWERED) {
			char id[32];

			(void)snprintf(id, sizeof(id), "f%zu", n++);
			buf_reset(&b);
			fake_event(&b, id, "test/1", "Happened", 10);
			if (bus_append(c, buf_str(&b), counted, &stored) == -1)
				exit(1);
		}
		fake_step(&fake, c);
	}
	OK(stored == TOTAL);
	OK(stored_in_order("f", TOTAL));
	OK(fake.requests == TOTAL);
	OK(bus_server_figures(fake.server)->undelivered == 0);
	buf_fini(&b);
	finish(c);
}

/* No answer comes although the connection stands. */
static void
unanswered(void)
{
	struct bus_client *c;
	uint64_t start_us;
	struct buf b;

	fresh();
	OK((c = bus_client_open(BUS_APPEND)) != NULL);
	buf_init(&b, BUS_MAX_BATCH_BYTES);
	fake_events(&b, "u", 2);
	fake.deaf = 2;
	start_us = clock_mono_us();
	OK(bus_append(c, buf_str(&b), appended, &heard) == 0);
	OK(fake_settle(&fake, c));
	OK(clock_mono_us() - start_us >= 3 * 1000 * 1000);
	OK(fake.requests == 3);
	OK(heard.n == 2 && heard.result[0].status == BUS_DUPLICATE);
	buf_fini(&b);
	finish(c);
}

struct list {
	size_t n, ends;
	char first[32], last[32];
	bool ordered;
};

static void
listed(void *arg, const struct event *e)
{
	struct list *l = arg;
	char subject[32];

	if (e == NULL) {
		l->ends++;
		return;
	}
	OK(l->ends == 0);
	(void)str_copy(subject, sizeof(subject), e->subject);
	if (l->n++ == 0)
		memcpy(l->first, subject, sizeof(subject));
	else
		l->ordered = l->ordered && strcmp(l->last, subject) < 0;
	memcpy(l->last, subject, sizeof(subject));
}

static struct list
ask(struct bus_client *c, const char *prefix, bool exact, const char *after,
    unsigned limit)
{
	struct list l = {.ordered = true};
	uint64_t end_us = fake_deadline();

	OK(bus_last(c, str_from(prefix), exact, str_from(after), limit, listed,
	       &l) == 0);
	while (l.ends == 0 && clock_mono_us() < end_us)
		fake_step(&fake, c);
	OK(l.ends == 1);
	return l;
}

static void
busy(void)
{
	struct bus_client *c;
	struct buf b;

	fresh();
	OK((c = bus_client_open(BUS_APPEND)) != NULL);
	buf_init(&b, BUS_MAX_BATCH_BYTES);
	fake.busy = 4;
	for (unsigned i = 0; i < 6; i++) {
		char id[32];

		(void)snprintf(id, sizeof(id), "y%u", i);
		buf_reset(&b);
		fake_event(&b, id, "test/1", "Happened", 10);
		OK(bus_append(c, buf_str(&b), appended, &heard) == 0);
		/* What is made once that is known stays behind. */
		if (i == 3)
			(void)ask(c, "list/007", true, "", 1);
	}
	OK(fake_settle(&fake, c));
	OK(heard.n == 6);
	OK(stored_in_order("y", 6));

	/* Within a batch: only those are said again, all in index order. */
	memset(&heard, 0, sizeof(heard));
	fake.n = 0;
	fake.busy_odd = 7;
	buf_reset(&b);
	fake_events(&b, "w", 10);
	OK(bus_append(c, buf_str(&b), appended, &heard) == 0);
	OK(fake_settle(&fake, c));
	OK(heard.n == 10);
	for (size_t i = 0; i < heard.n; i++)
		OK(heard.index[i] == i && heard.result[i].status == BUS_STORED);
	OK(fake.n == 10);
	OK(strcmp(fake.id[0], "w0") == 0 && strcmp(fake.id[4], "w8") == 0);
	buf_fini(&b);
	finish(c);
}

static void
queries(void)
{
	static char longest[EVENT_MAX_SUBJECT + 1];
	struct bus_client *c;
	struct list l;

	fresh();
	OK((c = bus_client_open(BUS_APPEND)) != NULL);
	l = ask(c, "list/007", true, "", 1);
	OK(l.n == 1 && strcmp(l.first, "list/007") == 0);
	l = ask(c, "list/7", true, "", 1);
	OK(l.n == 0);
	l = ask(c, "list/", false, "", 1000);
	OK(l.n == 300 && l.ordered && strcmp(l.last, "list/299") == 0);
	l = ask(c, "list/", false, "list/009", 10);
	OK(l.n == 10 && strcmp(l.first, "list/010") == 0 &&
	    strcmp(l.last, "list/019") == 0);
	/* 100 events of 10 kB come in answers of 6, as one. */
	fake.requests = 0;
	l = ask(c, "list/1", false, "", UINT32_MAX);
	OK(l.n == 100 && l.ordered && fake.requests == 17);
	l = ask(c, "list/1", false, "", 42);
	OK(l.n == 42 && l.ordered);
	l = ask(c, "never", false, "", 42);
	OK(l.n == 0);
	OK(bus_last(c, STR(""), false, STR(""), 0, listed, NULL) == -1 &&
	    errno == EINVAL);
	OK(bus_last(c, (struct str){longest, sizeof(longest)}, false, STR(""),
	       1, listed, NULL) == -1 &&
	    errno == EMSGSIZE);
	/* While appends are held back, questions are not. */
	fake.busy = 1;
	memset(&heard, 0, sizeof(heard));
	{
		struct buf b;

		buf_init(&b, BUS_MAX_BATCH_BYTES);
		fake_events(&b, "q", 1);
		OK(bus_append(c, buf_str(&b), appended, &heard) == 0);
		l = ask(c, "list/007", true, "", 1);
		OK(fake.busy == 0 && heard.n == 0);
		l = ask(c, "list/007", true, "", 1);
		OK(l.n == 1);
		OK(heard.n == 0);
		OK(fake_settle(&fake, c) && heard.n == 1);
		buf_fini(&b);
	}
	finish(c);
}

/* A callback that asks for more while an answer in pages comes in. */
struct nested {
	struct bus_client *c;
	struct list list, other;
	struct buf b;
};

static void
nested(void *arg, const struct event *e)
{
	struct nested *n = arg;

	if (e != NULL && n->list.n % 10 == 0) {
		OK(bus_last(n->c, STR("list/007"), true, STR(""), 1, listed,
		       &n->other) == 0);
		n->other.ends = 0;
		OK(bus_append(n->c, buf_str(&n->b), appended, &heard) == 0);
	}
	listed(&n->list, e);
}

static void
nesting(void)
{
	struct nested n = {.list.ordered = true};
	uint64_t end_us = fake_deadline();

	fresh();
	OK((n.c = bus_client_open(BUS_APPEND)) != NULL);
	buf_init(&n.b, BUS_MAX_BATCH_BYTES);
	fake_events(&n.b, "v", 2);
	OK(bus_last(n.c, STR("list/1"), false, STR(""), 1000, nested, &n) == 0);
	while (bus_unanswered(n.c) > 0 && clock_mono_us() < end_us) {
		n.other.ends = 0;
		fake_step(&fake, n.c);
	}
	OK(n.list.n == 100 && n.list.ordered && n.list.ends == 1);
	OK(n.other.n == 10);
	OK(heard.n == 20);
	buf_fini(&n.b);
	finish(n.c);
}

/* Serves until TOTAL requests were taken, or time is up. */
static void *
serve(void *arg)
{
	const size_t *total = arg;
	uint64_t end_us = fake_deadline();

	while (fake.requests < *total && clock_mono_us() < end_us) {
		zmq_pollitem_t item = {
		    .socket = zsock_resolve(
			bus_server_socket(fake.server, BUS_APPEND)),
		    .events = ZMQ_POLLIN};

		(void)zmq_poll(&item, 1, 10);
		fake_serve(&fake, BUS_APPEND);
	}
	return NULL;
}

static void
waiting(void)
{
	struct event e = {.expect = EVENT_ANY,
	    .id = STR("i"),
	    .source = STR("test"),
	    .subject = STR("test/1"),
	    .type_name = STR("Happened"),
	    .data = STR("\x80")};
	size_t total = 4;
	struct bus_client *c;
	struct bus_result r;
	pthread_t thread;
	char why[12];

	fresh();
	OK((c = bus_client_open(BUS_APPEND)) != NULL);
	/* Nobody answers, since we are the server as well. */
	OK(bus_append_wait(c, &e, 50, &r, NULL, 0) == -1 && errno == ETIMEDOUT);
	OK(bus_unanswered(c) == 0);
	/* And what was given up is not called back later. */
	OK(fake_takes(&fake, c, 1));
	OK(bus_append_wait(c, &e, 0, &r, why, sizeof(why)) == -1 &&
	    errno == ETIMEDOUT);

	OK(fake_takes(&fake, c, 2));
	OK(pthread_create(&thread, NULL, serve, &total) == 0);
	OK(bus_append_wait(c, &e, FAKE_DEADLINE_MS, &r, NULL, 0) == 0);
	OK(r.status == BUS_DUPLICATE && r.seq == 1 && r.why.len == 0);
	e.id = STR("no good");
	OK(bus_append_wait(c, &e, FAKE_DEADLINE_MS, &r, why, sizeof(why)) == 0);
	OK(r.status == BUS_REFUSED && str_eqz(r.why, "id is not 1 "));
	OK(pthread_join(thread, NULL) == 0);
	finish(c);
}

int
main(void)
{
	fake_init();
	plain();
	limits();
	restarts();
	flood();
	unanswered();
	busy();
	queries();
	nesting();
	waiting();
	fake_fini();
	return tap_done();
}
