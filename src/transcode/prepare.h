#ifndef TRANSCODE_PREPARE_H
#define TRANSCODE_PREPARE_H

#include "codec.h"

#include <libavutil/frame.h>
#include <stdbool.h>

/*
 * What a decoded frame needs before it is scaled: it is turned upright, its
 * fields are made whole pictures, high dynamic range becomes the usual one.
 * Frames that need nothing pass as they are.
 */
struct prepare;

/* Degrees, clockwise, by which F is to be turned: 0, 90, 180, 270. */
unsigned prepare_turn(const AVFrame *f, unsigned rotate);

/* F is of high dynamic range. */
bool prepare_hdr(const AVFrame *f);

struct prepare_settings {
	unsigned rotate; /* degrees, clockwise, on top of what frames say */
	unsigned cores;
	/* The largest rendition, upright: high range is made so large. */
	unsigned width, height;
};

/* For frames of track T.  NULL after reporting the cause. */
struct prepare *prepare_open(
    const struct media_track *t, const struct prepare_settings *set);
void prepare_close(struct prepare *p);

/* Give it F, which is left empty; NULL: there are no more.  0, or -1 after
 * reporting the cause. */
int prepare_put(struct prepare *p, AVFrame *f);

/* Move the next frame into F.  False when there is none now. */
bool prepare_get(struct prepare *p, AVFrame *f);

#endif
