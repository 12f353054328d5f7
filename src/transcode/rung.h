#ifndef TRANSCODE_RUNG_H
#define TRANSCODE_RUNG_H

#include "outlet.h"
#include "settings.h"

#include <libavutil/frame.h>

/*
 * A rung: a thread that scales frames to its rendition's size, hands what
 * came of it to the rung below, and encodes it.
 */
struct rung;

/*
 * A rung of rendition R on LANE, where its track is borne from the next file
 * on, for frames like FIRST.  It encodes those of track SOURCE.  What is
 * pointed at is borrowed until rung_close().  NULL after reporting.
 */
struct rung *rung_open(const struct settings *set, const struct rendition *r,
    struct outlet *outlet, unsigned lane, const struct media_track *source,
    const AVFrame *first);

/* Begin to work; frames go on to BELOW, or to nobody.  0, or -1 reported. */
int rung_start(struct rung *r, struct rung *below);

/*
 * Take F, the caller's no more; a keyframe when its pict_type says I.  Waits
 * while it has enough to do.
 */
void rung_put(struct rung *r, AVFrame *f);

/*
 * Give up encoding: frames are only handed on.  Or take it up again, from the
 * next keyframe on.
 */
void rung_rest(struct rung *r, bool rest);

/* No more frames come: the last packets go out, here and below. */
void rung_end(struct rung *r);

/* After rung_end() of the first rung, or before rung_start(). */
void rung_close(struct rung *r);

const struct rendition *rung_rendition(const struct rung *r);

#endif
