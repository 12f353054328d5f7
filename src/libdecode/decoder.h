#ifndef DECODE_DECODER_H
#define DECODE_DECODER_H

#include "codec.h"

/*
 * libavcodec's decoder of a track.  What is decoded comes from strangers: do
 * this in a process that has given everything else up (sandbox.h).
 */
struct decoder;
struct AVFrame;

enum {
	DECODER_MAX_WIDTH = 8192, /* pixels */
	DECODER_MAX_HEIGHT = 8192,
	DECODER_MAX_PIXELS = 7680 * 4320
};

/*
 * A decoder of T, whose config is copied.  NULL with errno ENOTSUP (there is
 * none for its codec), EBADMSG (its config is not sound) or ENOMEM.
 */
struct decoder *decoder_open(const struct media_track *t);
void decoder_close(struct decoder *d);

/*
 * Hand in the access unit of LEN bytes at P.  0, or -1 with errno EBADMSG (it
 * cannot be decoded) or ENOMEM.
 */
int decoder_put(struct decoder *d, const uint8_t *p, size_t len);

/* No more will come, for now: the next decoder_put() begins anew. */
void decoder_end(struct decoder *d);

/*
 * The next decoded frame, valid until the next call; NULL: there is none
 * yet, or it is damaged.
 */
struct AVFrame *decoder_next(struct decoder *d);

#endif
