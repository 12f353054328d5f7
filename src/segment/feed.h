#ifndef SEGMENT_FEED_H
#define SEGMENT_FEED_H

#include "buf.h"
#include "codec.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * An elementary stream on its way from a NUT track to CMAF: access units
 * length-prefixed and without parameter sets, AAC frames bare, and the
 * codec's configuration record beside them, wherever it was said.
 */
struct feed;

struct feed *feed_open(enum media_codec codec); /* NULL with errno */
void feed_close(struct feed *f);

/* A file began, in which the stream is described by T. */
void feed_header(struct feed *f, const struct media_track *t);

/* One access unit or frame, as it goes into a segment. */
struct feed_unit {
	bool key;
	bool changed;     /* the record is another one from here on */
	unsigned ordinal; /* of the frame among those of its packet, from 0 */
	size_t bytes;
};

/*
 * Append the next unit of the N bytes at *P to OUT and move *P behind it.
 * 1 with *U set; 0 when no unit is left; -1 with errno EBADMSG when the
 * bytes are none (OUT is then as it was), EMSGSIZE or ENOMEM.
 */
int feed_next(struct feed *f, const uint8_t **p, size_t *n, bool key,
    struct buf *out, struct feed_unit *u);

/* The record in force, empty before it is known; valid until the next call. */
const struct media_track *feed_track(const struct feed *f);

#endif
