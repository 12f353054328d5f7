#include "digester.h"
#include "worker.h"

#include <stdlib.h>

/* Below so many events, waking a thread up takes longer than hashing. */
enum { STEP_EVENTS = 256 };

struct digester {
	struct worker worker;
	size_t events; /* of this block, so far */
	size_t handed; /* the worker sees to so many of them */
	size_t hashed; /* and had done so many when it was last done */
	struct str event[BLOCK_MAX_EVENTS];
	uint8_t hash[BLOCK_MAX_EVENTS][BLOCK_DIGEST_BYTES];
};

static void
hash(struct digester *d, size_t from, size_t to)
{
	for (; from < to; from++)
		block_event_hash(BLOCK_SHA256, d->event[from], d->hash[from]);
}

/* STEP_EVENTS more, each time. */
static void
work(void *arg)
{
	struct digester *d = arg;

	hash(d, d->hashed, d->hashed + STEP_EVENTS);
	d->hashed += STEP_EVENTS;
}

struct digester *
digester_open(void)
{
	struct digester *d = calloc(1, sizeof(*d));

	if (d != NULL)
		worker_init(&d->worker, work, d);
	return d;
}

/* Wait for what was handed over. */
static void
wait_all(struct digester *d)
{
	for (size_t i = 0; i < d->handed; i += STEP_EVENTS)
		worker_wait(&d->worker);
	d->handed = 0;
}

void
digester_close(struct digester *d)
{
	if (d == NULL)
		return;
	wait_all(d);
	worker_fini(&d->worker);
	free(d);
}

void
digester_begin(struct digester *d)
{
	wait_all(d);
	d->events = 0;
	d->hashed = 0;
}

void
digester_event(struct digester *d, struct str event)
{
	d->event[d->events++] = event;
	if (d->events - d->handed >= STEP_EVENTS && worker_ask(&d->worker))
		d->handed += STEP_EVENTS;
}

void
digester_end(struct digester *d, const struct block *k,
    uint8_t digest[BLOCK_DIGEST_BYTES])
{
	size_t handed = d->handed;

	hash(d, handed, d->events);
	wait_all(d);
	block_digest_of(k, d->hash[0], d->events, digest);
}
