#ifndef EACH_HANDS_H
#define EACH_HANDS_H

#include "each.h"
#include "environ.h"
#include "keyring.h"
#include "work.h"

#include <stdint.h>

/*
 * The commands that run, at most as many as --jobs says.  Embedded.
 */
struct hands {
	const struct each *each;
	struct window *window;
	struct environ *environ;
	struct buf json;
	struct keyring *keyring;
	struct buf opened, newest; /* an event's data, for the command */
	struct work *running[EACH_MAX_JOBS];
	size_t n;
};

/* 0, or -1 with errno. */
int hands_init(struct hands *h, const struct each *o, struct window *w);

/* Kill and reap what still runs. */
void hands_fini(struct hands *h);

/*
 * Run the command for K, which is READY or CLAIMED: RUNNING then, or, when
 * the system has no process to give, WAITING.
 */
void hands_start(struct hands *h, struct work *k);

/*
 * Call ENDED for each command that has ended; K is RUNNING still, and of
 * no hand any more.
 */
typedef void hands_fn(void *arg, struct work *k, const struct job_end *end);
void hands_reap(struct hands *h, hands_fn *ended, void *arg);

/*
 * Stop those whose time has passed, or whose work another worker took
 * over; when to look again (mono us).
 */
uint64_t hands_tick(struct hands *h, uint64_t now_us);

/* SIG to all. */
void hands_signal(struct hands *h, int sig);

#endif
