#ifndef MODEL_TAIL_H
#define MODEL_TAIL_H

#include "log.h"
#include "track_state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The end of a broadcast, as the log has it: the newest segments of each
 * track, read through the log's index, however long the broadcast is.
 */

enum { TAIL_MAX_SEGMENTS = 32, TAIL_EVENTS = 384 };

struct tail_segment {
	uint64_t msn, start_us, duration_us;
	uint32_t run;
	bool independent; /* begins with a keyframe */
};

struct tail_track {
	char name[NAME_SIZE];
	struct tail_segment segment[TAIL_MAX_SEGMENTS]; /* the oldest first */
	size_t segments;
};

struct tail {
	struct tail_track track[BROADCAST_MAX_TRACKS];
	size_t tracks;
};

/* Read the end of BROADCAST.  0, or -1 with errno. */
int tail_read(struct tail *t, struct log *l, const char *broadcast);

/* The track NAME of T, or NULL. */
const struct tail_track *tail_track(const struct tail *t, const char *name);

/*
 * The id of the broadcast that CHANNEL is live with.  1; 0 when it is not
 * live; or -1 with errno.
 */
int tail_live(struct log *l, const char *channel, char broadcast[NAME_SIZE]);

#endif
