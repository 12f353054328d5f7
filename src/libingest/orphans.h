#ifndef INGEST_ORPHANS_H
#define INGEST_ORPHANS_H

#include "broadcast.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Broadcasts that an earlier process of the same
 * program left open in the log: each is
 * interrupted there, and then waits for its encoder like one of ours.  Where
 * the grace time is 0 it is ended.
 */
struct orphans;

/* GRACE_MS holds unless a channel says otherwise.  NULL with errno ENOMEM. */
struct orphans *orphans_open(
    struct bus_client *bus, struct broadcasts *broadcasts, uint64_t grace_ms);
void orphans_close(struct orphans *set);

/* Ask the log for all there are.  0, or -1 with errno as bus_last(). */
int orphans_sweep(struct orphans *set);

/*
 * The log says, with the last event of live/CHANNEL, which has VERSION, that
 * broadcast ID is open, and it is none of ours: take it.  0, or -1 with
 * errno ENOMEM.
 */
int orphans_take(
    struct orphans *set, const char *channel, const char *id, uint64_t version);

/* True while the log has not answered for CHANNEL's. */
bool orphans_taking(const struct orphans *set, const char *channel);

/* To be called every 100 ms or so. */
void orphans_tick(struct orphans *set);

#endif
