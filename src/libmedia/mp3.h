#ifndef MEDIA_MP3_H
#define MEDIA_MP3_H

#include "buf.h"
#include "codec.h"

/*
 * MP3: layer III of ISO/IEC 11172-3 and 13818-3, and of what is called
 * MPEG-2.5.  Bytes from strangers.
 */

/*
 * Its record is our own, for there is none: a frame's head of which nothing is
 * left but what must not change, version, rate, and whether it is mono.
 */
enum { MP3_RECORD = 4 };

struct mp3_frame {
	size_t len; /* bytes */
	unsigned samples, sample_rate_hz, channels;
	uint8_t record[MP3_RECORD];
};

/*
 * The frame at the beginning of P.  0, or -1 with errno EBADMSG when there is
 * none, or it is longer than LEN.
 */
int mp3_frame_parse(struct mp3_frame *f, const uint8_t *p, size_t len);

/* What MPEG-4 calls it (ISO/IEC 14496-1, table 5): MPEG-1 or MPEG-2 audio. */
unsigned mp3_object_type(const uint8_t *record, size_t len);

/*
 * "mp4a.40.34", whatever the record says: what HLS calls it, though MPEG-4 has
 * another name for it in its files.
 */
int mp3_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

/* What the record says; see struct codec. */
int mp3_facts(struct codec_facts *f, const struct media_track *t);

#endif
