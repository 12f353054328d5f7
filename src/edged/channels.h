#ifndef EDGED_CHANNELS_H
#define EDGED_CHANNELS_H

#include "broadcast.h"
#include "channel_state.h"
#include "shelf.h"

#include <stddef.h>
#include <stdint.h>

/*
 * What is shown: every channel as the projection has it, with the newest
 * segments of its current or last broadcast, folded from the log's events by
 * one thread.  What changed goes onto a shelf, from which the other threads
 * answer.
 */
struct channels;

/* Keep WINDOW_US of each track (0: all), unless its channel says another
 * window.  SHELF is borrowed.  NULL with errno. */
struct channels *channels_open(struct shelf *shelf, uint64_t window_us);
void channels_close(struct channels *c);

/*
 * A channel is as S says now; with another broadcast than before the one
 * before ends.  0, or -1 with errno EBADMSG (another channel has that
 * broadcast) or ENOMEM.
 */
int channels_put(struct channels *c, const struct channel_state *s);

/*
 * Fold E, which is about a track, into the broadcast it is about, if
 * that is some channel's; each event counts once.  0, or -1 with errno EBADMSG
 * (E contradicts the contract and is passed over) or ENOMEM.
 */
int channels_media(struct channels *c, const struct event *e);

/*
 * Render what changed since the last call and put it on the shelf.  0, or
 * -1 with errno; what was not rendered is tried again by the next call.
 */
int channels_publish(struct channels *c);

/*
 * Call FN for each channel that has a broadcast, the live ones first, with
 * the broadcast's id, until it returns non-zero.  0, or what FN returned.
 */
typedef int channels_broadcast_fn(void *arg, const char *broadcast);
int channels_broadcasts(
    struct channels *c, channels_broadcast_fn *fn, void *arg);

/* Tracks that were passed over since a broadcast may have only so many. */
uint64_t channels_refused_tracks(const struct channels *c);

#endif
