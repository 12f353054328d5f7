#ifndef FF_FFTS_H
#define FF_FFTS_H

#include "nut.h"

#include <libavformat/avio.h>

/* MPEG-TS (ISO/IEC 13818-1), written by libavformat. */
struct ffts;

/* The name of the first of N tracks that cannot go into one, or NULL. */
const char *ffts_refuses(const struct media_track *track, size_t n);

/*
 * Begin a stream of N tracks onto IO, which is the caller's and outlives it;
 * with AGAIN it follows another on the same way.  What TRACK points at is
 * copied.  NULL with errno ENOTSUP (a codec) or as writing to IO fails.
 */
struct ffts *ffts_open(
    AVIOContext *io, const struct media_track *track, size_t n, bool again);

/* End it; what was put is written.  The latter writes nothing any more. */
void ffts_close(struct ffts *t);
void ffts_abandon(struct ffts *t);

/* Write P, all of it before this returns.  0, or -1 with errno. */
int ffts_put(struct ffts *t, const struct nut_packet *p);

#endif
