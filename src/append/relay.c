#include "relay.h"
#include "clock.h"
#include "err.h"
#include "intake.h"

#include <czmq.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* Batches on their way; stdin is not read while there are so many. */
	MAX_BATCHES = 16,
	/* How soon answers are looked for: when they matter, and when not. */
	TURN_MS = 50,
	LEISURE_MS = 250,
	/* So long without an answer is worth a line on stderr. */
	PATIENCE_US = 5000000
};

struct run {
	const struct relay *relay;
	struct bus_client *client;
	struct intake *intake;
	int link; /* readable when there may be answers: once, zmq_getsockopt(3)
		   */
	bool reading, ended, refused, failed;
	uint64_t quiet_us; /* since when nothing was answered; 0: told */
	/* The batch being gathered. */
	struct buf batch;
	uint64_t *place; /* of its records */
	size_t count;
	bool lasting; /* one of them is to be stored */
};

/* A batch on its way: where its records stood in the input. */
struct sent {
	struct run *run;
	size_t count, answered;
	uint64_t place[];
};

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
	r->quiet_us = clock_mono_us();
	if (++s->answered == s->count)
		free(s);
}

/* The batch is on its way: begin another. */
static void
begin_batch(struct run *r)
{
	r->count = 0;
	r->lasting = false;
	buf_reset(&r->batch);
}

/* Send the gathered batch.  0, or -1 when it must wait. */
static int
flush(struct run *r)
{
	struct sent *s;

	if (r->count == 0)
		return 0;
	/* An answer about what is not stored would only wake both. */
	if (!r->lasting && !r->relay->answers &&
	    bus_tell(r->client, buf_str(&r->batch)) == 0) {
		begin_batch(r);
		return 0;
	}
	if (bus_unanswered(r->client) >= MAX_BATCHES)
		return -1;
	s = malloc(sizeof(*s) + r->count * sizeof(s->place[0]));
	if (s == NULL)
		return -1;
	*s = (struct sent){.run = r, .count = r->count};
	memcpy(s->place, r->place, r->count * sizeof(s->place[0]));
	if (bus_unanswered(r->client) == 0)
		r->quiet_us = clock_mono_us();
	if (bus_append(r->client, buf_str(&r->batch), on_answer, s) == -1) {
		free(s);
		return -1;
	}
	begin_batch(r);
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
	r->lasting |= !intake_transient(r->intake);
	return 0;
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

/* Read once, and send what came. */
static void
take_input(struct run *r)
{
	int n = intake_read(r->intake, STDIN_FILENO);

	if (n == -1) {
		if (errno == EMSGSIZE)
			err_msg("a record is longer than an event may be");
		else
			err_sys("read stdin");
		r->failed = true;
	}
	r->ended = r->ended || n != 1;
	take_records(r);
	(void)flush(r);
}

/* Take answers, send what can be sent.  False when everything is done. */
static bool
turn(struct run *r)
{
	bus_client_turn(r->client);
	if (flush(r) == 0 || r->ended)
		r->reading =
		    !r->ended && bus_unanswered(r->client) < MAX_BATCHES / 2;
	else
		r->reading = false;
	if (bus_unanswered(r->client) > 0 && r->quiet_us != 0 &&
	    clock_mono_us() - r->quiet_us > PATIENCE_US) {
		r->quiet_us = 0;
		err_warn("weir-logd does not answer; %zu request%s kept until "
			 "it does",
		    bus_unanswered(r->client),
		    bus_unanswered(r->client) == 1 ? " is" : "s are");
	}
	return !r->ended || r->count > 0 || bus_unanswered(r->client) > 0;
}

/*
 * Wait for something to do.  While there is more to come, an answer is worth
 * no wake-up of its own, unless somebody wants to see it.  0, or -1.
 */
static int
await(struct run *r)
{
	bool wanted = r->relay->answers || !r->reading;
	struct pollfd p[] = {
	    {.fd = r->reading ? STDIN_FILENO : -1, .events = POLLIN},
	    {.fd = wanted ? r->link : -1, .events = POLLIN},
	};
	int limit_ms = wanted ? TURN_MS : LEISURE_MS;

	if (bus_unanswered(r->client) == 0 && r->count == 0)
		limit_ms = -1;
	if (poll(p, 2, limit_ms) == -1 && errno != EINTR) {
		err_sys("wait");
		return -1;
	}
	if (p[0].revents != 0)
		take_input(r);
	return 0;
}

int
relay_run(const struct relay *relay)
{
	struct run r = {
	    .relay = relay,
	};
	int rc = EXIT_TEMP;

	zsys_handler_set(NULL);
	buf_init(&r.batch, BUS_MAX_BATCH_BYTES + EVENT_MAX);
	r.place = calloc(BUS_MAX_BATCH, sizeof(*r.place));
	r.intake = intake_open(relay->source);
	r.client = bus_client_open(relay->door);
	if (r.client == NULL) {
		err_sys("connect to weir-logd in WEIR_RUN");
		goto out;
	}
	if (r.place == NULL || r.intake == NULL) {
		err_sys("start");
		goto out;
	}
	r.link = zsock_fd(bus_client_socket(r.client));
	while (turn(&r))
		if (await(&r) == -1)
			goto out;
	rc = r.failed ? EXIT_TEMP : r.refused ? EXIT_PERM : EXIT_OK;
	if (fflush(stdout) != 0) {
		err_sys("write");
		rc = EXIT_TEMP;
	}
out:
	bus_client_close(r.client);
	intake_close(r.intake);
	buf_fini(&r.batch);
	free(r.place);
	return rc;
}
