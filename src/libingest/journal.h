#ifndef INGEST_JOURNAL_H
#define INGEST_JOURNAL_H

#include "bus.h"
#include "event.h"
#include "uuid.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What an ingest says in the log, all of it under live/<channel>; see
 * schemas/broadcast.def.  What is returned, and when DONE is called, is
 * as for bus_append(); DONE may be NULL.
 */
enum {
	JOURNAL_CHANNEL_SIZE = 65,
	JOURNAL_REASON_SIZE = 200,
	JOURNAL_ENCODER_SIZE = 128 /* what an encoder says of itself */
};

/* What an encoder says of itself, fit for a line of text, into DST. */
void journal_clean(char *dst, size_t cap, const char *src);

/* Which program says it, and which broadcast it is about. */
struct journal_about {
	const char *source, *channel, *broadcast;
};

int journal_started(struct bus_client *bus, struct journal_about about,
    const char *protocol, const char *encoder, uint64_t expect,
    bus_append_fn *done, void *arg);

/* EXPECT may be EVENT_ANY. */
int journal_ended(struct bus_client *bus, struct journal_about about,
    const char *reason, uint64_t expect, bus_append_fn *done, void *arg);

int journal_restarted(struct bus_client *bus, struct journal_about about,
    const char *reason, uint64_t attempt);

/*
 * Of a broadcast that waits until UNTIL_US for its encoder.  EXPECT may be
 * EVENT_ANY.
 */
int journal_interrupted(struct bus_client *bus, struct journal_about about,
    const char *reason, uint64_t until_us, uint64_t expect, bus_append_fn *done,
    void *arg);

/*
 * Those below append an event to BATCH, for bus_append().  0, or -1 with
 * errno.
 */
int journal_put_interrupted(struct buf *batch, struct journal_about about,
    const char *reason, uint64_t until_us);
int journal_put_resumed(struct buf *batch, struct journal_about about,
    const char *encoder, uint64_t waited_us);

struct journal_measure {
	uint64_t period_us, bytes, video_frames, audio_frames, dropped_frames;
	/* Of the way here, where it is known; else 0. */
	uint64_t rtt_us, latency_us;
	uint64_t lost_packets, retransmitted_packets, late_packets;
};
int journal_measured(struct buf *batch, struct journal_about about,
    const struct journal_measure *m);

/*
 * True when E, the last event of a live/<channel>, leaves a broadcast open,
 * whose id is then in ID; *OURS says that a program called SOURCE has it.
 */
bool journal_is_open(const struct event *e, const char *source,
    char id[UUID_TEXT_SIZE], bool *ours);

#endif
