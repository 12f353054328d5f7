#include "digester.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

/* Below so many events, waking a thread up takes longer than hashing. */
enum { STEP_EVENTS = 64 };

struct digester {
	pthread_t thread;
	bool threaded; /* the thread runs */
	bool ending;   /* nothing comes any more */
	sem_t asked, done;
	size_t events; /* of this block, so far */
	size_t handed; /* the thread sees to so many of them */
	size_t hashed; /* and had done so many when it was last done */
	struct str event[BLOCK_MAX_EVENTS];
	uint8_t hash[BLOCK_MAX_EVENTS][BLOCK_DIGEST_BYTES];
};

static void
wait_for(sem_t *s)
{
	while (sem_wait(s) == -1 && errno == EINTR)
		;
}

static void
hash(struct digester *d, size_t from, size_t to)
{
	for (; from < to; from++)
		block_event_hash(BLOCK_SHA256, d->event[from], d->hash[from]);
}

/* Each post of ASKED is for STEP_EVENTS more, answered with one of DONE. */
static void *
work(void *arg)
{
	struct digester *d = arg;

	for (;;) {
		wait_for(&d->asked);
		if (d->ending)
			return NULL;
		hash(d, d->hashed, d->hashed + STEP_EVENTS);
		d->hashed += STEP_EVENTS;
		(void)sem_post(&d->done);
	}
}

struct digester *
digester_open(void)
{
	struct digester *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	(void)sem_init(&d->asked, 0, 0);
	(void)sem_init(&d->done, 0, 0);
	return d;
}

/* Wait for what was handed over. */
static void
wait_all(struct digester *d)
{
	for (size_t i = 0; i < d->handed; i += STEP_EVENTS)
		wait_for(&d->done);
	d->handed = 0;
}

void
digester_close(struct digester *d)
{
	if (d == NULL)
		return;
	if (d->threaded) {
		wait_all(d);
		d->ending = true;
		(void)sem_post(&d->asked);
		(void)pthread_join(d->thread, NULL);
	}
	(void)sem_destroy(&d->asked);
	(void)sem_destroy(&d->done);
	free(d);
}

/* Signals are for the program's own threads. */
static bool
start(struct digester *d)
{
	sigset_t all, before;
	int rc;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&d->thread, NULL, work, d);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0;
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
	if (d->events - d->handed < STEP_EVENTS)
		return;
	if (!d->threaded && !(d->threaded = start(d)))
		return;
	d->handed += STEP_EVENTS;
	(void)sem_post(&d->asked);
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
