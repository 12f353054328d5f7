#ifndef MODEL_CLIP_STATE_H
#define MODEL_CLIP_STATE_H

#include "buf.h"
#include "track_state.h"

#include <stdint.h>

enum { CLIP_TITLE_SIZE = 401 };

/* A range of a broadcast that somebody named. */
struct clip_state {
	char clip[NAME_SIZE]; /* the row's key tells it, too */
	char broadcast[NAME_SIZE];
	char channel[NAME_SIZE];
	char title[CLIP_TITLE_SIZE]; /* or "" */
	uint64_t from_us, to_us;     /* on the broadcast's media timeline */
	uint64_t created_us;
};

/*
 * As a row of the projection, an array of MessagePack.  0, or -1 with errno
 * ENOMEM.  Reading one: 0, or -1 with errno EIO (it is no such row).
 */
int clip_state_write(const struct clip_state *c, struct buf *out);
int clip_state_read(struct clip_state *c, struct str row);

/*
 * Append the JSON object of C, as schemas/openapi.yaml defines Clip.  0, or -1
 * with errno ENOMEM or EMSGSIZE.
 */
int clip_state_json(const struct clip_state *c, struct buf *out);

#endif
