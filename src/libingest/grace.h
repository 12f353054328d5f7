#ifndef INGEST_GRACE_H
#define INGEST_GRACE_H

#include "bus.h"
#include "event.h"

#include <stdint.h>

/*
 * How long a channel's broadcasts wait for an encoder that vanished: what
 * the last ChannelGraceSet of grace/<channel> says, or what we are set to.
 */
enum { GRACE_MS = 30 * 1000, GRACE_MAX_S = 86400 };

/* Ask the log for it, as bus_last(); FN gets no event when it is not set. */
int grace_ask(
    struct bus_client *bus, const char *channel, bus_last_fn *fn, void *arg);

/* What E, the answer, says; FALLBACK_MS when it says nothing. */
uint64_t grace_said_ms(const struct event *e, uint64_t fallback_ms);

#endif
