#ifndef INGEST_ADMISSION_H
#define INGEST_ADMISSION_H

#include "broadcast.h"
#include "figures.h"
#include "orphans.h"
#include "refusal.h"
#include "str.h"

/*
 * One encoder's wish to publish, from its key to a broadcast in the log:
 * whether the key opens a channel, whether that is free, and the append of
 * BroadcastStarted, which only one can win.
 */
enum {
	ADMISSION_LOG_MS = 5000,        /* for the log to answer */
	ADMISSION_CHANNEL_MS = 20000,   /* for the broadcast before to finish */
	ADMISSION_TRIES = 5,            /* when others append meanwhile */
	ADMISSION_UNANSWERED_MAX = 256, /* requests to the log: then no more */
	/*
	 * An encoder that was silent for so long is half dead, or one that
	 * says nothing for so long after it was asked; what comes so soon
	 * after that may have been on its way before.
	 */
	ADMISSION_SILENT_MS = 2000,
	ADMISSION_ANSWER_MS = 1000,
	ADMISSION_FRESH_MS = 100,
	ADMISSION_LOOKS = 3 /* before it is called so */
};

/* When an encoder may take a channel that is live over from another. */
enum takeover {
	TAKEOVER_IDLE, /* when that is half dead */
	TAKEOVER_ALWAYS,
	TAKEOVER_NEVER
};

/* Borrowed for the life of the set, what it points to. */
struct admissions_setup {
	struct bus_client *bus;
	struct broadcasts *broadcasts;
	struct orphans *orphans;
	enum takeover takeover;
	uint64_t pace_ms; /* sockets are read once in this time */
};

struct admission;
struct admissions;

/* Exactly one of them is called, once, unless it is cancelled before. */
struct admission_ops {
	/*
	 * The broadcast ID of CHANNEL is begun in the log; or it is the one
	 * that WAITS for an encoder, and goes on with this one.
	 */
	void (*admitted)(void *ctx, const char *channel, const char *id,
	    struct broadcast *waits);
	/* CHANNEL is empty when the key opens none; WHY is for the log. */
	void (*refused)(void *ctx, enum refusal refusal, const char *channel,
	    const char *why);
};

/* All that are under way.  NULL with errno ENOMEM. */
struct admissions *admissions_open(const struct admissions_setup *setup);
void admissions_close(struct admissions *set);

/* To be called every 100 ms or so. */
void admissions_tick(struct admissions *set, uint64_t now_ms);

/* Those that may have begun a broadcast, which is then to be ended. */
size_t admissions_count(const struct admissions *set);

/* Who wishes to publish; nothing of it need stay. */
struct admission_wish {
	struct str key;
	const char *protocol; /* "rtmp", as BroadcastStarted has it */
	const char *encoder;  /* what it says of itself */
};

/*
 * Begin with WISH.  OPS are not called from here.  NULL with errno ENOMEM, or
 * EAGAIN when the log does not answer those before.
 */
struct admission *admission_open(struct admissions *set,
    const struct admission_wish *wish, const struct admission_ops *ops,
    void *ctx);

/* The encoder went away: OPS are not called any more. */
void admission_cancel(struct admission *a);

#endif
