#ifndef MEDIA_OPUS_H
#define MEDIA_OPUS_H

#include "buf.h"
#include "codec.h"

/*
 * Opus (RFC 6716): the OpusHead of RFC 7845, 5.1, and what "Encapsulation of
 * Opus in ISO Base Media File Format" 0.8 makes of it.  Bytes from strangers.
 */

enum {
	OPUS_HZ = 48000,        /* its times count so, whatever came in */
	OPUS_MAX_SAMPLES = 5760 /* in a packet: 120 ms */
};

struct opus_config {
	unsigned channels;      /* 1 to 255 */
	unsigned preskip;       /* samples at its beginning nobody hears */
	uint32_t input_rate_hz; /* what it was made from; 0: not said */
	unsigned gain;          /* as the 16 bits of it */
	unsigned family;        /* how channels are mapped */
	/* Unless that is 0: streams, coupled ones, and each channel's. */
	const uint8_t *mapping; /* borrowed */
	size_t mapping_len;
};

/* Parse the OpusHead P.  0, or -1 with errno EBADMSG and *C as it was. */
int opus_config_parse(struct opus_config *c, const uint8_t *p, size_t len);

/*
 * Append the OpusHead of one stream of CHANNELS, 1 or 2, of which nothing else
 * is known, to OUT.  0, or -1 with errno as buf_put, or EBADMSG.
 */
int opus_config_build(struct buf *out, unsigned channels);

/* Append the payload of C's dOps box; OUT remembers a failure. */
void opus_box(struct buf *out, const struct opus_config *c);

/* How many samples packet P is (RFC 6716, 3); 0: it is none. */
unsigned opus_samples(const uint8_t *p, size_t len);

/* "opus"; the record is OpusHead.  0, or -1 with errno EBADMSG. */
int opus_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

/* What the record says; see struct codec. */
int opus_facts(struct codec_facts *f, const struct media_track *t);

#endif
