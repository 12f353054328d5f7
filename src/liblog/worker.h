#ifndef LOG_WORKER_H
#define LOG_WORKER_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

/*
 * A thread that does one kind of work when it is asked to, begun with the
 * first time.  Embedded; what is asked and what came of it lies with whoever
 * embeds it, who leaves it alone between asking and having heard.
 */
struct worker {
	void (*work)(void *arg);
	void *arg;
	pthread_t thread;
	bool runs, ending;
	sem_t asked, done;
};

void worker_init(struct worker *w, void (*work)(void *arg), void *arg);

/* What was asked for has been waited for. */
void worker_fini(struct worker *w);

/* Have it call WORK once more.  False: there is no thread to be had. */
bool worker_ask(struct worker *w);

/* Wait until it has done so once more. */
void worker_wait(struct worker *w);

/* Has it?  If so that counts as waited for. */
bool worker_done(struct worker *w);

#endif
