#ifndef RTMPD_ADMISSION_H
#define RTMPD_ADMISSION_H

#include "broadcast.h"
#include "figures.h"
#include "str.h"

/*
 * One encoder's wish to publish, from its key to a broadcast in the log:
 * whether the key opens a channel, whether that is free, and the append of
 * BroadcastStarted, which only one can win.
 */
enum {
	ADMISSION_LOG_MS = 5000,       /* for the log to answer */
	ADMISSION_CHANNEL_MS = 20000,  /* for the broadcast before to finish */
	ADMISSION_TRIES = 5,           /* when others append meanwhile */
	ADMISSION_UNANSWERED_MAX = 256 /* requests to the log: then no more */
};

struct admission;
struct admissions;

/* Exactly one of them is called, once, unless it is cancelled before. */
struct admission_ops {
	/* The broadcast ID of CHANNEL is begun in the log. */
	void (*admitted)(void *ctx, const char *channel, const char *id);
	/* CHANNEL is empty when the key opens none; WHY is for the log. */
	void (*refused)(void *ctx, enum refusal refusal, const char *channel,
	    const char *why);
};

/* All that are under way.  NULL with errno ENOMEM. */
struct admissions *admissions_open(
    struct bus_client *bus, struct broadcasts *broadcasts);
void admissions_close(struct admissions *set);

/* To be called every 100 ms or so. */
void admissions_tick(struct admissions *set, uint64_t now_ms);

/* Those that may have begun a broadcast, which is then to be ended. */
size_t admissions_count(const struct admissions *set);

/*
 * Begin with KEY; ENCODER is what the encoder says of itself.  OPS are not
 * called from here.  NULL with errno ENOMEM, or EAGAIN when the log does
 * not answer those before.
 */
struct admission *admission_open(struct admissions *set, struct str key,
    const char *encoder, const struct admission_ops *ops, void *ctx);

/* The encoder went away: OPS are not called any more. */
void admission_cancel(struct admission *a);

/*
 * End the broadcasts that an earlier weir-rtmpd left open.  0, or -1 with
 * errno.
 */
int admissions_sweep(struct admissions *set);

#endif
