#ifndef MEDIA_BOXES_H
#define MEDIA_BOXES_H

#include "buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Boxes of ISO/IEC 14496-12 that a track's header and a movie of several
 * tracks have in common.  Durations that 32 bits hold take version 0.
 */

void boxes_mvhd(
    struct buf *b, uint32_t timescale, uint64_t duration, uint32_t next_track);

/* WIDTH and HEIGHT are 16.16; 0 makes it an audio track. */
void boxes_tkhd(struct buf *b, uint32_t track, uint64_t duration,
    uint32_t width, uint32_t height);

void boxes_mdhd(struct buf *b, uint32_t timescale, uint64_t duration);
void boxes_hdlr(struct buf *b, bool video);

/* vmhd or smhd, and a dinf that says: in this file. */
void boxes_media(struct buf *b, bool video);

/* ftyp with major brand BRAND[0] and the N at BRAND compatible. */
void boxes_ftyp(struct buf *b, const uint32_t *brand, size_t n);

#endif
