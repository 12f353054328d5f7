#include "bench.h"
#include "bus.h"
#include "clock.h"
#include "disk.h"
#include "err.h"

#include <czmq.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	ANSWER_LIMIT_US = 60 * 1000 * 1000, /* without any answer: give up */
	TURN_MS = 50
};

struct load;

struct producer {
	struct load *load;
	struct bus_client *client;
	char subject[32];
	size_t waiting; /* events of the batch that are not answered */
	uint64_t sent_us;
};

struct load {
	const struct bench *ask;
	struct producer *producer;
	struct buf data, batch;
	uint64_t left; /* events to send yet */
	uint64_t answered, failed;
	uint64_t *wait_us; /* of each answer */
	uint64_t last_us;  /* when something was answered */
	bool broken;
};

static void on_answer(void *arg, size_t index, const struct bus_result *result);

/* Send the next batch of P, if there is something left. */
static void
send_batch(struct producer *p)
{
	struct load *l = p->load;
	size_t n = l->left < l->ask->inflight ? (size_t)l->left
					      : (size_t)l->ask->inflight;
	struct event e;
	char id[64];

	buf_reset(&l->batch);
	for (size_t i = 0; i < n; i++) {
		if (event_begin(&e, EVENT_NoteWritten, "weir-bench",
			str_from(p->subject), id) == -1) {
			l->broken = true;
			return;
		}
		e.data = buf_str(&l->data);
		(void)event_encode(&e, &l->batch);
	}
	if (n == 0)
		return;
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

	(void)index;
	l->last_us = clock_mono_us();
	if (result->status != BUS_STORED && result->status != BUS_DUPLICATE)
		l->failed++;
	l->wait_us[l->answered++] = l->last_us - p->sent_us;
	if (--p->waiting == 0)
		send_batch(p);
}

static int
on_readable(zloop_t *loop, zsock_t *socket, void *arg)
{
	struct producer *p = arg;

	(void)loop;
	(void)socket;
	bus_client_turn(p->client);
	return p->load->broken || p->load->answered == p->load->ask->count ? -1
									   : 0;
}

static int
on_turn(zloop_t *loop, int id, void *arg)
{
	struct load *l = arg;

	(void)loop;
	(void)id;
	for (size_t i = 0; i < l->ask->producers; i++)
		bus_client_turn(l->producer[i].client);
	if (clock_mono_us() - l->last_us > ANSWER_LIMIT_US) {
		err_msg("weir-logd does not answer");
		l->broken = true;
	}
	return l->broken || l->answered == l->ask->count ? -1 : 0;
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
open_producers(struct load *l, zloop_t *loop)
{
	for (size_t i = 0; i < l->ask->producers; i++) {
		struct producer *p = &l->producer[i];

		p->load = l;
		(void)snprintf(p->subject, sizeof(p->subject), "bench/%zu", i);
		if ((p->client = bus_client_open(BUS_APPEND)) == NULL ||
		    zloop_reader(loop, bus_client_socket(p->client),
			on_readable, p) == -1) {
			err_sys("open producer %zu", i);
			return -1;
		}
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
	zloop_t *loop = zloop_new();
	uint64_t start_us;
	double syncs = disk_syncs_per_s();
	int rc = EXIT_TEMP;

	zsys_handler_set(NULL);
	buf_init(&l.data, EVENT_MAX);
	buf_init(&l.batch, BUS_MAX_BATCH_BYTES);
	l.producer = calloc(ask->producers, sizeof(*l.producer));
	l.wait_us = calloc(ask->count, sizeof(*l.wait_us));
	if (loop == NULL || l.producer == NULL || l.wait_us == NULL ||
	    fill(&l) == -1) {
		err_sys("start");
		goto out;
	}
	if (open_producers(&l, loop) == -1 ||
	    zloop_timer(loop, TURN_MS, 0, on_turn, &l) == -1)
		goto out;
	start_us = l.last_us = clock_mono_us();
	for (size_t i = 0; i < ask->producers; i++)
		send_batch(&l.producer[i]);
	(void)zloop_start(loop);
	if (!l.broken && l.answered > 0) {
		print_result(
		    &l, l.last_us - start_us, (syncs + disk_syncs_per_s()) / 2);
		rc = fflush(stdout) == 0 && l.failed == 0 ? EXIT_OK : EXIT_TEMP;
	}
out:
	zloop_destroy(&loop);
	for (size_t i = 0; l.producer != NULL && i < ask->producers; i++)
		bus_client_close(l.producer[i].client);
	free(l.producer);
	free(l.wait_us);
	buf_fini(&l.data);
	buf_fini(&l.batch);
	return rc;
}
