#ifndef EACH_RUNNER_H
#define EACH_RUNNER_H

#include "claim.h"
#include "each.h"
#include "figures.h"
#include "hands.h"
#include "ledger.h"
#include "source.h"
#include "wake.h"

/* A consumer while it runs: its parts, which each.c opens and closes. */
struct runner {
	const struct each *each;
	struct window window;
	struct ledger *ledger;
	struct hands hands;
	struct source source;
	struct claim *claim; /* NULL: the work is not shared */
	struct wake wake;
	struct figures figures;
	uint64_t drain_us;  /* mono: told to stop, and time until then */
	uint64_t again_us;  /* mono: look for what was put back */
	uint64_t second_us; /* mono: figures and watchdog */
	size_t agains;      /* put back, and in the window */
	bool broken;        /* what forbids to go on was reported */
};

/*
 * One round: reap, read, claim, begin, commit, then sleep until there is
 * something to do.  0, or -1 after reporting.
 */
int runner_turn(struct runner *r);

/* --once, and nothing is left. */
bool runner_over(const struct runner *r);

/* A command has ended (hands_fn); ARG is the runner. */
void runner_ended(void *arg, struct work *k, const struct job_end *end);

/* K is done with, by us or by another worker (claim_fn). */
void runner_finished(void *arg, struct work *k);

/* Each second: the figures' file and the watchdog. */
void runner_figures(struct runner *r, uint64_t now_us);

#endif
