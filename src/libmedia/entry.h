#ifndef MEDIA_ENTRY_H
#define MEDIA_ENTRY_H

#include "buf.h"
#include "codec.h"

/*
 * Append the sample entry of track T, whose record says F, to OUT: what an
 * stsd box (ISO/IEC 14496-12, 8.5.2) has of it.  OUT remembers a failure.
 */
void entry_put(
    struct buf *out, const struct media_track *t, const struct codec_facts *f);

#endif
