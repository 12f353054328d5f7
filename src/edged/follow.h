#ifndef EDGED_FOLLOW_H
#define EDGED_FOLLOW_H

#include "catalog.h"
#include "channels.h"
#include "clips.h"
#include "library.h"
#include "past.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whom it tells; borrowed. */
struct follow_told {
	struct channels *channels;
	struct catalog *catalog;
	struct clips *clips;
	struct library *library; /* these are told where the log is, too */
	struct past *past;
	uint64_t window_us; /* as channels_open() has it */
};

/*
 * Follows the log: keeps the projection of channels up to date, and tells
 * what changed and which segments there are.  A start reads what came
 * since the projection was last written, its rows, and the segments of each
 * channel's broadcast.  For one thread; its state may be asked for by any.
 */
struct follow;

/*
 * Follow the log in LOG_DIR, which need not be there yet; the projection is
 * kept in PROJECTIONS.  When that cannot be, since another process keeps it or
 * the disk does not let us, a private one serves.  NULL with errno.
 */
struct follow *follow_open(const char *log_dir, const char *projections,
    const struct follow_told *told);
void follow_close(struct follow *f);

/*
 * Take what the log has up to event UNTIL, for BUDGET_MS at most, and publish
 * what changed.  The first time all of it is taken.  What goes wrong is
 * reported, once, and tried again by the next call.  1 when there may be more
 * at once, 0 when the end or UNTIL was reached or the log cannot be read now.
 */
int follow_turn(struct follow *f, unsigned budget_ms, uint64_t until);

/*
 * E is transient and was heard: take what the log has up to the stored event
 * that it follows, for BUDGET_MS at most, and then E.  The next turn publishes.
 */
void follow_hear(struct follow *f, unsigned budget_ms, const struct event *e);

/* From here on any thread may ask. */

/*
 * True when the log is open and its end was reached within the last
 * seconds; else WHY, of CAP bytes, says what is wrong, for people.
 */
bool follow_healthy(struct follow *f, char *why, size_t cap);

/* Seq of the last event taken. */
uint64_t follow_seq(const struct follow *f);

#endif
