#ifndef INGEST_RUNNER_H
#define INGEST_RUNNER_H

#include "pipeline.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A pipeline that is kept alive: one that dies is started again, with growing
 * pauses and not for ever; for as long as it takes when it says itself that
 * trying again may help (CHILD_HOW_TEMP), as where there is no room on disk.
 */
enum {
	RUNNER_RESTARTS = 5, /* within RUNNER_RESTARTS_MS */
	RUNNER_RESTARTS_MS = 60 * 1000,
	RUNNER_PAUSE_MS = 100, /* before the first, then twice as long */
	RUNNER_PAUSE_MAX_MS = 5000
};

struct runner_ops {
	/* Start it, with ENDED and ARG.  NULL after reporting the cause. */
	struct pipeline *(*start)(
	    void *ctx, pipeline_ended_fn *ended, void *arg);
	/*
	 * It died, as HOW says, and was started for the ATTEMPT-th time: what
	 * it was sent went nowhere.
	 */
	void (*restarted)(void *ctx, const char *how, uint64_t attempt);
	/* It dies again and again: this is the last call. */
	void (*given_up)(void *ctx, const char *how);
	/* It ended after runner_finish(), see pipeline_ended_fn: the last. */
	void (*finished)(void *ctx, bool ok, const char *how);
};

/* Lies in its owner, all zeroes until runner_begin(). */
struct runner {
	const struct runner_ops *ops;
	void *ctx;
	struct pipeline *pipeline; /* NULL between two starts, and at the end */
	bool finishing;
	uint64_t starts;
	uint64_t restart_ms; /* when to start it again; 0: it runs */
	uint64_t restarted_ms[RUNNER_RESTARTS]; /* a ring of the last */
	char died[CHILD_HOW_SIZE];
};

/* True from runner_begin() until it was given up, finished or stopped. */
bool runner_begun(const struct runner *r);

/* Start it for the first time.  OPS are borrowed, and may be called. */
void runner_begin(
    struct runner *r, const struct runner_ops *ops, void *ctx, uint64_t now_ms);

/*
 * The last byte is queued; said again, it may shorten the wait.  False when
 * nothing runs that could finish: OPS are called no more.
 */
bool runner_finish(struct runner *r, uint64_t now_ms);

/* Kill it; OPS are called no more. */
void runner_stop(struct runner *r);

/* To be called several times a second. */
void runner_tick(struct runner *r, uint64_t now_ms);

#endif
