#ifndef FF_FFTRACK_H
#define FF_FFTRACK_H

#include "codec.h"

#include <stdbool.h>
#include <stdint.h>

#include <libavcodec/codec_par.h>

/* Tracks of libmedia as FFmpeg's libraries describe them, and back. */

/* FFmpeg's number of a codec of ours, and back; _NONE and MEDIA_UNKNOWN. */
enum AVCodecID fftrack_id(enum media_codec codec);
enum media_codec fftrack_codec(enum AVCodecID id);

/*
 * Fill PAR, which is new, from T, whose config is copied.  0, or -1 with errno
 * ENOTSUP (a codec that FFmpeg has no number of) or ENOMEM.
 */
int fftrack_to(AVCodecParameters *par, const struct media_track *t);

/*
 * Fill T from PAR, whose extradata is borrowed, with a time base of NUM / DEN
 * seconds.  The frame rate is not told by it.  0, or -1 with errno ENOTSUP (a
 * codec or kind that libmedia does not know) or EBADMSG (a sound config is
 * missing).
 */
int fftrack_from(struct media_track *t, const AVCodecParameters *par,
    uint32_t num, uint32_t den);

/* True when both decode with the same parameters, by the same clock. */
bool fftrack_same(const struct media_track *a, const struct media_track *b);

#endif
