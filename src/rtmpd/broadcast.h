#ifndef RTMPD_BROADCAST_H
#define RTMPD_BROADCAST_H

#include "bus.h"
#include "figures.h"
#include "pipeline.h"
#include "session.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Broadcasts: each one is begun in the log, has a pipeline that takes its
 * media, and ends in the log once the pipeline has ended.  A pipeline that
 * dies is started again, with growing pauses and not for ever.
 */
enum {
	BROADCAST_RESTARTS = 5, /* within BROADCAST_RESTARTS_MS */
	BROADCAST_RESTARTS_MS = 60 * 1000,
	BROADCAST_PAUSE_MS = 100, /* before the first, then twice as long */
	BROADCAST_MEASURE_MS = 2000
};

struct broadcast;
struct broadcasts;

/* What all broadcasts share; borrowed for the life of the set. */
struct broadcasts_setup {
	struct poller *poller;
	struct bus_client *bus;
	struct figures *figures;
	struct pipeline_limits limits;
	const char *state_dir, *run_dir; /* $WEIR_STATE, $WEIR_RUN */
	const char *bin_dir;             /* first in the pipelines' PATH */
	const char *live;                /* $WEIR_PIPELINES/live */
};

/* NULL with errno ENOMEM. */
struct broadcasts *broadcasts_open(const struct broadcasts_setup *setup);

/* Kills what still runs, and says nothing more to the log. */
void broadcasts_close(struct broadcasts *set);

struct bus_client *broadcasts_bus(struct broadcasts *set);

/* To be called every 100 ms or so. */
void broadcasts_tick(struct broadcasts *set, uint64_t now_ms);

/* We are about to end: pipelines get at most FINISH_MS to finish. */
void broadcasts_hurry(
    struct broadcasts *set, uint64_t finish_ms, uint64_t now_ms);

/*
 * How many there are whose end is not in the log yet, and how many of them
 * have a pipeline that is still to end.
 */
size_t broadcasts_count(const struct broadcasts *set);
size_t broadcasts_running(const struct broadcasts *set);

enum broadcast_stage {
	BROADCAST_NONE,
	BROADCAST_LIVE,  /* an encoder is there */
	BROADCAST_ENDING /* it has left; the channel is soon free again */
};
enum broadcast_stage broadcasts_stage(
    const struct broadcasts *set, const char *channel);

/*
 * The broadcast cannot go on: the encoder is to be told CODE and WHY.  It
 * ends by itself, and may be used no more.
 */
typedef void broadcast_stopped_fn(void *ctx, const char *code, const char *why);

/*
 * Broadcast ID of CHANNEL was begun in the log: take its media from now on.
 * NULL with errno ENOMEM.
 */
struct broadcast *broadcast_open(struct broadcasts *set, const char *channel,
    const char *id, broadcast_stopped_fn *stopped, void *ctx);

const char *broadcast_channel(const struct broadcast *b);

/*
 * Take one message's payload; then, after some, call broadcast_flush().  0,
 * or -1 with WHY, of CAP bytes, when the stream is not for us.
 */
int broadcast_media(struct broadcast *b, enum session_media kind,
    uint32_t timestamp_ms, const uint8_t *p, size_t len, char *why, size_t cap);
void broadcast_flush(struct broadcast *b);

/*
 * The encoder left, for the REASON given to people.  The broadcast finishes
 * by itself, and may be used no more.
 */
void broadcast_leave(struct broadcast *b, const char *reason);

#endif
