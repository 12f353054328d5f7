#ifndef MEDIA_FLAC_H
#define MEDIA_FLAC_H

#include "buf.h"
#include "codec.h"

/*
 * FLAC (RFC 9639): STREAMINFO, and what "Encapsulation of FLAC in ISO Base
 * Media File Format" 0.0.4 makes of it.  Bytes from strangers.
 */

enum { FLAC_STREAMINFO = 34 };

struct flac_config {
	unsigned block_samples; /* of the longest frame */
	unsigned sample_rate_hz, channels, depth;
	const uint8_t *streaminfo; /* FLAC_STREAMINFO bytes, borrowed */
};

/*
 * Parse P, which is a STREAMINFO (8.2), bare or behind "fLaC" and its block's
 * head.  0, or -1 with errno EBADMSG and *C as it was.
 */
int flac_config_parse(struct flac_config *c, const uint8_t *p, size_t len);

/* Append the payload of C's dfLa box; OUT remembers a failure. */
void flac_box(struct buf *out, const struct flac_config *c);

/* How many samples frame P has (9.1); 0: it is none. */
unsigned flac_samples(const uint8_t *p, size_t len);

/* "fLaC".  0, or -1 with errno EBADMSG: P is no STREAMINFO. */
int flac_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

/* What the record says; see struct codec. */
int flac_facts(struct codec_facts *f, const struct media_track *t);

#endif
