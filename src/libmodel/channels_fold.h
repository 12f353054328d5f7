#ifndef MODEL_CHANNELS_FOLD_H
#define MODEL_CHANNELS_FOLD_H

#include "channel_state.h"
#include "projection.h"
#include "recording_state.h"

struct keyring;

/*
 * The projection "channels": every channel, what is live, since when, with
 * which tracks.
 *
 *	channel/<name>	struct channel_state
 *	broadcast/<id>	the name of the channel whose current or last one it is
 *	recording/<id>	struct recording_state, until RecordingRemoved
 *	clip/<id>	struct clip_state (clips_fold.h)
 */
extern const struct projection_type channels_fold;

/*
 * The channel that E, which P has just folded in, is about, as it is now: 1
 * with *C; 0 when it is about none that is known; -1 with errno.
 */
int channels_fold_touched(
    struct projection *p, const struct event *e, struct channel_state *c);

/*
 * The channel NAME, also one that was removed; the recording of BROADCAST: 1,
 * 0 when there is none, or -1 with errno.
 */
int channels_fold_get(
    struct projection *p, const char *name, struct channel_state *c);
int channels_fold_recording_get(
    struct projection *p, const char *broadcast, struct recording_state *r);

/* Call FN for each channel, those that were removed too; as walks do. */
typedef int channels_fold_fn(void *arg, const struct channel_state *c);
int channels_fold_each(struct projection *p, channels_fold_fn *fn, void *arg);

/*
 * The recording that E, which P has just folded in, is about, as it is now: 1
 * with *R, whose channel is "" when it is gone; 0 when it is about none; -1
 * with errno.
 */
int channels_fold_recording(
    struct projection *p, const struct event *e, struct recording_state *r);

/* Call FN for each recording there is, in order of their ids. */
typedef int recordings_fold_fn(void *arg, const struct recording_state *r);
int channels_fold_each_recording(
    struct projection *p, recordings_fold_fn *fn, void *arg);

/* For people: the JSON of a row onto OUT.  1, 0 for rows that say nothing to
 * them, -1 with errno.  Nothing in it is personal. */
int channels_fold_json(
    struct str key, struct str value, struct keyring *keys, struct buf *out);

#endif
