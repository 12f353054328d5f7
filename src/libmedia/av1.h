#ifndef MEDIA_AV1_H
#define MEDIA_AV1_H

#include "buf.h"
#include "codec.h"
#include "colour.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * AV1 (the bitstream specification of 2019-01-08) as "AV1 Codec ISO Media
 * File Format Binding" 1.2 stores it.  All of these read bytes from strangers.
 */

/* OBU types that we tell apart (6.2.2). */
enum {
	AV1_SEQUENCE = 1,
	AV1_DELIMITER = 2,
	AV1_FRAME_HEADER = 3,
	AV1_FRAME = 6,
	AV1_REDUNDANT_HEADER = 7,
	AV1_TILE_LIST = 8,
	AV1_PADDING = 15
};

/* An OBU: all of it, and what is in it; borrowed. */
struct av1_obu {
	const uint8_t *p, *body;
	size_t len, body_len;
	unsigned type;
	bool sized; /* it says how long it is */
};

/*
 * The OBUs of a temporal unit, LEN bytes at P (5.3; the last may leave its
 * size out).  What the bytes do not hold makes it bad.
 */
struct av1_obus {
	const uint8_t *p, *end;
	bool bad;
};

void av1_obus_init(struct av1_obus *it, const uint8_t *p, size_t len);
bool av1_obus_next(struct av1_obus *it, struct av1_obu *obu);

/* What a sequence header says (5.5). */
struct av1_sequence {
	unsigned profile, level, tier; /* of the first operating point */
	unsigned depth;
	bool mono, subsampled_x, subsampled_y;
	unsigned chroma_position;
	unsigned width, height;  /* pixels */
	uint64_t frame_rate_num; /* NUM frames in DEN seconds */
	uint64_t frame_rate_den; /* 0: not said */
	struct colour colour;
};

/* Parse a sequence header OBU's body.  0, or -1 with errno EBADMSG. */
int av1_sequence_parse(struct av1_sequence *s, const uint8_t *p, size_t len);

/*
 * The first sequence header among the OBUs of P, parsed into *S and *OBU.  0,
 * or -1 with errno EBADMSG: there is no sound one.
 */
int av1_sequence_find(
    struct av1_sequence *s, struct av1_obu *obu, const uint8_t *p, size_t len);

/*
 * What a configuration says: P is an AV1CodecConfigurationRecord (2.3.3), or
 * bare OBUs, as FFmpeg's encoders give them.  Where it has no sequence header
 * its size is 0, and there is none in *OBU.  0, or -1 with errno EBADMSG.
 */
int av1_config_parse(
    struct av1_sequence *s, struct av1_obu *obu, const uint8_t *p, size_t len);

/*
 * Append a record of sequence header OBU to OUT.  0, or -1 with errno EBADMSG
 * (it is not sound), EMSGSIZE or ENOMEM and OUT as it was.
 */
int av1_config_build(struct buf *out, const struct av1_obu *obu);

/* Append OBU to OUT with its size in it; OUT remembers a failure. */
void av1_obu_put(struct buf *out, const struct av1_obu *obu);

/*
 * "av01.0.04M.08" (the binding, 5) of configuration P into DST; the long form
 * where its colours are not what is taken for granted.  0, or -1 with errno
 * EBADMSG.
 */
int av1_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

/* What the record says; see struct codec. */
int av1_facts(struct codec_facts *f, const struct media_track *t);

#endif
