#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

static void
wait_for(sem_t *s)
{
	while (sem_wait(s) == -1 && errno == EINTR)
		;
}

static void *
run(void *arg)
{
	struct worker *w = arg;

	for (;;) {
		wait_for(&w->asked);
		if (w->ending)
			return NULL;
		w->work(w->arg);
		(void)sem_post(&w->done);
	}
}

void
worker_init(struct worker *w, void (*work)(void *arg), void *arg)
{
	*w = (struct worker){.work = work, .arg = arg};
	(void)sem_init(&w->asked, 0, 0);
	(void)sem_init(&w->done, 0, 0);
}

void
worker_fini(struct worker *w)
{
	if (w->runs) {
		w->ending = true;
		(void)sem_post(&w->asked);
		(void)pthread_join(w->thread, NULL);
	}
	(void)sem_destroy(&w->asked);
	(void)sem_destroy(&w->done);
}

/* Signals are for the program's own threads. */
static bool
start(struct worker *w)
{
	sigset_t all, before;
	int rc;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&w->thread, NULL, run, w);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0;
}

bool
worker_ask(struct worker *w)
{
	if (!w->runs && !(w->runs = start(w)))
		return false;
	(void)sem_post(&w->asked);
	return true;
}

void
worker_wait(struct worker *w)
{
	wait_for(&w->done);
}

bool
worker_done(struct worker *w)
{
	return sem_trywait(&w->done) == 0;
}
