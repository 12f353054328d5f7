#ifndef TRANSCODE_DECODER_H
#define TRANSCODE_DECODER_H

#include "codec.h"

#include <libavcodec/avcodec.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A track's decoder, of libavcodec.  The bytes are a stranger's: what cannot
 * be decoded is counted, and never the end.
 */
struct decoder;

struct decoder_settings {
	unsigned threads; /* at most */
	bool live;        /* a frame is to come out as soon as it can */
};

/* NULL after reporting: there is none for this codec, or no memory. */
struct decoder *decoder_open(
    const struct media_track *t, const struct decoder_settings *set);
void decoder_close(struct decoder *d);

/* Give it packet P, which stays the caller's; NULL: there are no more. */
void decoder_put(struct decoder *d, const AVPacket *p);

/*
 * Move the next frame into F; its pts is in the track's time base.  True, or
 * false when there is none before another packet is put.
 */
bool decoder_get(struct decoder *d, AVFrame *f);

/* Forget what was put: another packet than the next one follows. */
void decoder_reset(struct decoder *d);

/* Packets that could not be decoded so far. */
uint64_t decoder_errors(const struct decoder *d);

#endif
