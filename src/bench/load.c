#include "bench.h"
#include "clock.h"
#include "disk.h"
#include "err.h"
#include "note.h"
#include "sample.h"
#include "sock.h"
#include "uuid.h"
#include "wire.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/*
 * A socket of type ROUTER that is connected as many times as there are
 * producers: to weir-logd each is a client of its own, while here one wait
 * serves all of them, so that the load leaves the machine to what it loads.
 * It asks as docs/bus.md says, but nothing twice.
 */
enum {
	ANSWER_LIMIT_US = 60 * 1000 * 1000, /* without any answer: give up */
	WAIT_MS = 1000,
	PAGE_BYTES = 4096,
	BARE_SYNCS = 2000, /* of the bare disk, at most for so long */
	BARE_US = 500 * 1000,
	PEER_MAX = 8 /* bytes of the name that libzmq gives a connection */
};

struct producer {
	struct producer *next; /* of those that are to send */
	char subject[32];
	uint8_t peer[PEER_MAX]; /* its connection, once it stands */
	size_t peer_len;
	size_t waiting; /* events of the batch that are not answered */
	uint64_t number, sent_us;
};

struct load {
	const struct bench *ask;
	zsock_t *sock;
	struct producer *producer, *idle;
	size_t producers; /* that are connected */
	struct buf data, batch, request;
	struct str *event; /* of the batch */
	uint64_t left;     /* events to send yet */
	uint64_t answered, failed;
	struct sample wait; /* for each answer */
	uint64_t start_us;  /* when the first batch was sent */
	uint64_t last_us;   /* when something was heard */
};

/* Encode N events of P: made at the same time, and their ids count up. */
static int
encode(struct load *l, struct producer *p, size_t n)
{
	struct event e;
	char id[UUID_TEXT_SIZE];

	if (event_begin(&e, EVENT_NoteWritten, "weir-bench",
		str_from(p->subject), id) == -1)
		return -1;
	e.data = buf_str(&l->data);
	buf_reset(&l->batch);
	for (size_t i = 0; i < n; i++) {
		l->event[i].len = l->batch.len;
		if (event_encode(&e, &l->batch) == -1)
			return -1;
		l->event[i].len = l->batch.len - l->event[i].len;
		uuid_next(id);
	}
	for (size_t i = 0, at = 0; i < n; at += l->event[i++].len)
		l->event[i].p = (const char *)l->batch.p + at;
	buf_reset(&l->request);
	wire_append_encode(&l->request, ++p->number, l->event, n);
	return l->request.failed ? -1 : 0;
}

/* Send the next batch of P, if there is something left. */
static int
send_batch(struct load *l, struct producer *p)
{
	size_t n = l->left < l->ask->inflight ? (size_t)l->left
					      : (size_t)l->ask->inflight;
	void *raw = zsock_resolve(l->sock);

	if (n == 0)
		return 0;
	if (encode(l, p, n) == -1)
		return -1;
	p->sent_us = clock_mono_us();
	if (zmq_send(raw, p->peer, p->peer_len, ZMQ_DONTWAIT | ZMQ_SNDMORE) ==
		-1 ||
	    zmq_send(raw, l->request.p, l->request.len, ZMQ_DONTWAIT) == -1)
		return -1;
	p->waiting = n;
	l->left -= n;
	return 0;
}

/* The producer whose connection is called NAME; a new one is the next. */
static struct producer *
producer_of(struct load *l, struct str name)
{
	struct producer *p = l->producer;

	for (; p < l->producer + l->producers; p++)
		if (p->peer_len == name.len &&
		    memcmp(p->peer, name.p, name.len) == 0)
			return p;
	if (l->producers == l->ask->producers || name.len > PEER_MAX)
		return NULL;
	memcpy(p->peer, name.p, name.len);
	p->peer_len = name.len;
	l->producers++;
	return p;
}

/* What weir-logd said to P: hello, or what became of the batch. */
static void
take(struct load *l, struct producer *p, struct str said)
{
	struct wire_answer a;

	if (said.len > 0) {
		if (wire_answer_decode(&a, said.p, said.len) == -1 ||
		    a.op != WIRE_APPEND || a.number != p->number ||
		    a.count != p->waiting)
			return;
		for (size_t i = 0; i < a.count; i++) {
			struct bus_result r;

			wire_result_next(&a.items, &r);
			l->failed += r.status != BUS_STORED;
			sample_add(&l->wait, l->last_us - p->sent_us);
			l->answered++;
		}
		p->waiting = 0;
	}
	p->next = l->idle;
	l->idle = p;
}

/* Hear one message; WAIT when there is none.  1, 0: none, -1 with errno. */
static int
hear(struct load *l, bool wait)
{
	zmq_pollitem_t item = {
	    .socket = zsock_resolve(l->sock), .events = ZMQ_POLLIN};
	zmq_msg_t frame[2];
	struct producer *p;
	int got;

	if (wait && zmq_poll(&item, 1, WAIT_MS) == -1 && errno != EINTR)
		return -1;
	if ((got = sock_receive(item.socket, frame, 2)) != 1)
		return got == -1 ? 1 : 0;
	l->last_us = clock_mono_us();
	p = producer_of(
	    l, (struct str){zmq_msg_data(&frame[0]), zmq_msg_size(&frame[0])});
	if (p != NULL)
		take(l, p,
		    (struct str){
			zmq_msg_data(&frame[1]), zmq_msg_size(&frame[1])});
	(void)zmq_msg_close(&frame[0]);
	(void)zmq_msg_close(&frame[1]);
	return 1;
}

/* Hear all that was said, at least once.  0, or -1 after reporting. */
static int
hear_all(struct load *l)
{
	bool wait = true;
	int got;

	while ((got = hear(l, wait)) == 1)
		wait = false;
	if (got == -1) {
		err_sys("wait for answers");
		return -1;
	}
	if (clock_mono_us() > l->last_us + ANSWER_LIMIT_US) {
		err_msg("weir-logd does not answer");
		return -1;
	}
	return 0;
}

/* First every producer's connection stands, then all of them begin. */
static int
run(struct load *l)
{
	struct producer *p;

	l->last_us = clock_mono_us();
	while (l->producers < l->ask->producers)
		if (hear_all(l) == -1)
			return -1;
	l->start_us = l->last_us = clock_mono_us();
	while (l->answered < l->ask->count) {
		/* All that came was taken: libzmq's thread is woken once for
		 * what goes out. */
		while ((p = l->idle) != NULL) {
			l->idle = p->next;
			if (send_batch(l, p) == -1) {
				err_sys("append");
				return -1;
			}
		}
		if (hear_all(l) == -1)
			return -1;
	}
	return 0;
}

static void
print_result(struct load *l, double syncs)
{
	const struct bench *a = l->ask;
	uint64_t took_us = l->last_us - l->start_us;

	printf("{\"producers\":%" PRIu64 ",\"inflight\":%" PRIu64
	       ",\"count\":%" PRIu64 ",\"bytes\":%" PRIu64
	       ",\"seconds\":%.3f,\"events_per_s\":%.0f"
	       ",\"answer_p50_us\":%" PRIu64 ",\"answer_p99_us\":%" PRIu64
	       ",\"not_stored\":%" PRIu64 ",\"disk_syncs_per_s\":%.0f}\n",
	    a->producers, a->inflight, a->count, a->bytes,
	    (double)took_us / 1e6, (double)l->answered * 1e6 / (double)took_us,
	    sample_percentile_us(&l->wait, 50),
	    sample_percentile_us(&l->wait, 99), l->failed, syncs);
}

static int
connect_all(struct load *l)
{
	static const struct sock_limits limits = {
	    .send_max = SOCK_MAX_REQUESTS,
	    .receive_max = SOCK_MAX_REQUESTS,
	    .message_max_bytes = WIRE_MAX_ANSWER,
	};

	if ((l->sock = sock_open(ZMQ_ROUTER, &limits)) == NULL ||
	    sock_set(l->sock, ZMQ_ROUTER_MANDATORY, 1) == -1)
		return -1;
	for (size_t i = 0; i < l->ask->producers; i++) {
		(void)snprintf(l->producer[i].subject,
		    sizeof(l->producer[i].subject), "bench/%zu", i);
		if (sock_connect(l->sock, SOCK_APPEND) == -1)
			return -1;
	}
	return 0;
}

/* What the disk does without us, once before and once after. */
static double
bare_syncs_per_s(void)
{
	struct disk_figures f;

	return disk_measure(PAGE_BYTES, BARE_SYNCS, BARE_US, &f) == 0
		   ? f.syncs_per_s
		   : 0;
}

int
bench_log(const struct bench *ask)
{
	struct load l = {.ask = ask, .left = ask->count};
	double syncs = bare_syncs_per_s();
	int rc = EXIT_TEMP;

	buf_init(&l.data, EVENT_MAX);
	buf_init(&l.batch, BUS_MAX_BATCH_BYTES);
	buf_init(&l.request, WIRE_MAX_REQUEST);
	l.producer = calloc(ask->producers, sizeof(*l.producer));
	l.event = calloc(ask->inflight, sizeof(*l.event));
	if (l.producer == NULL || l.event == NULL ||
	    sample_init(&l.wait, ask->count) == -1 ||
	    note_put(ask->bytes, &l.data) == -1 || connect_all(&l) == -1) {
		err_sys("start");
		goto out;
	}
	if (run(&l) == 0) {
		print_result(&l, (syncs + bare_syncs_per_s()) / 2);
		rc = fflush(stdout) == 0 && l.failed == 0 ? EXIT_OK : EXIT_TEMP;
	}
out:
	zsock_destroy(&l.sock);
	free(l.producer);
	free(l.event);
	sample_fini(&l.wait);
	buf_fini(&l.data);
	buf_fini(&l.batch);
	buf_fini(&l.request);
	return rc;
}
