#ifndef MEDIA_AAC_H
#define MEDIA_AAC_H

#include "codec.h"

#include <stdbool.h>

/*
 * AAC (ISO/IEC 14496-3): the AudioSpecificConfig of 1.6.2.1 and the ADTS
 * header of 1.A.2.2.  Bytes from strangers.
 */

/* Longer ones than this, in bytes, are refused. */
enum { AAC_MAX_ASC = 64 };

/* What an AudioSpecificConfig says. */
struct aac_config {
	unsigned object_type;    /* 2 AAC-LC, 5 SBR, 29 PS ... (table 1.17) */
	unsigned core_type;      /* the same without SBR and PS */
	unsigned core_rate_hz;   /* samples that a frame counts */
	unsigned sample_rate_hz; /* samples that come out */
	unsigned channels;       /* that come out; 0: only the stream says */
	unsigned frame_samples;  /* of the core, in a frame: 1024 or 960 */
};

/*
 * Parse the AudioSpecificConfig P, of explicit SBR and PS too (implicit
 * ones cannot be seen in it).  0, or -1 with errno EBADMSG and *C as it was.
 */
int aac_config_parse(struct aac_config *c, const uint8_t *p, size_t len);

/*
 * "mp4a.40.N" (RFC 6381, 3.3) of the AudioSpecificConfig P into DST.  0, or
 * -1 with errno EBADMSG.
 */
int aac_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

/* An ADTS header, 1.A.2.2. */
enum { AAC_ASC_SIZE = 2, AAC_ADTS_SIZE = 7 };
struct aac_adts {
	size_t header_len, frame_len; /* the header is part of the frame */
	uint8_t asc[AAC_ASC_SIZE];    /* the AudioSpecificConfig it means */
};

/*
 * Parse the ADTS header at the start of P.  0, or -1 with errno EBADMSG
 * when there is none, or its frame is longer than LEN, or holds more than
 * one raw block.
 */
int aac_adts_parse(struct aac_adts *a, const uint8_t *p, size_t len);

/* What the record says; see struct codec. */
int aac_facts(struct codec_facts *f, const struct media_track *t);

#endif
