#ifndef MODEL_TRACK_STATE_H
#define MODEL_TRACK_STATE_H

#include "event.h"

#include <stdbool.h>
#include <stdint.h>

/* What the log says of a track: of its newest run. */

enum {
	NAME_SIZE = 65, /* a name or an id of 64 bytes, and NUL */
	BROADCAST_MAX_TRACKS = 16,
	/* What transfer says of a picture that is more than SDR. */
	TRACK_PQ = 16,
	TRACK_HLG = 18
};

struct track_state {
	char name[NAME_SIZE], codecs[NAME_SIZE];
	bool video; /* or audio */
	uint32_t run;
	unsigned width, height, frame_rate_mhz, sample_rate_hz, channels;
	unsigned transfer;  /* as TrackStarted has it; 0: not said */
	uint64_t target_us; /* the longest promise of any run */
};

/* 0 when S may be believed, or -1 with errno EBADMSG. */
int track_state_check(const struct TrackStarted *s);

/* T, which is all zeroes or an earlier run of the same, as S says. */
void track_state_set(struct track_state *t, const struct TrackStarted *s);

/* T and U are of one kind and one family of codecs ("avc1", "mp4a"), so that a
 * decoder goes from one to the other. */
bool track_state_alike(
    const struct track_state *t, const struct track_state *u);

#endif
