#ifndef EDGED_GALLERY_H
#define EDGED_GALLERY_H

#include "buf.h"
#include "channel_state.h"
#include "event.h"

#include <stdint.h>

/*
 * The pictures that weir-thumb made of a broadcast, as its events tell: stills,
 * and small ones of all of a recording, in sheets.
 */
struct gallery {
	enum channel_thumb thumb;
	/* Of the storyboard; PICTURES 0: there is none. */
	uint64_t pictures, interval_us;
	unsigned width, height, columns, rows;
	char form[8]; /* "webp": how the sheets' files end */
};

enum { GALLERY_MAX_PICTURES = 100000, GALLERY_MAX_BYTES = 16 * 1024 * 1024 };

/* Fold E in; one that makes no sense, or is about other things, says nothing.
 */
void gallery_apply(struct gallery *g, const struct event *e);

/*
 * Append G's storyboard of BROADCAST, which lasts LENGTH_US, as WebVTT whose
 * cues are places in the sheets (Media Fragments URI 1.0).  0, or -1 with
 * errno.
 */
int gallery_vtt(const struct gallery *g, const char *broadcast,
    uint64_t length_us, struct buf *out);

#endif
