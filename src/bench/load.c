#include "bench.h"
#include "bus.h"
#include "clock.h"
#include "disk.h"
#include "err.h"
#include "uuid.h"

#include <czmq.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	ANSWER_LIMIT_US = 60 * 1000 * 1000, /* without any answer: give up */
	TURN_MS = 50,
	MAX_READY = 64
};

struct load;

struct producer {
	struct load *load;
	struct producer *next; /* of those that are to send */
	struct bus_client *client;
	char subject[32];
	size_t waiting; /* events of the batch that are not answered */
	uint64_t sent_us;
};

struct load {
	const struct bench *ask;
	struct producer *producer, *idle;
	struct buf data, batch;
	uint64_t left; /* events to send yet */
	uint64_t answered, failed;
	uint64_t *wait_us; /* of each answer */
	uint64_t last_us;  /* when something was answered */
	int epoll;         /* of the producers' sockets */
	bool broken;
};

static void on_answer(void *arg, size_t index, const struct bus_result *result);

/*
 * Send the next batch of P, if there is something left.  Its events were made
 * at the same time, and their ids count up.
 */
static void
send_batch(struct producer *p)
{
	struct load *l = p->load;
	size_t n = l->left < l->ask->inflight ? (size_t)l->left
					      : (size_t)l->ask->inflight;
	struct event e;
	char id[UUID_TEXT_SIZE];

	if (n == 0)
		return;
	buf_reset(&l->batch);
	if (event_begin(&e, EVENT_NoteWritten, "weir-bench",
		str_from(p->subject), id) == -1) {
		l->broken = true;
		return;
	}
	e.data = buf_str(&l->data);
	for (size_t i = 0; i < n; i++) {
		(void)event_encode(&e, &l->batch);
		uuid_next(id);
	}
	p->sent_us = clock_mono_us();
	if (bus_append(p->client, buf_str(&l->batch), on_answer, p) == -1) {
		err_sys("append");
		l->broken = true;
		return;
	}
	p->waiting = n;
	l->left -= n;
}

static void
on_answer(void *arg, size_t index, const struct bus_result *result)
{
	struct producer *p = arg;
	struct load *l = p->load;

	/* Those of a batch come together. */
	if (index == 0)
		l->last_us = clock_mono_us();
	if (result->status != BUS_STORED && result->status != BUS_DUPLICATE)
		l->failed++;
	l->wait_us[l->answered++] = l->last_us - p->sent_us;
	if (--p->waiting > 0)
		return;
	/* Sent once all answers that came were taken: libzmq's thread is then
	 * woken once for all of them. */
	p->next = l->idle;
	l->idle = p;
}

static void
send_batches(struct load *l)
{
	struct producer *p;

	while ((p = l->idle) != NULL) {
		l->idle = p->next;
		send_batch(p);
	}
}

/*
 * Turn whose socket has something to tell: waiting for the descriptors that
 * libzmq gives costs the same for one producer and for a thousand, which
 * zmq_poll() does not.
 */
static int
run(struct load *l)
{
	struct epoll_event ready[MAX_READY];
	uint64_t turned_us = clock_mono_us(), now_us;

	while (!l->broken && l->answered < l->ask->count) {
		int n = epoll_wait(l->epoll, ready, MAX_READY, TURN_MS);

		if (n == -1 && errno != EINTR)
			return -1;
		for (int i = 0; i < n; i++)
			bus_client_turn(
			    ((struct producer *)ready[i].data.ptr)->client);
		send_batches(l);
		now_us = clock_mono_us();
		if (now_us - turned_us < TURN_MS * 1000)
			continue;
		turned_us = now_us;
		for (size_t i = 0; i < l->ask->producers; i++)
			bus_client_turn(l->producer[i].client);
		send_batches(l);
		if (now_us > l->last_us + ANSWER_LIMIT_US) {
			err_msg("weir-logd does not answer");
			l->broken = true;
		}
	}
	return 0;
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
print_result(struct load *l, uint64_t took_us, double syncs)
{
	const struct bench *a = l->ask;

	qsort(l->wait_us, l->answered, sizeof(*l->wait_us), by_value);
	printf("{\"producers\":%" PRIu64 ",\"inflight\":%" PRIu64
	       ",\"count\":%" PRIu64 ",\"bytes\":%" PRIu64
	       ",\"seconds\":%.3f,\"events_per_s\":%.0f"
	       ",\"answer_p50_us\":%" PRIu64 ",\"answer_p99_us\":%" PRIu64
	       ",\"not_stored\":%" PRIu64 ",\"disk_syncs_per_s\":%.0f}\n",
	    a->producers, a->inflight, a->count, a->bytes,
	    (double)took_us / 1e6, (double)l->answered * 1e6 / (double)took_us,
	    l->wait_us[l->answered / 2], l->wait_us[l->answered * 99 / 100],
	    l->failed, syncs);
}

static int
open_producer(struct load *l, struct producer *p, size_t i)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = p};
	int fd;
	size_t len = sizeof(fd);

	p->load = l;
	(void)snprintf(p->subject, sizeof(p->subject), "bench/%zu", i);
	if ((p->client = bus_client_open(BUS_APPEND)) == NULL)
		return -1;
	if (zmq_getsockopt(zsock_resolve(bus_client_socket(p->client)), ZMQ_FD,
		&fd, &len) == -1)
		return -1;
	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e);
}

static int
open_producers(struct load *l)
{
	for (size_t i = 0; i < l->ask->producers; i++)
		if (open_producer(l, &l->producer[i], i) == -1) {
			err_sys("open producer %zu", i);
			return -1;
		}
	return 0;
}

static int
fill(struct load *l)
{
	char *text = malloc(l->ask->bytes + 1);
	struct NoteWritten note;
	int rc;

	if (text == NULL)
		return -1;
	memset(text, 'x', l->ask->bytes);
	note.text = (struct str){text, l->ask->bytes};
	rc = EVENT_PUT(NoteWritten, &note, &l->data);
	free(text);
	return rc;
}

int
bench_log(const struct bench *ask)
{
	struct load l = {.ask = ask, .left = ask->count};
	uint64_t start_us;
	double syncs = disk_syncs_per_s();
	int rc = EXIT_TEMP;

	zsys_handler_set(NULL);
	buf_init(&l.data, EVENT_MAX);
	buf_init(&l.batch, BUS_MAX_BATCH_BYTES);
	l.producer = calloc(ask->producers, sizeof(*l.producer));
	l.wait_us = calloc(ask->count, sizeof(*l.wait_us));
	l.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l.epoll == -1 || l.producer == NULL || l.wait_us == NULL ||
	    fill(&l) == -1) {
		err_sys("start");
		goto out;
	}
	if (open_producers(&l) == -1)
		goto out;
	start_us = l.last_us = clock_mono_us();
	for (size_t i = 0; i < ask->producers; i++)
		send_batch(&l.producer[i]);
	if (run(&l) == -1)
		err_sys("wait for answers");
	else if (!l.broken && l.answered > 0) {
		print_result(
		    &l, l.last_us - start_us, (syncs + disk_syncs_per_s()) / 2);
		rc = fflush(stdout) == 0 && l.failed == 0 ? EXIT_OK : EXIT_TEMP;
	}
out:
	for (size_t i = 0; l.producer != NULL && i < ask->producers; i++)
		bus_client_close(l.producer[i].client);
	if (l.epoll != -1)
		(void)close(l.epoll);
	free(l.producer);
	free(l.wait_us);
	buf_fini(&l.data);
	buf_fini(&l.batch);
	return rc;
}
