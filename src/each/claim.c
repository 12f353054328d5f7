#include "claim.h"
#include "bus.h"
#include "clock.h"
#include "uuid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AGAIN_US = 500 * 1000, PREFIX_SIZE = 80 };
enum { SUBJECT_SIZE = PREFIX_SIZE + EVENT_MAX_ID + 1 };

static const char source[] = "weir-each";

struct claim {
	const char *worker;
	uint64_t lease_us;
	struct window *window;
	claim_fn *finished;
	void *arg;
	struct bus_client *bus;
	struct buf data, event;
	char prefix[PREFIX_SIZE]; /* "claim/<name>/" */
	char why[256];            /* of claim_refused() */
};

struct claim *
claim_open(const char *name, const char *worker, uint64_t lease_s,
    struct window *w, claim_fn *finished, void *arg)
{
	struct claim *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->worker = worker;
	c->lease_us = lease_s * 1000000;
	c->window = w;
	c->finished = finished;
	c->arg = arg;
	buf_init(&c->data, 4096);
	buf_init(&c->event, 8192);
	(void)snprintf(c->prefix, sizeof(c->prefix), "claim/%.64s/", name);
	if ((c->bus = bus_client_open(BUS_APPEND)) == NULL) {
		claim_close(c);
		return NULL;
	}
	return c;
}

void
claim_close(struct claim *c)
{
	if (c == NULL)
		return;
	bus_client_close(c->bus);
	buf_fini(&c->data);
	buf_fini(&c->event);
	free(c);
}

void *
claim_socket(struct claim *c)
{
	return bus_client_socket(c->bus);
}

void
claim_turn(struct claim *c)
{
	bus_client_turn(c->bus);
}

size_t
claim_unanswered(const struct claim *c)
{
	return bus_unanswered(c->bus);
}

const char *
claim_refused(const struct claim *c)
{
	return c->why[0] != '\0' ? c->why : NULL;
}

static void
refuse(struct claim *c, const struct bus_result *r)
{
	(void)snprintf(c->why, sizeof(c->why), "%.*s", (int)r->why.len,
	    r->why.len > 0 ? r->why.p : "");
	if (c->why[0] == '\0')
		(void)str_copy(c->why, sizeof(c->why), STR("no reason given"));
}

static void
subject_of(const struct claim *c, const struct work *k, char dst[SUBJECT_SIZE])
{
	int n = snprintf(dst, PREFIX_SIZE, "%s", c->prefix);

	(void)str_copy(dst + n, EVENT_MAX_ID + 1, k->event.id);
}

/* Append TYPE, whose data is in C->data, to K's claim.  0, or -1. */
static int
say(struct claim *c, struct work *k, enum event_type type, uint64_t expect,
    bus_append_fn *done)
{
	char subject[SUBJECT_SIZE], id[UUID_TEXT_SIZE];
	struct event e;

	subject_of(c, k, subject);
	if (c->data.failed ||
	    event_begin(&e, type, source, str_from(subject), id) == -1)
		return -1;
	e.expect = expect;
	e.data = buf_str(&c->data);
	buf_reset(&c->event);
	if (event_encode(&e, &c->event) == -1)
		return -1;
	k->owner = c;
	if (bus_append(c->bus, buf_str(&c->event), done, k) == -1)
		return -1;
	k->claim.in_flight++;
	return 0;
}

static int
say_claimed(
    struct claim *c, struct work *k, uint64_t until_us, bus_append_fn *done)
{
	const struct WorkClaimed d = {
	    .worker = str_from(c->worker),
	    .lease_until_us = until_us,
	    .tries = k->tries,
	    .seq = k->seq,
	};

	buf_reset(&c->data);
	if (EVENT_PUT(WorkClaimed, &d, &c->data) == -1)
		return -1;
	return say(c, k, EVENT_WorkClaimed, k->claim.version, done);
}

/* All that was asked about K is answered: it may be let go. */
static void
finish(struct claim *c, struct work *k)
{
	if (k->claim.in_flight == 0)
		c->finished(c->arg, k);
}

static bool
held(const struct work *k, uint64_t *left_us)
{
	uint64_t now_us = clock_real_us();

	*left_us = k->claim.until_us > now_us ? k->claim.until_us - now_us : 0;
	return *left_us > 0;
}

/* The last event of K's claim was told, or that there is none. */
static void
told(void *arg, const struct event *e)
{
	struct work *k = arg;
	struct claim *c = k->owner;
	struct work_claim *a = &k->claim;
	struct WorkClaimed d;
	struct WorkDone done;

	if (e == NULL) {
		a->in_flight--;
		if (a->done && !k->again)
			finish(c, k);
		else if (a->answered)
			window_set(c->window, k, WORK_READY);
		else
			window_wait(c->window, k, WORK_WAITING,
			    clock_mono_us() + AGAIN_US);
		return;
	}
	if (EVENT_GET(e, WorkDone, &done) == 0) {
		/* A dead letter that is put back was done with once. */
		a->done = true;
		a->until_us = 0;
		a->tries = 0;
	} else if (EVENT_GET(e, WorkClaimed, &d) == 0) {
		bool ours = str_eqz(d.worker, c->worker);

		/* What an earlier life of ours claimed is still ours. */
		a->until_us = ours ? 0 : d.lease_until_us;
		a->tries = d.tries + (d.lease_until_us > 0);
	} else {
		return;
	}
	a->version = e->version;
	a->answered = true;
}

static void
ask(struct claim *c, struct work *k)
{
	char subject[SUBJECT_SIZE];

	subject_of(c, k, subject);
	k->claim.answered = false;
	if (bus_last(c->bus, str_from(subject), true, (struct str){0}, 1, told,
		k) == -1) {
		window_wait(
		    c->window, k, WORK_WAITING, clock_mono_us() + AGAIN_US);
		return;
	}
	k->claim.in_flight++;
}

static void
taken(void *arg, size_t index, const struct bus_result *r)
{
	struct work *k = arg;
	struct claim *c = k->owner;

	(void)index;
	k->claim.in_flight--;
	switch (r->status) {
	case BUS_STORED:
	case BUS_DUPLICATE:
		k->claim.version = r->version;
		k->claim.renew_us = clock_mono_us() + c->lease_us / 3;
		k->claim.lost = false;
		window_set(c->window, k, WORK_CLAIMED);
		if (k->claim.renew_us < c->window->wake_us)
			c->window->wake_us = k->claim.renew_us;
		break;
	case BUS_CONFLICT:
		if (k->claim.done && !k->again)
			finish(c, k);
		else
			ask(c, k);
		break;
	case BUS_REFUSED:
		refuse(c, r);
		window_set(c->window, k, WORK_READY);
		break;
	case BUS_BUSY:
		break; /* the client says it again by itself */
	}
}

void
claim_take(struct claim *c, struct work *k)
{
	uint64_t left_us;

	if (k->claim.done && !k->again) {
		finish(c, k);
		return;
	}
	if (held(k, &left_us)) {
		window_wait(c->window, k, WORK_HELD, clock_mono_us() + left_us);
		return;
	}
	if (!k->again && k->claim.tries > k->tries)
		k->tries = k->claim.tries;
	window_set(c->window, k, WORK_CLAIMING);
	if (say_claimed(c, k, clock_real_us() + c->lease_us, taken) == -1)
		window_wait(
		    c->window, k, WORK_WAITING, clock_mono_us() + AGAIN_US);
}

static void
ended(void *arg, size_t index, const struct bus_result *r)
{
	struct work *k = arg;
	struct claim *c = k->owner;

	(void)index;
	k->claim.in_flight--;
	if (r->status == BUS_REFUSED) {
		refuse(c, r);
		return;
	}
	k->claim.done = true;
	finish(c, k);
}

void
claim_end(struct claim *c, struct work *k)
{
	const struct WorkDone d = {
	    .worker = str_from(c->worker),
	    .tries = k->tries,
	    .reason = str_from(k->failed ? k->why : ""),
	};

	k->claim.renew_us = 0;
	k->claim.unsent = false;
	if (k->state != WORK_ENDING)
		window_set(c->window, k, WORK_ENDING);
	buf_reset(&c->data);
	/*
	 * Whatever version it is by now: should another have taken it over,
	 * the work is done all the same.
	 */
	if (EVENT_PUT(WorkDone, &d, &c->data) == 0 &&
	    say(c, k, EVENT_WorkDone, EVENT_ANY, ended) == 0)
		return;
	k->claim.unsent = true;
	window_wait(c->window, k, WORK_ENDING, clock_mono_us() + AGAIN_US);
}

static void
renewed(void *arg, size_t index, const struct bus_result *r)
{
	struct work *k = arg;
	struct claim *c = k->owner;

	(void)index;
	k->claim.in_flight--;
	k->claim.renewing = false;
	if (r->status == BUS_STORED || r->status == BUS_DUPLICATE) {
		if (r->version > k->claim.version)
			k->claim.version = r->version;
	} else if (r->status == BUS_CONFLICT && k->state != WORK_ENDING) {
		k->claim.lost = true;
		k->claim.renew_us = 0;
		c->window->wake_us = 0;
	}
	/* Told before, and only waiting for this answer. */
	if (k->state == WORK_ENDING && k->claim.done)
		finish(c, k);
}

uint64_t
claim_renew(struct claim *c, struct work *k, uint64_t now_us)
{
	struct work_claim *a = &k->claim;

	if (k->state == WORK_ENDING && a->unsent && now_us >= k->due_us)
		claim_end(c, k);
	if (k->state == WORK_ENDING)
		return a->unsent ? k->due_us : UINT64_MAX;
	if (a->renew_us == 0)
		return UINT64_MAX;
	if (now_us < a->renew_us)
		return a->renew_us;
	if (!a->renewing &&
	    say_claimed(c, k, clock_real_us() + c->lease_us, renewed) == 0)
		a->renewing = true;
	a->renew_us = now_us + c->lease_us / 3;
	return a->renew_us;
}

/* It was given back, or somebody else has it already: both are well. */
static void
released(void *arg, size_t index, const struct bus_result *r)
{
	struct work *k = arg;

	(void)index;
	(void)r;
	k->claim.in_flight--;
}

void
claim_release(struct claim *c, struct work *k)
{
	if (k->claim.renew_us == 0 || k->claim.renewing)
		return;
	k->claim.renew_us = 0;
	(void)say_claimed(c, k, 0, released);
}

/* Another worker did it: what of K is idle here is over. */
static void
hear_done(struct claim *c, struct work *k)
{
	k->claim.done = true;
	switch (k->state) {
	case WORK_READY:
	case WORK_HELD:
		finish(c, k);
		break;
	case WORK_WAITING:
		if (k->claim.in_flight == 0)
			finish(c, k);
		break;
	case WORK_QUEUED:   /* claim_take() will see it */
	case WORK_CLAIMING: /* so will taken() */
	case WORK_CLAIMED:
	case WORK_RUNNING:
	case WORK_ENDING:
	case WORK_FINISHED:
	case WORK_STATES:
		break;
	}
}

/* Another worker has K, by the WorkClaimed event E that says D. */
static void
hear_claimed(struct claim *c, struct work *k, const struct event *e,
    const struct WorkClaimed *d)
{
	struct work_claim *a = &k->claim;

	if (e->version <= a->version)
		return;
	a->version = e->version;
	a->until_us = d->lease_until_us;
	a->tries = d->tries + (d->lease_until_us > 0);
	if (a->renew_us > 0) {
		a->lost = true;
		a->renew_us = 0;
		c->window->wake_us = 0;
	}
	/* Look again who has it, and until when. */
	if (k->state == WORK_HELD)
		window_set(c->window, k, WORK_READY);
}

bool
claim_hears(struct claim *c, const struct event *e)
{
	struct str prefix = str_from(c->prefix), id;
	struct WorkClaimed d;
	struct WorkDone done;
	struct work *k;

	if (e->type != EVENT_WorkClaimed && e->type != EVENT_WorkDone)
		return false;
	if (!str_starts(e->subject, prefix))
		return false;
	id = (struct str){
	    e->subject.p + prefix.len, e->subject.len - prefix.len};
	if ((k = window_find(c->window, id)) == NULL || k->again)
		return true;
	if (EVENT_GET(e, WorkDone, &done) == 0) {
		if (e->version > k->claim.version)
			k->claim.version = e->version;
		if (!str_eqz(done.worker, c->worker) || k->state != WORK_ENDING)
			hear_done(c, k);
	} else if (EVENT_GET(e, WorkClaimed, &d) == 0) {
		if (!str_eqz(d.worker, c->worker)) {
			hear_claimed(c, k, e, &d);
		} else if (e->version > k->claim.version &&
			   k->claim.renew_us == 0 &&
			   k->state != WORK_CLAIMING) {
			/* An earlier life of ours. */
			k->claim.version = e->version;
			k->claim.until_us = 0;
			k->claim.tries = d.tries + (d.lease_until_us > 0);
		}
	}
	return true;
}
