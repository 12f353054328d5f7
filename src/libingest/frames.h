#ifndef INGEST_FRAMES_H
#define INGEST_FRAMES_H

#include "buf.h"
#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One frame of a track, with times that neither wrap nor go back. */
struct frame {
	unsigned track;
	enum media_kind kind; /* of the track */
	bool key;
	int64_t dts, pts; /* ticks */
	size_t len;
};

/* The renditions of one picture are to be shown within that time. */
enum { FRAMES_TOGETHER_MS = 5 };

/* Frames and their bytes, in order of arrival. */
struct frames {
	struct buf bytes;
};

void frames_init(struct frames *q, size_t max_bytes);
void frames_fini(struct frames *q);
void frames_reset(struct frames *q);

/* Append F, whose bytes are at P.  0, or -1 with errno EMSGSIZE or ENOMEM. */
int frames_put(struct frames *q, const struct frame *f, const uint8_t *p);

/* Drop those that are shown before PTS; how many they were. */
unsigned frames_forget(struct frames *q, int64_t pts);

/*
 * The frame at *AT, 0 to begin with, into *F, and *AT moved behind it.  Its
 * bytes, valid until Q changes; NULL when there is none.
 */
const uint8_t *frames_next(const struct frames *q, size_t *at, struct frame *f);

#endif
