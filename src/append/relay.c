#include "relay.h"
#include "err.h"
#include "intake.h"

#include <czmq.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* Batches on their way; stdin is not read while there are so many. */
	MAX_BATCHES = 16,
	TURN_MS = 50,
	/* So long without an answer is worth a line on stderr. */
	PATIENCE_TURNS = 100
};

struct run {
	const struct relay *relay;
	struct bus_client *client;
	struct intake *intake;
	zloop_t *loop;
	zmq_pollitem_t input;
	bool reading, ended, refused, failed;
	int timer;            /* for the next turn, or -1 */
	unsigned quiet_turns; /* since something was answered */
	/* The batch being gathered. */
	struct buf batch;
	uint64_t *place; /* of its records */
	size_t count;
};

/* A batch on its way: where its records stood in the input. */
struct sent {
	struct run *run;
	size_t count, answered;
	uint64_t place[];
};

static int turn(struct run *r);
static int on_input(zloop_t *loop, zmq_pollitem_t *item, void *arg);
static int on_turn(zloop_t *loop, int id, void *arg);

static void
report(struct run *r, uint64_t place, const struct bus_result *result)
{
	static const char *const word[] = {
	    [BUS_STORED] = "stored",
	    [BUS_DUPLICATE] = "duplicate",
	    [BUS_CONFLICT] = "conflict",
	    [BUS_REFUSED] = "refused",
	    [BUS_BUSY] = "busy",
	};

	if (r->relay->answers)
		printf("%" PRIu64 " %s %" PRIu64 " %" PRIu64 "\n", place,
		    word[result->status], result->seq, result->version);
	if (result->status == BUS_CONFLICT) {
		err_msg("record %" PRIu64 ": conflict: the subject is at "
			"version %" PRIu64,
		    place, result->version);
		r->refused = true;
	}
	if (result->status == BUS_REFUSED) {
		err_msg("record %" PRIu64 ": refused: %.*s", place,
		    STRF(result->why));
		r->refused = true;
	}
}

static void
on_answer(void *arg, size_t index, const struct bus_result *result)
{
	struct sent *s = arg;
	struct run *r = s->run;

	report(r, s->place[index], result);
	r->quiet_turns = 0;
	if (++s->answered == s->count)
		free(s);
}

/*
 * Turn the client in a while, as it wants while something is unanswered; at
 * rest nothing wakes us.
 */
static void
set_timer(struct run *r)
{
	bool wanted = bus_unanswered(r->client) > 0 || r->count > 0;

	if (wanted && r->timer == -1)
		r->timer = zloop_timer(r->loop, TURN_MS, 1, on_turn, r);
	if (wanted || r->timer == -1)
		return;
	(void)zloop_timer_end(r->loop, r->timer);
	r->timer = -1;
}

/* Send the gathered batch.  0, or -1 when it must wait. */
static int
flush(struct run *r)
{
	struct sent *s;

	if (r->count == 0)
		return 0;
	if (bus_unanswered(r->client) >= MAX_BATCHES)
		return -1;
	s = malloc(sizeof(*s) + r->count * sizeof(s->place[0]));
	if (s == NULL)
		return -1;
	*s = (struct sent){.run = r, .count = r->count};
	memcpy(s->place, r->place, r->count * sizeof(s->place[0]));
	if (bus_append(r->client, buf_str(&r->batch), on_answer, s) == -1) {
		free(s);
		return -1;
	}
	r->count = 0;
	buf_reset(&r->batch);
	return 0;
}

/* Put one event into the batch.  0, or -1 when there is no room now. */
static int
gather(struct run *r, struct str event)
{
	if ((r->count == BUS_MAX_BATCH ||
		r->batch.len + event.len > BUS_MAX_BATCH_BYTES) &&
	    flush(r) == -1)
		return -1;
	if (buf_putstr(&r->batch, event) == -1)
		return -1;
	r->place[r->count++] = intake_place(r->intake);
	return 0;
}

/*
 * Read stdin from now on.  A pipe whose writers are gone polls as an error
 * to ZeroMQ, which would drop it: tolerant, it comes to us as readable.
 */
static int
resume_input(struct run *r)
{
	if (zloop_poller(r->loop, &r->input, on_input, r) == -1)
		return -1;
	zloop_poller_set_tolerant(r->loop, &r->input);
	r->reading = true;
	return 0;
}

static void
pause_input(struct run *r)
{
	if (r->reading)
		zloop_poller_end(r->loop, &r->input);
	r->reading = false;
}

/* Take every whole record that was read.  Batches that are full go out. */
static void
take_records(struct run *r)
{
	struct str out;

	/* Each batch that a read can fill finds room: see on_turn(). */
	for (;;) {
		switch (intake_next(r->intake, &out)) {
		case INTAKE_NONE:
			return;
		case INTAKE_EVENT:
			if (gather(r, out) == -1) {
				err_sys("append");
				r->failed = r->ended = true;
				return;
			}
			break;
		case INTAKE_REFUSED:
			err_msg("record %" PRIu64 ": refused: %.*s",
			    intake_place(r->intake), STRF(out));
			r->refused = true;
			break;
		case INTAKE_BROKEN:
			err_msg("record %" PRIu64 ": %.*s; what follows is "
				"not read",
			    intake_place(r->intake), STRF(out));
			r->refused = r->ended = true;
			return;
		case INTAKE_FAILED:
			err_sys("record %" PRIu64, intake_place(r->intake));
			r->failed = r->ended = true;
			return;
		}
	}
}

static int
on_input(zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
	struct run *r = arg;
	int n = intake_read(r->intake, item->fd);

	(void)loop;
	if (n == -1) {
		if (errno == EMSGSIZE)
			err_msg("a record is longer than an event may be");
		else
			err_sys("read stdin");
		r->failed = true;
	}
	r->ended = r->ended || n != 1;
	take_records(r);
	if (r->ended || bus_unanswered(r->client) >= MAX_BATCHES / 2)
		pause_input(r);
	(void)flush(r);
	set_timer(r);
	/* Nothing more comes: perhaps everything is answered already. */
	return r->ended ? turn(r) : 0;
}

/* -1 when everything is done, as zloop wants it. */
static int
turn(struct run *r)
{
	bus_client_turn(r->client);
	if (flush(r) == 0 && !r->reading && !r->ended &&
	    bus_unanswered(r->client) < MAX_BATCHES / 2)
		(void)resume_input(r);
	set_timer(r);
	return r->ended && r->count == 0 && bus_unanswered(r->client) == 0 ? -1
									   : 0;
}

static int
on_readable(zloop_t *loop, zsock_t *socket, void *arg)
{
	(void)loop;
	(void)socket;
	return turn(arg);
}

static int
on_turn(zloop_t *loop, int id, void *arg)
{
	struct run *r = arg;

	(void)loop;
	(void)id;
	r->timer = -1;
	if (bus_unanswered(r->client) > 0 && ++r->quiet_turns == PATIENCE_TURNS)
		err_warn("weir-logd does not answer; %zu request%s kept until "
			 "it does",
		    bus_unanswered(r->client),
		    bus_unanswered(r->client) == 1 ? " is" : "s are");
	return turn(r);
}

int
relay_run(const struct relay *relay)
{
	struct run r = {
	    .relay = relay,
	    .input = {.fd = STDIN_FILENO, .events = ZMQ_POLLIN},
	    .timer = -1,
	};
	int rc = EXIT_TEMP;

	zsys_handler_set(NULL);
	buf_init(&r.batch, BUS_MAX_BATCH_BYTES + EVENT_MAX);
	r.place = calloc(BUS_MAX_BATCH, sizeof(*r.place));
	r.intake = intake_open(relay->source);
	r.loop = zloop_new();
	r.client = bus_client_open(relay->door);
	if (r.client == NULL) {
		err_sys("connect to weir-logd in WEIR_RUN");
		goto out;
	}
	if (r.place == NULL || r.intake == NULL || r.loop == NULL) {
		err_sys("start");
		goto out;
	}
	if (resume_input(&r) == -1 ||
	    zloop_reader(
		r.loop, bus_client_socket(r.client), on_readable, &r) == -1) {
		err_msg("no room in the loop");
		goto out;
	}
	(void)zloop_start(r.loop);
	rc = r.failed ? EXIT_TEMP : r.refused ? EXIT_PERM : EXIT_OK;
	if (fflush(stdout) != 0) {
		err_sys("write");
		rc = EXIT_TEMP;
	}
out:
	zloop_destroy(&r.loop);
	bus_client_close(r.client);
	intake_close(r.intake);
	buf_fini(&r.batch);
	free(r.place);
	return rc;
}
