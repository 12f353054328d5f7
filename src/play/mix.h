#ifndef PLAY_MIX_H
#define PLAY_MIX_H

#include "nut.h"
#include "opt.h"
#include "story.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Tracks of a broadcast as one stream: their frames in the order of decoding,
 * on a timeline that begins near 0 and goes on where the encoder was away or
 * segments are gone.
 */
struct mix;

/* Where to begin. */
struct mix_from {
	enum { MIX_START, MIX_NOW, MIX_PLACE } kind;
	int64_t place_us; /* behind the first frame; below 0: before the end */
};

/* A frame on its way. */
struct mix_frame {
	struct nut_packet packet; /* its track is an index into mix_tracks() */
	int64_t at_us;            /* when it is decoded, on the timeline */
	bool changed; /* mix_tracks() are others than those of the last */
};

enum mix_result {
	MIX_FRAME,   /* here it is */
	MIX_WAIT,    /* there is none now: see what the story says */
	MIX_OVER,    /* there will be none */
	MIX_NOTHING, /* there is nothing of what was asked for */
	MIX_FAILED   /* the cause was reported */
};

/*
 * Of S, which is borrowed and may grow, the tracks named in WANTED, "all" being
 * all; the first picture and sound when that is empty.  NULL after reporting
 * the cause.
 */
struct mix *mix_open(const struct story *s, const struct opt_list *wanted,
    const struct mix_from *from);
void mix_close(struct mix *m);

/* The next frame, whose bytes are valid until the next call. */
enum mix_result mix_next(struct mix *m, struct mix_frame *out);

/* The tracks that there are by now into TRACK, of MEDIA_MAX_TRACKS. */
size_t mix_tracks(const struct mix *m, struct media_track *track);

#endif
