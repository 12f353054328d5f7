#ifndef DAEMON_H
#define DAEMON_H

#include "opt.h"

#include <czmq.h>
#include <stdbool.h>
#include <stdint.h>

/* One figure of a daemon, as Prometheus' text format tells it. */
struct daemon_metric {
	const char *name; /* "weir_rtmp_connections" */
	const char *help; /* one line */
	const char *type; /* "counter" or "gauge" */
	const uint64_t *value;
};

/*
 * What a program supplies; the skeleton calls them in this order, all from
 * one thread.
 */
struct daemon_ops {
	struct opt_program program;
	const char *name; /* of its lock and metrics files: "rtmpd" */

	/*
	 * Acquire every resource and attach to LOOP.  0, or -1 after
	 * reporting the cause; *CODE is then the exit code to end with,
	 * EXIT_TEMP unless changed.
	 */
	int (*open)(void *ctx, zloop_t *loop, int *code);

	/* Run every PERIOD_MS while serving; -1 stops with EXIT_TEMP. */
	int (*tick)(void *ctx);
	unsigned period_ms;

	/* SIGHUP came: read settings again.  NULL: nothing to read. */
	void (*reload)(void *ctx);

	/*
	 * SIGTERM or SIGINT came: take nothing new.  Called again and again,
	 * with the loop running in between, until it returns 0 (nothing left
	 * to finish) or DRAIN_LIMIT_MS pass.
	 */
	int (*drain)(void *ctx);
	unsigned drain_limit_ms;

	/* Release what open() acquired; called once if open() succeeded. */
	void (*close)(void *ctx);

	const struct daemon_metric *metric; /* ends with name NULL; or NULL */
};

/*
 * Parse options, take $WEIR_RUN/<name>.lock, open, say READY=1, serve until
 * told to stop, drain, close.  Tells the watchdog (sd_watchdog_enabled(3))
 * that the loop turns, and writes $WEIR_RUN/metrics/<name>.prom every
 * second.  The result is the exit code.
 *
 * A callback on LOOP that returns -1 ends the daemon with EXIT_TEMP, after
 * having reported why.
 */
int daemon_run(int argc, char *argv[], const struct daemon_ops *ops, void *ctx);

#endif
