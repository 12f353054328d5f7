#ifndef INGEST_INGEST_H
#define INGEST_INGEST_H

#include "admission.h"
#include "alarm.h"
#include "broadcast.h"
#include "figures.h"
#include "poller.h"

#include <czmq.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What every daemon that takes live streams has behind its listener, whatever
 * its protocol: broadcasts with their pipelines, who is admitted, what an
 * earlier process left open, and an end in order.  The daemon brings the
 * listener, and gives tracks and packets to a broadcast.
 */

#define INGEST_UNSET UINT64_MAX

struct ingest_options {
	uint64_t grace_s;           /* INGEST_UNSET: as WEIR_GRACE says */
	const char *takeover;       /* NULL: as WEIR_TAKEOVER says */
	uint64_t stall_s, finish_s; /* see struct pipeline_limits */
	bool end;                   /* broadcasts end with us; else they wait */
	uint64_t pace_ms;           /* INGEST_UNSET: as WEIR_PART wants it */
};

#define INGEST_OPTIONS_DEFAULT                                                 \
	{                                                                      \
		.grace_s = INGEST_UNSET, .pace_ms = INGEST_UNSET,              \
		.stall_s = PIPELINE_STALL_MS / 1000,                           \
		.finish_s = PIPELINE_FINISH_MS / 1000                          \
	}

/* The rows of a struct opt array that set O; PACE is the usual one, as text. */
#define INGEST_OPTIONS(o, pace)                                                \
	{.name = "grace",                                                      \
	    .arg = "SECONDS",                                                  \
	    .help = "wait so long for an encoder that vanished (30)",          \
	    .number = &(o)->grace_s,                                           \
	    .max = GRACE_MAX_S},                                               \
	    {.name = "takeover",                                               \
		.arg = "WHEN",                                                 \
		.help = "an encoder may take over from another: idle (when "   \
			"that is half dead), always or never (idle)",          \
		.text = &(o)->takeover},                                       \
	    {.name = "stall-timeout",                                          \
		.arg = "SECONDS",                                              \
		.help = "a pipeline may take nothing for so long (20)",        \
		.number = &(o)->stall_s,                                       \
		.min = 1,                                                      \
		.max = 3600},                                                  \
	    {.name = "finish-timeout",                                         \
		.arg = "SECONDS",                                              \
		.help = "a pipeline may take so long to finish (15)",          \
		.number = &(o)->finish_s,                                      \
		.min = 1,                                                      \
		.max = 3600},                                                  \
	    {.name = "end",                                                    \
		.help = "when stopped, end broadcasts: else they wait for "    \
			"the next start",                                      \
		.flag = &(o)->end},                                            \
	{                                                                      \
		.name = "pace", .arg = "MS",                                   \
		.help = "read sockets so often where nothing tells when "      \
			"(" pace "; 200 without parts)",                       \
		.number = &(o)->pace_ms, .max = 1000                           \
	}

/* What of the environment is read here, for -h. */
#define INGEST_ENV                                                             \
	"WEIR_RUN        where weir-logd's sockets lie",                       \
	    "WEIR_PART       how long parts of segments are, 0: none (200ms)", \
	    "WEIR_PIPELINES  where pipelines lie",                             \
	    "WEIR_PIPELINE   the one of channels that name none (live)",       \
	    "WEIR_STATE      handed on to pipelines; its folder pipelines "    \
	    "has your own",                                                    \
	    "WEIR_GRACE      seconds, unless --grace says otherwise (30)",     \
	    "WEIR_TAKEOVER   unless --takeover says otherwise (idle)"

enum {
	INGEST_TICK_MS = 100,
	INGEST_DRAIN_MS = 14000,       /* all of an end in order */
	INGEST_DRAIN_FINISH_MS = 9000, /* of it, for pipelines to finish */
	INGEST_DRAIN_PEERS_MS = 1000,  /* for encoders to read our goodbye */
	/* Then, for the log to hear of it: else the next start tells it. */
	INGEST_DRAIN_LOG_MS = 3000
};

/* Which daemon it is. */
struct ingest_setup {
	const char *name;   /* of its address file: "rtmpd" */
	const char *source; /* "weir-rtmpd" */
	uint32_t hz;        /* of its media's times */
	uint64_t pace_ms;   /* how often to read, unless it is told */
	uint64_t sleep_ms;  /* sockets may be left unread for so long */
};

/* Lies in the daemon, which reads what is above the line. */
struct ingest {
	struct poller *poller;
	struct alarms *alarms;
	struct bus_client *bus;
	struct broadcasts *broadcasts;
	struct admissions *admissions;
	enum takeover takeover;
	uint64_t pace_ms; /* how often to read, where nothing tells when */
	bool end;
	/* --- */
	zloop_t *loop;
	zmq_pollitem_t item; /* of the poller, in the loop */
	/* The bus is waited for by the poller, too: the loop asks a socket of
	 * ZeroMQ several things in each turn. */
	struct poller_item link;
	struct orphans *orphans;
	uint64_t drain_ms; /* since when; 0: we do not end */
	uint64_t quiet_ms; /* of that, since when only the log is awaited */
	uint64_t grace_ms;
	int64_t part_us; /* how long parts are, as the pipeline is told */
	char state_dir[PATH_MAX], run_dir[PATH_MAX], bin_dir[PATH_MAX];
	char address_file[PATH_MAX];
	const char *usual;
};

/*
 * Everything but the listener.  FIGURES are borrowed.  0, or -1 after reporting
 * the cause; *CODE is then the exit code, when it is another one than
 * EXIT_TEMP.
 */
int ingest_open(struct ingest *in, const struct ingest_setup *setup,
    const struct ingest_options *options, struct figures *figures, int *code);

/* Release it: each connection has let go of its broadcast. */
void ingest_close(struct ingest *in);

/*
 * The listener is at ADDRESS, HOST:PORT: tell others, take what was left open,
 * and be turned by LOOP.  0, or -1 after reporting the cause.
 */
int ingest_begin(struct ingest *in, zloop_t *loop, const char *address);

/* Undo ingest_begin(); before the listener is closed. */
void ingest_stop(struct ingest *in);

/* To be called every INGEST_TICK_MS, after the connections. */
void ingest_tick(struct ingest *in);

/*
 * End in order; to be called, once encoders were told, after each tick, with
 * how many CONNECTIONS are left, until 0 says that nothing is left to do.
 */
int ingest_drain(struct ingest *in, size_t connections);

#endif
