#ifndef RTMPD_RTMPD_H
#define RTMPD_RTMPD_H

#include "figures.h"
#include "server.h"

#include <czmq.h>
#include <stdbool.h>
#include <stdint.h>

/* The daemon: everything of it, opened, turned and closed in order. */
struct rtmpd;

#define RTMPD_UNSET UINT64_MAX

struct rtmpd_options {
	struct server_limits limits;
	uint64_t grace_s;           /* RTMPD_UNSET: as WEIR_GRACE says */
	const char *takeover;       /* NULL: as WEIR_TAKEOVER says */
	uint64_t stall_s, finish_s; /* see struct pipeline_limits */
	bool end;                   /* broadcasts end with us; else they wait */
	uint64_t pace_ms;           /* RTMPD_UNSET: as WEIR_PART wants it */
};

enum {
	RTMPD_TICK_MS = 100,
	RTMPD_DRAIN_MS = 14000,       /* all of an end in order */
	RTMPD_DRAIN_FINISH_MS = 9000, /* of it, for pipelines to finish */
	RTMPD_DRAIN_PEERS_MS = 1000,  /* for encoders to read our goodbye */
	/* Then, for the log to hear of it: else the next start tells it. */
	RTMPD_DRAIN_LOG_MS = 3000
};

/*
 * OPTIONS and FIGURES are borrowed.  NULL after reporting the cause; *CODE
 * is then the exit code, when it is another one than EXIT_TEMP.
 */
struct rtmpd *rtmpd_open(const struct rtmpd_options *options,
    struct figures *figures, zloop_t *loop, int *code);
void rtmpd_close(struct rtmpd *r);

/* To be called every RTMPD_TICK_MS. */
void rtmpd_tick(struct rtmpd *r);

/* End in order; to be called until 0 says that nothing is left to do. */
int rtmpd_drain(struct rtmpd *r);

#endif
