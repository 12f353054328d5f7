#include "keeper.h"
#include "block.h"
#include "clock.h"
#include "err.h"
#include "gate.h"
#include "query.h"

#include <czmq.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	MAX_PENDING = 1024, /* requests answered after one commit */
	DOOR_TURN = 16,     /* of them taken at one door before the other */
	MAX_RESULTS = 4 * BLOCK_MAX_EVENTS,
	TRANSIENT_MAX_BYTES = 8 * 1024 * 1024,
	WHY_BYTES = 256,
	/* A commit of so many events is worth its sync without waiting. */
	GATHER_EVENTS = 256,
	/* Of so many it takes no more: those who are answered make ready what
	 * they say next while the others are served. */
	COMMIT_EVENTS = 1280,
	/* Waiting for more to share a commit: a step, and all of it. */
	GATHER_STEP_NS = 30000,
	GATHER_MAX_US = 400
};

/* A request that waits for the commit, and where its results lie. */
struct pending {
	struct bus_request request;
	size_t first;
};

/* An event to publish once the commit is done, in the order of the log. */
struct said {
	const struct schema *schema;
	bool stored;
	size_t at, len; /* the staged event's number, or place in TRANSIENT */
};

struct keeper {
	struct log_writer *writer;
	struct bus_server *server;
	struct query *query;
	struct gate gate;
	struct pending pending[MAX_PENDING];
	size_t pendings;
	struct bus_result *result; /* MAX_RESULTS */
	size_t results;
	struct said *said; /* MAX_RESULTS */
	size_t saids;
	struct buf transient, why;
	bool full;          /* the disk was, when we last tried */
	bool asked_removal; /* by one of the pending requests */
	bool knocked;       /* somebody may wait at the edge's door */
	size_t expected;    /* requests that one commit may hope for */
	uint64_t commit_us; /* how long the last one took */
	struct keeper_figures figures;
};

struct keeper *
keeper_open(struct log_writer *w, struct bus_server *s, struct privacy *p)
{
	struct keeper *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->writer = w;
	k->server = s;
	k->gate.privacy = p;
	k->result = calloc(MAX_RESULTS, sizeof(*k->result));
	k->said = calloc(MAX_RESULTS, sizeof(*k->said));
	k->query = query_open(w, s, p);
	k->gate.retention = retention_open(w);
	buf_init(&k->transient, TRANSIENT_MAX_BYTES);
	buf_init(&k->why, (size_t)MAX_RESULTS * WHY_BYTES);
	if (k->result == NULL || k->said == NULL || k->query == NULL ||
	    k->gate.retention == NULL) {
		keeper_close(k);
		errno = ENOMEM;
		return NULL;
	}
	k->figures.head = log_writer_head(w);
	return k;
}

void
keeper_close(struct keeper *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->pendings; i++)
		bus_request_release(&k->pending[i].request);
	query_close(k->query);
	retention_close(k->gate.retention);
	buf_fini(&k->transient);
	buf_fini(&k->why);
	free(k->result);
	free(k->said);
	free(k);
}

const struct keeper_figures *
keeper_figures(const struct keeper *k)
{
	return &k->figures;
}

/* The disk took a commit, or did not: tell people when that changes. */
static void
note_full(struct keeper *k, bool full)
{
	if (full && !k->full)
		err_warn("nothing can be stored, producers are held back: %s",
		    strerror(errno));
	if (!full && k->full)
		err_info("events are stored again head=%" PRIu64,
		    log_writer_head(k->writer));
	k->full = full;
}

/* Nothing past the head was stored: producers are to say it again. */
static void
take_back(struct keeper *k)
{
	uint64_t head = log_writer_head(k->writer);

	for (size_t i = 0; i < k->results; i++) {
		struct bus_result *r = &k->result[i];

		/* A conflict with what was not stored is none, either. */
		if (r->status != BUS_REFUSED &&
		    (r->seq > head ||
			(r->seq == 0 && r->status != BUS_CONFLICT)))
			*r = (struct bus_result){.status = BUS_BUSY,
			    .why = STR("the log cannot be written just now")};
	}
	k->saids = 0;
}

static void
publish(struct keeper *k)
{
	for (size_t i = 0; i < k->saids; i++) {
		const struct said *s = &k->said[i];
		struct str bytes =
		    s->stored
			? log_writer_event(k->writer, s->at)
			: (struct str){(char *)k->transient.p + s->at, s->len};

		bus_server_publish(k->server, s->schema->name, bytes);
	}
	k->saids = 0;
	buf_reset(&k->transient);
}

/* Put the staged events on disk and say so on the bus. */
static int
commit(struct keeper *k)
{
	size_t n = log_writer_staged(k->writer);

	if (privacy_sync(k->gate.privacy) == -1)
		return -1;
	if (log_writer_commit(k->writer) == -1) {
		if (!log_writer_temporary(errno)) {
			/* After a failed sync the kernel may call pages
			 * clean that are not on disk: only reading anew
			 * tells what is there. */
			err_sys("commit %zu events", n);
			return -1;
		}
		note_full(k, true);
		take_back(k);
	} else if (n > 0) {
		note_full(k, false);
		k->figures.commits++;
		k->figures.stored += n;
		k->figures.head = log_writer_head(k->writer);
	}
	publish(k);
	return 0;
}

/*
 * How many requests the next commit may hope for: as many as this one had,
 * and as many again when others came while the disk was busy with it.
 */
static void
expect_more(struct keeper *k, uint64_t took_us)
{
	size_t seen = k->pendings;

	if (seen > 0 &&
	    (zsock_events(bus_server_socket(k->server, BUS_APPEND)) &
		ZMQ_POLLIN) != 0)
		seen *= 2;
	k->expected -= k->expected / 8;
	if (seen > k->expected)
		k->expected = seen;
	k->commit_us = took_us;
}

/* Answer P, for which everything is known but what a removal comes to. */
static void
answer(struct keeper *k, struct pending *p)
{
	switch (p->request.ask.op) {
	case WIRE_APPEND:
		for (size_t n = 0; n < p->request.ask.count; n++)
			k->figures.busy +=
			    k->result[p->first + n].status == BUS_BUSY;
		bus_reply_results(k->server, &p->request, &k->result[p->first]);
		break;
	case WIRE_LAST:
		query_answer(k->query, &p->request);
		break;
	case WIRE_REMOVE:
		if (p->request.door == BUS_APPEND)
			k->asked_removal = true;
		else
			bus_reply_error(k->server, &p->request,
			    STR("this is not done at this door"));
		break;
	case WIRE_ERROR: /* no request */
		break;
	}
}

/* Say that an order was carried out.  0, or -1: end. */
static int
say_removed(struct keeper *k, const struct event *e)
{
	struct log_place place;

	if (log_writer_add(k->writer, e, &place) == -1) {
		if (log_writer_temporary(errno))
			return 0; /* it is said in another step */
		err_sys("append to the log");
		return -1;
	}
	k->said[k->saids++] = (struct said){
	    schema_of(e->type), true, log_writer_staged(k->writer) - 1, 0};
	return commit(k);
}

/* One step of removing for all who asked for one.  0, or -1: end. */
static int
remove_step(struct keeper *k)
{
	struct bus_removal out;
	struct event e;

	/* What was answered is not to be taken back by a commit here. */
	k->results = 0;
	if (retention_step(k->gate.retention, &out) == -1)
		return -1;
	k->figures.removed += out.events;
	while (retention_done(k->gate.retention, &e))
		if (say_removed(k, &e) == -1)
			return -1;
	out.orders = retention_orders(k->gate.retention);
	for (size_t i = 0; i < k->pendings; i++) {
		struct bus_request *r = &k->pending[i].request;

		if (r->ask.op == WIRE_REMOVE && r->door == BUS_APPEND)
			bus_reply_removal(k->server, r, &out);
	}
	return 0;
}

/* Commit, then answer everything that waited for it. */
static int
settle(struct keeper *k)
{
	uint64_t begun_us = clock_mono_us();

	if (commit(k) == -1)
		return -1;
	expect_more(k, clock_mono_us() - begun_us);
	for (size_t i = 0; i < k->results; i++) {
		struct bus_result *r = &k->result[i];

		if (r->status == BUS_REFUSED && !k->why.failed)
			r->why.p = (const char *)k->why.p + r->seq;
		if (r->status == BUS_REFUSED)
			r->seq = 0;
	}
	for (size_t i = 0; i < k->pendings; i++)
		answer(k, &k->pending[i]);
	/* Whoever appends has its answer: now there is time for this. */
	if (k->asked_removal && remove_step(k) == -1)
		return -1;
	for (size_t i = 0; i < k->pendings; i++)
		bus_request_release(&k->pending[i].request);
	k->pendings = 0;
	k->results = 0;
	k->asked_removal = false;
	buf_reset(&k->why);
	return 0;
}

static struct bus_result
refuse(struct keeper *k, const char *why)
{
	k->figures.refused++;
	/* The text must last until the answer is sent, and K->why may move
	 * until then: its place is kept, and settle() looks it up. */
	(void)buf_put(&k->why, why, strlen(why) + 1);
	return (struct bus_result){.status = BUS_REFUSED,
	    .why = {NULL, strlen(why)},
	    .seq = k->why.len - strlen(why) - 1};
}

/* A transient event is published in its place and nothing else. */
static struct bus_result
take_transient(struct keeper *k, const struct event *e, const struct schema *s)
{
	struct event said = *e;
	size_t at = k->transient.len;

	said.seq = log_writer_head(k->writer) + log_writer_staged(k->writer);
	said.version = 0;
	said.expect = EVENT_ANY;
	if (event_encode(&said, &k->transient) == -1) {
		k->transient.failed = false;
		return (struct bus_result){.status = BUS_BUSY,
		    .why = STR("too many transient events wait")};
	}
	k->said[k->saids++] =
	    (struct said){s, false, at, k->transient.len - at};
	k->figures.transient++;
	return (struct bus_result){.status = BUS_STORED, .seq = said.seq};
}

/* One event of an append through DOOR.  0 with *OUT, or -1: end. */
static int
take_event(struct keeper *k, enum bus_door door, struct str raw,
    struct bus_result *out)
{
	const struct schema *s;
	struct log_place place;
	struct event e;
	char why[WHY_BYTES];
	int n;

	if ((n = gate_take(
		 &k->gate, door, raw, &e, &s, out, why, sizeof(why))) == 1 &&
	    out->status == BUS_REFUSED)
		*out = refuse(k, why);
	if (n != 0)
		return n == 1 ? 0 : -1;
	if (s->kept == EVENT_TRANSIENT) {
		*out = take_transient(k, &e, s);
		return 0;
	}
	while (log_writer_add(k->writer, &e, &place) == -1) {
		if (errno != EAGAIN || log_writer_staged(k->writer) == 0) {
			err_sys("append to the log");
			return -1;
		}
		/* The block is full: it goes to disk, and another begins. */
		if (commit(k) == -1)
			return -1;
	}
	*out = (struct bus_result){.seq = place.seq, .version = place.version};
	switch (place.verdict) {
	case LOG_STAGED:
		k->said[k->saids++] =
		    (struct said){s, true, log_writer_staged(k->writer) - 1, 0};
		out->status = BUS_STORED;
		break;
	case LOG_DUPLICATE:
		out->status = BUS_DUPLICATE;
		k->figures.duplicate++;
		break;
	case LOG_CONFLICT:
		out->status = BUS_CONFLICT;
		k->figures.conflict++;
		break;
	}
	return 0;
}

static int
take_append(struct keeper *k, const struct bus_request *r)
{
	struct mp events = r->ask.events;

	for (size_t i = 0; i < r->ask.count; i++) {
		if (take_event(k, r->door, mp_bin(&events),
			&k->result[k->results]) == -1)
			return -1;
		k->results++;
		/* D74: what comes next is told by the log that it is so. */
		if (privacy_forgot(k->gate.privacy) && commit(k) == -1)
			return -1;
	}
	return 0;
}

/* So much waits for the commit that it is time for it. */
static bool
enough(const struct keeper *k)
{
	return k->pendings == MAX_PENDING ||
	       k->results + BUS_MAX_BATCH > MAX_RESULTS ||
	       log_writer_staged(k->writer) >= COMMIT_EVENTS;
}

/* Take what waits at DOOR, at most a door's turn of it.  0, or -1: end. */
static int
take_door(struct keeper *k, enum bus_door door, bool *more)
{
	for (unsigned i = 0; i < DOOR_TURN && !enough(k); i++) {
		struct pending *p = &k->pending[k->pendings];

		if (bus_server_next(k->server, door, &p->request) != 1) {
			*more = false;
			return 0;
		}
		p->first = k->results;
		k->pendings++;
		if (p->request.ask.op == WIRE_APPEND &&
		    take_append(k, &p->request) == -1)
			return -1;
	}
	*more = true;
	return 0;
}

/*
 * Take from the doors by turns until nothing waits or it is enough for one
 * commit.  To see that a door has nothing costs a system call, so one that
 * had nothing is not asked again, and the edge's, where seldom anybody comes,
 * only after a knock.
 */
static int
take_waiting(struct keeper *k)
{
	bool more[] = {
	    [BUS_APPEND] = true, [BUS_MEDIA] = true, [BUS_EDGE] = k->knocked};

	while ((more[BUS_APPEND] || more[BUS_MEDIA] || more[BUS_EDGE]) &&
	       !enough(k))
		for (int door = 0; door < BUS_DOORS; door++)
			if (more[door] && take_door(k, (enum bus_door)door,
					      &more[door]) == -1)
				return -1;
	k->knocked = more[BUS_EDGE];
	return 0;
}

/* What came of moving blocks to their place.  0, or -1: end. */
static int
moved(struct keeper *k, int rc)
{
	if (rc == 0)
		return 0;
	if (!log_writer_temporary(errno)) {
		err_sys("move blocks to their place");
		return -1;
	}
	note_full(k, true);
	return 0;
}

void
keeper_knock(struct keeper *k)
{
	k->knocked = true;
}

/* One commit a call, so that the loop hears signals however much comes in. */
int
keeper_turn(struct keeper *k)
{
	uint64_t limit_us =
	    k->commit_us / 2 < GATHER_MAX_US ? k->commit_us / 2 : GATHER_MAX_US;
	uint64_t begun_us;
	size_t before = 0;

	if (take_waiting(k) == -1)
		return -1;
	/*
	 * Producers that wait for each other's commits fall into two halves,
	 * each paying for the other's sync.  A short wait joins them, for as
	 * long as it brings somebody.
	 */
	begun_us = clock_mono_us();
	while (k->pendings > before && k->pendings < k->expected &&
	       log_writer_staged(k->writer) < GATHER_EVENTS &&
	       clock_mono_us() - begun_us < limit_us) {
		const struct timespec step = {0, GATHER_STEP_NS};

		before = k->pendings;
		(void)nanosleep(&step, NULL);
		if (take_waiting(k) == -1)
			return -1;
	}
	if (settle(k) == -1)
		return -1;
	/* Those who wait have their answer. */
	return moved(k, log_writer_tend(k->writer));
}

void
keeper_tick(struct keeper *k)
{
	log_writer_check_readers(k->writer);
	log_writer_trim(k->writer);
}

int
keeper_idle(struct keeper *k)
{
	return moved(k, log_writer_move(k->writer));
}
