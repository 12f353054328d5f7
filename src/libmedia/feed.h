#ifndef MEDIA_FEED_H
#define MEDIA_FEED_H

#include "buf.h"
#include "codec.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * An elementary stream on its way from a NUT track to CMAF, or FLV: access
 * units length-prefixed and without parameter sets, temporal units without
 * delimiters, frames of sound bare and one by one, and the codec's
 * configuration record beside them, wherever it was said.
 */
struct feed;

struct feed *feed_open(enum media_codec codec); /* NULL with errno */
void feed_close(struct feed *f);

/*
 * A file began, in which the stream is described by T, of the same kind, but
 * another codec perhaps.  0, or -1 with errno ENOMEM.
 */
int feed_header(struct feed *f, const struct media_track *t);

/* One access unit or frame, as it goes into a segment. */
struct feed_unit {
	bool key;
	bool changed; /* the record is another one from here on */
	size_t bytes;
	bool first;        /* of its packet */
	int64_t behind_us; /* how long after the first of its packet */
	unsigned samples;  /* how many of the clock it lasts; 0: not told */
};

/*
 * Append the next unit of the N bytes at *P to OUT and move *P behind it.
 * 1 with *U set; 0 when no unit is left; -1 with errno EBADMSG (the bytes are
 * none), ENODATA (nothing has said yet how they are decoded), EMSGSIZE or
 * ENOMEM, OUT as it was, and the rest of the packet lost.
 */
int feed_next(struct feed *f, const uint8_t **p, size_t *n, bool key,
    struct buf *out, struct feed_unit *u);

/* The record in force, empty before it is known; valid until the next call. */
const struct media_track *feed_track(const struct feed *f);

/* What that record says; all zeroes before it is known. */
const struct codec_facts *feed_facts(const struct feed *f);

#endif
