#include "digester.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Below this, waking a thread up takes longer than hashing. */
enum { WORTH_BYTES = 32 * 1024 };

struct digester {
	pthread_t thread;
	bool threaded; /* the thread runs */
	bool handed;   /* it has the block */
	bool ending;   /* nothing comes any more */
	sem_t asked, done;
	struct block block;
	uint8_t digest[BLOCK_DIGEST_BYTES];
};

static void
wait_for(sem_t *s)
{
	while (sem_wait(s) == -1 && errno == EINTR)
		;
}

static void *
work(void *arg)
{
	struct digester *d = arg;

	for (;;) {
		wait_for(&d->asked);
		if (d->ending)
			return NULL;
		/* Our own block is as it should be. */
		(void)block_digest(&d->block, d->digest);
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

void
digester_close(struct digester *d)
{
	if (d == NULL)
		return;
	if (d->threaded) {
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
digester_begin(struct digester *d, const struct block *k)
{
	d->block = *k;
	d->handed = false;
	if (k->bytes < WORTH_BYTES)
		return;
	if (!d->threaded && !(d->threaded = start(d)))
		return;
	d->handed = true;
	(void)sem_post(&d->asked);
}

void
digester_end(struct digester *d, uint8_t digest[BLOCK_DIGEST_BYTES])
{
	if (d->handed)
		wait_for(&d->done);
	else
		(void)block_digest(&d->block, d->digest);
	d->handed = false;
	memcpy(digest, d->digest, BLOCK_DIGEST_BYTES);
}
