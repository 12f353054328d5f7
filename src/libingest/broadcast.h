#ifndef INGEST_BROADCAST_H
#define INGEST_BROADCAST_H

#include "beat.h"
#include "bus.h"
#include "figures.h"
#include "nut.h"
#include "pipeline.h"
#include "refusal.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Broadcasts: each one is begun in the log, has a pipeline that takes its
 * media, and ends in the log once the pipeline has ended.  A pipeline that
 * dies is started again, with growing pauses and not for ever.  When the
 * encoder vanishes the broadcast is interrupted: it waits for the grace
 * time, with its pipeline, and goes on when an encoder is there again.
 */
enum { BROADCAST_MEASURE_MS = 2000 };

struct broadcast;
struct broadcasts;

/* What all broadcasts share; borrowed for the life of the set. */
struct broadcasts_setup {
	const char *source; /* who says it in the log: "weir-rtmpd" */
	uint32_t hz;        /* of its media's times */
	struct poller *poller;
	struct bus_client *bus;
	struct figures *figures;
	struct pipeline_limits limits;
	const char *state_dir, *run_dir; /* $WEIR_STATE, $WEIR_RUN */
	const char *bin_dir;             /* first in the pipelines' PATH */
	const char *usual; /* the pipeline of channels that name none */
	int64_t part_us;   /* how long parts are to be; 0: there are none */
	uint64_t grace_ms; /* unless a channel says otherwise */
};

/* NULL with errno ENOMEM. */
struct broadcasts *broadcasts_open(const struct broadcasts_setup *setup);

/* Kills what still runs, and says nothing more to the log. */
void broadcasts_close(struct broadcasts *set);

struct bus_client *broadcasts_bus(struct broadcasts *set);
const char *broadcasts_source(const struct broadcasts *set);

/* To be called every 100 ms or so. */
void broadcasts_tick(struct broadcasts *set, uint64_t now_ms);

/*
 * We are about to end: pipelines get at most FINISH_MS to finish.  Broadcasts
 * that wait for their encoder end, or with ON are left to whoever is started
 * next.
 */
void broadcasts_hurry(
    struct broadcasts *set, uint64_t finish_ms, bool on, uint64_t now_ms);

/*
 * How many there are whose end is not in the log yet, and how many of them
 * have a pipeline that is still to end.
 */
size_t broadcasts_count(const struct broadcasts *set);
size_t broadcasts_running(const struct broadcasts *set);

enum broadcast_stage {
	BROADCAST_LIVE,        /* an encoder is there */
	BROADCAST_INTERRUPTED, /* it is waited for */
	BROADCAST_ENDING       /* it has left; the channel is soon free again */
};

/* CHANNEL's broadcast, or NULL; valid until the loop turns. */
struct broadcast *broadcasts_find(
    const struct broadcasts *set, const char *channel);
enum broadcast_stage broadcast_stage(const struct broadcast *b);

/* The encoder of a broadcast. */
struct broadcast_source {
	/*
	 * It is to be told WHY: the broadcast cannot go on, or goes on without
	 * it.  The broadcast may be used no more.
	 */
	void (*stopped)(void *ctx, enum refusal refusal, const char *why);
	uint64_t (*heard_ms)(void *ctx); /* when its last byte came */
	void (*ping)(void *ctx);         /* have it answer, if it is there */
};

/*
 * Broadcast ID of CHANNEL was begun in the log: take its media from now on.
 * NULL with errno ENOMEM.
 */
struct broadcast *broadcast_open(struct broadcasts *set, const char *channel,
    const char *id, const struct broadcast_source *source, void *ctx);

/*
 * Broadcast ID of CHANNEL was begun by another process, and the log says that
 * it is interrupted: wait GRACE_MS for its encoder.  0, or -1 with errno
 * ENOMEM.
 */
int broadcast_adopt(struct broadcasts *set, const char *channel, const char *id,
    uint64_t grace_ms);

/* One that is interrupted goes on; ENCODER is what the new one calls itself. */
void broadcast_resume(struct broadcast *b, const char *encoder,
    const struct broadcast_source *source, void *ctx);

/* Ask the encoder of one that is live. */
void broadcast_ping(struct broadcast *b);
uint64_t broadcast_heard_ms(const struct broadcast *b);

/* Have the encoder of one that is live make room for another. */
void broadcast_take_over(struct broadcast *b);

const char *broadcast_channel(const struct broadcast *b);
const char *broadcast_id(const struct broadcast *b);

/*
 * Its media: what to expect, what a track is (its time base is 1 / hz), and a
 * packet, see mux.h; then, after some, call broadcast_flush().  0, or -1 with
 * errno as there.
 */
void broadcast_expect(struct broadcast *b, unsigned video, unsigned audio);
int broadcast_track(
    struct broadcast *b, unsigned track, const struct media_track *is);
int broadcast_packet(struct broadcast *b, const struct nut_packet *p);
void broadcast_malformed(struct broadcast *b);
void broadcast_flush(struct broadcast *b);

/*
 * How the way from its encoder is, where its protocol tells; packets are
 * counted since that encoder came.
 */
struct broadcast_link {
	uint64_t rtt_us, latency_us;
	uint64_t lost;          /* that did not come the first time */
	uint64_t retransmitted; /* that came when they were sent again */
	uint64_t late;          /* that came too late, or never */
};
void broadcast_set_link(struct broadcast *b, const struct broadcast_link *link);

/* When its frames complete something. */
const struct beat *broadcast_beat(const struct broadcast *b);

/*
 * The encoder vanished, for the REASON given to people; it may come back.
 * The broadcast waits, ends when nobody comes, and may be used no more.
 */
void broadcast_interrupt(struct broadcast *b, const char *reason);

/*
 * The encoder left, for the REASON given to people.  The broadcast finishes
 * by itself, and may be used no more.
 */
void broadcast_leave(struct broadcast *b, const char *reason);

#endif
