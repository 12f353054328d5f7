#ifndef MODEL_RECORDING_STATE_H
#define MODEL_RECORDING_STATE_H

#include "channel_state.h"

/*
 * A broadcast that was, or is: what of it lasts as long as its recording.  It
 * is a recording from its first segment on.
 */
struct recording_state {
	char broadcast[NAME_SIZE]; /* the row's key tells it, too */
	char channel[NAME_SIZE];
	char title[256]; /* of the channel when it last changed, or "" */
	uint64_t since_us;
	uint64_t ended_us; /* 0: it has not ended */
};

/*
 * As a row of the projection, an array of MessagePack.  0, or -1 with errno
 * ENOMEM.  Reading one: 0, or -1 with errno EIO (it is no such row).
 */
int recording_state_write(const struct recording_state *r, struct buf *out);
int recording_state_read(struct recording_state *r, struct str row);

/*
 * Append the JSON object of R, as schemas/openapi.yaml defines Broadcast: it
 * lasts DURATION_US, and has TRACKS.  0, or -1 with errno ENOMEM or EMSGSIZE.
 */
int recording_state_json(const struct recording_state *r,
    const struct channel_preview *preview, uint64_t duration_us,
    const struct track_state *const *track, size_t tracks, struct buf *out);

#endif
