#ifndef PLAY_REEL_H
#define PLAY_REEL_H

#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The frames of one track, read from the files of its segments in turn. */
struct reel;

struct reel_frame {
	int64_t dts, pts, duration; /* ticks, by the clock of the files */
	bool key;
	const uint8_t *data;
	size_t len;
};

/* TRACK's folder is in MEDIA, a descriptor of the broadcast's, which is the
 * caller's.  NULL with errno. */
struct reel *reel_open(int media, const char *track);
void reel_close(struct reel *r);

/* Of a segment's file, BYTES from FROM on; whole fragments. */
struct reel_range {
	uint64_t msn, from, bytes; /* BYTES 0: up to the end */
	uint32_t run;
};

/*
 * Go on with those; its frames have RATE_MHZ where that is known.  0, or -1
 * with errno: ENOENT (it is not there any more, or not yet), EBADMSG (it is
 * damaged), ENOTSUP (its codec is unknown), or the system's.
 */
int reel_load(struct reel *r, const struct reel_range *at, unsigned rate_mhz);

/* The frame at hand, valid until the next call; NULL: the segment is over. */
const struct reel_frame *reel_frame(const struct reel *r);
void reel_step(struct reel *r);

/* The parameters of the frame at hand; how often they have changed. */
const struct media_track *reel_track(const struct reel *r);
unsigned reel_changes(const struct reel *r);

#endif
