#ifndef EDGED_FOLLOW_H
#define EDGED_FOLLOW_H

#include "channels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the log into the projection: at first only what matters now, then
 * whatever is appended.  For one thread; its state may be asked for by any.
 */
struct follow;

/*
 * Follow the log in directory DIR, which need not be there yet; CHANNELS is
 * borrowed.  NULL with errno.
 */
struct follow *follow_open(const char *dir, struct channels *channels);
void follow_close(struct follow *f);

/*
 * Take what the log has, for BUDGET_MS at most, and publish what changed.
 * What goes wrong is reported, once, and tried again by the next call.  1
 * when there may be more at once, 0 when the end was reached or the log
 * cannot be read now.
 */
int follow_turn(struct follow *f, unsigned budget_ms);

/* From here on any thread may ask. */

/*
 * True when the log is open and its end was reached within the last
 * seconds; else WHY, of CAP bytes, says what is wrong, for people.
 */
bool follow_healthy(struct follow *f, char *why, size_t cap);

/* Seq of the last event taken. */
uint64_t follow_seq(const struct follow *f);

#endif
