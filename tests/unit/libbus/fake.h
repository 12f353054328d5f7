#ifndef FAKE_H
#define FAKE_H

#include "clock.h"
#include "server.h"
#include "tap.h"

#include <czmq.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * What the tests of libbus share: a private WEIR_RUN, events, and a small
 * weir-logd that keeps ids and seqs in memory.
 */
enum { FAKE_DEADLINE_MS = 60000, FAKE_MAX = 8192, FAKE_REQUESTS = 256 };

static char fake_dir[] = "/tmp/weir-bus.XXXXXX";

static inline void
fake_init(void)
{
	if (mkdtemp(fake_dir) == NULL || setenv("WEIR_RUN", fake_dir, 1) == -1)
		exit(1);
}

static inline void
fake_fini(void)
{
	DIR *d = opendir(fake_dir);
	struct dirent *e;
	int left = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		left += e->d_name[0] != '.';
	if (d != NULL)
		(void)closedir(d);
	OK(left == 0); /* every socket was removed */
	OK(rmdir(fake_dir) == 0);
}

/* An event with id ID about SUBJECT of TYPE, and SIZE bytes of data. */
static inline void
fake_event(struct buf *b, const char *id, const char *subject, const char *type,
    size_t size)
{
	struct event e = {.expect = EVENT_ANY,
	    .time_us = 1,
	    .id = str_from(id),
	    .source = STR("test"),
	    .subject = str_from(subject),
	    .type_name = str_from(type)};
	msgpack_packer pk;
	struct buf data;
	char *bytes = calloc(1, size + 1);

	buf_init(&data, size + 64);
	mp_packer(&pk, &data);
	msgpack_pack_map(&pk, 1);
	mp_put_key(&pk, "x");
	mp_put_bin(&pk, (struct str){bytes, size});
	e.data = buf_str(&data);
	if (data.failed || event_encode(&e, b) == -1)
		exit(1);
	buf_fini(&data);
	free(bytes);
}

/* N events with ids PREFIX0, PREFIX1... */
static inline void
fake_events(struct buf *b, const char *prefix, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char id[32];

		(void)snprintf(id, sizeof(id), "%s%u", prefix, i);
		fake_event(b, id, "test/1", "Happened", 20);
	}
}

/* A weir-logd of sorts. */
struct fake {
	struct bus_server *server;
	char id[FAKE_MAX][EVENT_MAX_ID + 1]; /* of seq i + 1 */
	size_t n;
	size_t requests;   /* taken in all */
	unsigned deaf;     /* do so many appends, but do not answer */
	unsigned busy;     /* answer so many events with BUS_BUSY */
	unsigned busy_odd; /* as busy, for ids that end in an odd digit */
};

static inline struct bus_result
fake_append(struct fake *f, struct str raw)
{
	struct bus_result r = {.status = BUS_REFUSED};
	const char *why;
	struct event e;

	if (event_decode(&e, raw.p, raw.len, &why) == -1) {
		r.why = str_from(why);
		return r;
	}
	if (f->busy > 0 && f->busy-- > 0) {
		r.status = BUS_BUSY;
		return r;
	}
	if (f->busy_odd > 0 && e.id.p[e.id.len - 1] % 2 == 1) {
		f->busy_odd--;
		r.status = BUS_BUSY;
		return r;
	}
	for (size_t i = f->n; i-- > 0;)
		if (str_eqz(e.id, f->id[i])) {
			r.status = BUS_DUPLICATE;
			r.seq = r.version = i + 1;
			return r;
		}
	if (f->n == FAKE_MAX)
		exit(1);
	(void)str_copy(f->id[f->n++], sizeof(f->id[0]), e.id);
	r.status = BUS_STORED;
	r.seq = r.version = f->n;
	return r;
}

/* Subjects that a query finds: list/000 to list/299, each of SIZE bytes. */
enum { FAKE_SUBJECTS = 300 };

static inline void
fake_last(struct fake *f, struct bus_request *r, size_t size)
{
	const struct wire_request *q = &r->ask;
	unsigned left = q->limit;
	bool more = false;

	for (unsigned i = 0; i < FAKE_SUBJECTS && left > 0; i++) {
		char subject[32];
		struct str s;
		struct buf b;

		(void)snprintf(subject, sizeof(subject), "list/%03u", i);
		s = str_from(subject);
		if (q->exact ? !str_eq(s, q->prefix)
			     : !str_starts(s, q->prefix) ||
				   strncmp(subject,
				       q->after.p != NULL ? q->after.p : "",
				       q->after.len) < 0 ||
				   str_eq(s, q->after))
			continue;
		buf_init(&b, EVENT_MAX);
		fake_event(&b, subject, subject, "Happened", size);
		more = bus_reply_event(f->server, buf_str(&b)) == -1;
		buf_fini(&b);
		if (more)
			break;
		left--;
	}
	bus_reply_events(f->server, r, more);
}

/* Take what waits at DOOR, then answer it in order. */
static inline void
fake_serve(struct fake *f, enum bus_door door)
{
	static struct bus_request r[FAKE_REQUESTS];
	size_t n = 0;

	while (
	    n < FAKE_REQUESTS && bus_server_next(f->server, door, &r[n]) == 1)
		n++;
	f->requests += n;
	for (size_t i = 0; i < n; i++) {
		if (r[i].ask.op == WIRE_APPEND) {
			struct bus_result result[BUS_MAX_BATCH];
			struct mp m = r[i].ask.events;

			for (size_t k = 0; k < r[i].ask.count; k++)
				result[k] = fake_append(f, mp_bin(&m));
			if (f->deaf > 0)
				f->deaf--;
			else
				bus_reply_results(f->server, &r[i], result);
		} else if (str_eqz(r[i].ask.prefix, "never")) {
			bus_reply_error(f->server, &r[i], STR("never"));
		} else {
			fake_last(f, &r[i],
			    str_eqz(r[i].ask.prefix, "list/1") ? 10000 : 10);
		}
		bus_request_release(&r[i]);
	}
}

static inline uint64_t
fake_deadline(void)
{
	return clock_mono_us() + FAKE_DEADLINE_MS * 1000ULL;
}

/* One short step of both sides. */
static inline void
fake_step(struct fake *f, struct bus_client *c)
{
	zmq_pollitem_t item[2];
	int n = 0;

	item[n++] =
	    (zmq_pollitem_t){.socket = zsock_resolve(bus_client_socket(c)),
		.events = ZMQ_POLLIN};
	if (f->server != NULL)
		item[n++] = (zmq_pollitem_t){
		    .socket =
			zsock_resolve(bus_server_socket(f->server, BUS_APPEND)),
		    .events = ZMQ_POLLIN};
	(void)zmq_poll(item, n, 5);
	if (f->server != NULL)
		fake_serve(f, BUS_APPEND);
	bus_client_turn(c);
}

/* Go on until C waits for nothing.  False when it does not come to that. */
static inline bool
fake_settle(struct fake *f, struct bus_client *c)
{
	uint64_t end_us = fake_deadline();

	while (bus_unanswered(c) > 0 && clock_mono_us() < end_us)
		fake_step(f, c);
	return bus_unanswered(c) == 0;
}

/* Go on until N requests were taken in all.  False when it does not. */
static inline bool
fake_takes(struct fake *f, struct bus_client *c, size_t n)
{
	uint64_t end_us = fake_deadline();

	while (f->requests < n && clock_mono_us() < end_us)
		fake_step(f, c);
	return f->requests >= n;
}

#endif
