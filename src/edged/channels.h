#ifndef EDGED_CHANNELS_H
#define EDGED_CHANNELS_H

#include "broadcast.h"
#include "channel_state.h"
#include "picture.h"
#include "shelf.h"

#include <stddef.h>
#include <stdint.h>

/*
 * What is shown: every channel as the projection has it, with the segments of
 * its broadcast while it is live, folded from the log's events by one thread.
 * What changed goes onto a shelf, from which the other threads
 * answer.
 */
struct channels;

/* Keep WINDOW_US of each track (0: all), unless its channel says another
 * window.  SHELF is borrowed.  NULL with errno. */
struct channels *channels_open(struct shelf *shelf, uint64_t window_us);
void channels_close(struct channels *c);

/*
 * A channel is as S says now; its broadcast ends when it is not live, or has
 * another one: those that wait for more of it are told.  0, or -1 with errno
 * EBADMSG (another channel has that broadcast) or ENOMEM.
 */
int channels_put(struct channels *c, const struct channel_state *s);

/*
 * Fold E, which is about a track, into the broadcast it is about, if
 * that is some channel's live one; each event counts once.  0, or -1 with errno
 * EBADMSG (E contradicts the contract and is passed over) or ENOMEM.
 */
int channels_media(struct channels *c, const struct event *e);

/*
 * *B, folded from the log, is what the live channel that has that broadcast
 * shows; it is taken over.  And PICTURE is what is seen of BROADCAST while it
 * is not live.  Without such a channel they do nothing.
 */
void channels_adopt(struct channels *c, struct broadcast **b);
void channels_picture(
    struct channels *c, const char *broadcast, const struct picture *picture);

/* Is BROADCAST some channel's live one? */
bool channels_live(const struct channels *c, struct str broadcast);

/*
 * Render what changed since the last call and put it on the shelf.  0, or
 * -1 with errno; what was not rendered is tried again by the next call.
 */
int channels_publish(struct channels *c);

/*
 * Call FN for each channel that has a broadcast, the live ones first, until it
 * returns non-zero.  0, or what FN returned.  FN may change what is seen of it,
 * and nothing else.
 */
typedef int channels_broadcast_fn(void *arg, const struct channel_state *s);
int channels_broadcasts(
    struct channels *c, channels_broadcast_fn *fn, void *arg);

/* Tracks that were passed over since a broadcast may have only so many. */
uint64_t channels_refused_tracks(const struct channels *c);

#endif
