#ifndef MODEL_CHANNEL_STATE_H
#define MODEL_CHANNEL_STATE_H

#include "buf.h"
#include "track_state.h"

/* A channel, and its current or last broadcast. */
struct channel_state {
	char name[NAME_SIZE];
	char title[256];
	bool present; /* was added, and not removed since */
	/* How far back its live playlists reach, 0: to the start; unless it
	 * is as usual. */
	bool window_set;
	uint64_t window_us;

	char broadcast[NAME_SIZE]; /* "": there never was one */
	bool live;
	uint64_t since_us; /* start of the broadcast, 0: there never was one */
	uint64_t ended_us; /* its end, 0: it has not ended */
	/* Live, but without an encoder since then; 0: one is there. */
	uint64_t interrupted_us;
	char protocol[32], encoder[256];
	size_t tracks;
	struct track_state track[BROADCAST_MAX_TRACKS];
};

/*
 * As a row of the projection: an array of MessagePack, in the order of the
 * struct.  0, or -1 with errno ENOMEM.  Reading one: 0, or -1 with errno EIO
 * (it is no such row).
 */
int channel_state_write(const struct channel_state *c, struct buf *out);
int channel_state_read(struct channel_state *c, struct str row);

/* What there is of pictures that weir-thumb made: files of these kinds. */
enum channel_thumb { THUMB_NONE, THUMB_JPEG, THUMB_WEBP /* and JPEG */ };

/* A segment that shows a picture by itself, and such pictures. */
struct channel_preview {
	enum channel_thumb thumb;
	bool storyboard;   /* of a recording */
	const char *track; /* NULL: there is none */
	uint32_t run;
	uint64_t msn;
};

/*
 * Append the JSON object of a channel, as schemas/openapi.yaml defines
 * Channel; without its preview when that is NULL.  0, or -1 with errno ENOMEM
 * or EMSGSIZE.
 */
int channel_state_json(const struct channel_state *c,
    const struct channel_preview *preview, struct buf *out);

#endif
