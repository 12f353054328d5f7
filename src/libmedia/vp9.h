#ifndef MEDIA_VP9_H
#define MEDIA_VP9_H

#include "buf.h"
#include "codec.h"
#include "colour.h"

#include <stdbool.h>

/*
 * VP9 ("VP9 Bitstream & Decoding Process Specification" 0.6) as "VP Codec ISO
 * Media File Format Binding" 1.0 stores it.  Bytes from strangers.
 */

/* What its frames say, and what a vpcC box does. */
struct vp9_config {
	unsigned profile, level, depth; /* level: times 10 */
	unsigned chroma;                /* 0, 1: 4:2:0; 2: 4:2:2; 3: 4:4:4 */
	struct colour colour;
	unsigned width, height; /* pixels; a vpcC box does not say */
};

/*
 * What the keyframe at P says (6.2, in a superframe its first frame); its
 * level is 0.  0, or -1 with errno EBADMSG: it is none.
 */
int vp9_key_parse(struct vp9_config *c, const uint8_t *p, size_t len);

/* True when the frame at P may be decoded without those before. */
bool vp9_is_key(const uint8_t *p, size_t len);

/*
 * Parse the payload P of a vpcC box (2.2), with the version and flags of a
 * FullBox before it or without.  0, or -1 with errno EBADMSG.
 */
int vp9_config_parse(struct vp9_config *c, const uint8_t *p, size_t len);

/*
 * Append C, of FRAME_RATE_MHZ (0: not known), as vp9_config_parse() reads it,
 * to OUT, with the least level that has room for its pictures unless C says
 * one.  0, or -1 with errno as buf_put.
 */
int vp9_config_build(
    struct buf *out, const struct vp9_config *c, unsigned frame_rate_mhz);

/*
 * "vp09.00.10.08" of the payload P into DST; the long form where its colours
 * are not what is taken for granted.  0, or -1 with errno EBADMSG.
 */
int vp9_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

/* What the record says; see struct codec. */
int vp9_facts(struct codec_facts *f, const struct media_track *t);

#endif
