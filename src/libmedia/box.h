#ifndef MEDIA_BOX_H
#define MEDIA_BOX_H

#include "buf.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Boxes of ISO/IEC 14496-12, 4.2: appended to a buffer, their size filled
 * in when they end.  A buffer that fails remembers it; check at the end.
 */

/* Begin a box of TYPE (see CODEC_BOX); the result is for box_end. */
size_t box_begin(struct buf *b, uint32_t type);
size_t box_begin_full(
    struct buf *b, uint32_t type, unsigned version, uint32_t flags);
void box_end(struct buf *b, size_t begin);

void box_u8(struct buf *b, unsigned v);
void box_u16(struct buf *b, unsigned v);
void box_u32(struct buf *b, uint32_t v);
void box_u64(struct buf *b, uint64_t v);
void box_zero(struct buf *b, size_t n);

/* Write V over the four bytes at AT. */
void box_patch(struct buf *b, size_t at, uint32_t v);

#endif
