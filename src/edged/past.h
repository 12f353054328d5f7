#ifndef EDGED_PAST_H
#define EDGED_PAST_H

#include "blob.h"
#include "route.h"

#include <stdint.h>

/*
 * What a viewer would have been served at some point of the log: folded from
 * the log up to there and no further, so that it is the same whenever it is
 * asked for.  For operators: it takes as long as the log is.  Any thread may
 * ask; one at a time is answered.
 */
struct past;

/* Channels that say nothing else had windows of WINDOW_US (0: all).  NULL with
 * errno. */
struct past *past_open(uint64_t window_us);
void past_close(struct past *p);

/*
 * The log is in DIR; until this is said there is nothing.  0, or -1 with errno
 * as log_open().
 */
int past_attach(struct past *p, const char *dir);

/*
 * What R asks for as of R's at: /api/channels, one of them, or a live
 * multivariant or media playlist, which tells of whole segments alone, since
 * parts are not in the log; URIs in the former say the seq.  Held for the
 * caller.  NULL with errno: ENOENT (it was not there then), EINVAL (AT is
 * neither a seq nor a date-time), ERANGE (it is not in the past), EAGAIN (the
 * log is not there), or the system's.
 */
struct blob *past_answer(struct past *p, const struct route *r);

#endif
