#ifndef DECODE_STILL_H
#define DECODE_STILL_H

#include "codec.h"
#include "picture.h"

/* Stills of a video track: its keyframes, each decoded alone (decoder.h). */
struct still;
struct AVFrame;

/* As decoder_open(). */
struct still *still_open(const struct media_track *t);
void still_close(struct still *s);

/*
 * Decode the keyframe of LEN bytes at P: it is the picture from now on.  0,
 * or -1 with errno EBADMSG (there is none, or too large a one) or ENOMEM, and
 * the last picture stays.
 */
int still_take(struct still *s, const uint8_t *p, size_t len);

/*
 * How much is to be seen in it, from 0, one colour: the mean distance of its
 * brightness from the average, 255 at most.
 */
unsigned still_detail(const struct still *s);

/*
 * Write it as large as fits into a square of BOX pixels, but not larger than
 * it is.  0, or -1 with errno EBADMSG (there is no picture) or as
 * picture_write().
 */
int still_write(struct still *s, unsigned box, enum picture_form form,
    unsigned quality, struct buf *out);

/*
 * Draw it into the rectangle of WIDTH x HEIGHT at (X, Y) of SHEET, as large as
 * fits, in the middle; all of them are even.  0, or -1 with errno EBADMSG or
 * ENOMEM.
 */
int still_draw(struct still *s, struct AVFrame *sheet, unsigned x, unsigned y,
    unsigned width, unsigned height);

#endif
