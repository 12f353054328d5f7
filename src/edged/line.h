#ifndef EDGED_LINE_H
#define EDGED_LINE_H

#include "buf.h"
#include "page.h"

/* The lines of a media playlist (RFC 8216, 4.3.2) that tell of one segment. */

/* The track that they are of. */
struct line_track {
	const char *broadcast, *name;
};

/* No segment's lines of T are longer. */
size_t line_max(const struct line_track *t);

/*
 * What stands before a segment, and before the parts of one: its
 * discontinuity, its initialization section with MAP, its time with DATED.
 */
void line_begin(struct buf *out, const struct line_track *t,
    const struct segment *s, bool map, bool dated);

/* How long it plays, and where it is. */
void line_end(
    struct buf *out, const struct line_track *t, const struct segment *s);

/* The path of file MSN. */
void line_uri(struct buf *out, const struct line_track *t, uint64_t msn);

/* NAME and US as seconds with six decimals. */
void line_seconds(struct buf *out, const char *name, uint64_t us);

void line_number(struct buf *out, const char *name, uint64_t n);

#endif
