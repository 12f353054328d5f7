#ifndef MEDIA_AVC_H
#define MEDIA_AVC_H

#include "buf.h"
#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * H.264 (ITU-T H.264) as ISO/IEC 14496-15 stores it.  All of these read
 * bytes from strangers: nothing is believed that the bytes do not hold.
 */

/* NAL unit types that we tell apart (table 7-1). */
enum {
	AVC_SLICE = 1,
	AVC_IDR = 5,
	AVC_SEI = 6,
	AVC_SPS = 7,
	AVC_PPS = 8,
	AVC_AUD = 9,
	AVC_FILLER = 12
};

/* A NAL unit: its header byte and what follows, borrowed. */
struct avc_nal {
	const uint8_t *p;
	size_t len; /* at least 1 */
	unsigned type;
};

/*
 * The NAL units of an access unit: LEN bytes at P in which each bears its
 * length in LENGTH_SIZE bytes, or, with 0, in Annex B's form.  Empty ones
 * are passed over.  A length that the bytes do not hold makes it bad.
 */
struct avc_nals {
	const uint8_t *p, *end;
	unsigned length_size;
	bool bad;
};

void avc_nals_init(
    struct avc_nals *it, const uint8_t *p, size_t len, unsigned length_size);
bool avc_nals_next(struct avc_nals *it, struct avc_nal *nal);

/* What a sequence parameter set says (7.3.2.1.1, annex E). */
struct avc_sps {
	unsigned id, profile, constraints, level; /* level: times 10 */
	unsigned chroma_format, luma_depth, chroma_depth;
	unsigned width, height;         /* pixels, cropped */
	unsigned sar_width, sar_height; /* of a sample; 0: not said */
	unsigned frame_rate_mhz;        /* 0: not said */
	uint64_t frame_rate_num;        /* the same exactly, NUM frames */
	uint64_t frame_rate_den;        /* in DEN seconds; 0: not said */
	unsigned reorder_frames;        /* as media_track's delay */
	/* What the heads of slices are read by (7.3.3). */
	unsigned frame_num_bits;
	bool frames_only, planes;
};

/*
 * Parse the SPS NAL unit P.  Where it does not say how many frames are
 * reordered, the bound that profile, level and reference frames give is
 * taken.  0, or -1 with errno EBADMSG and *S as it was.
 */
int avc_sps_parse(struct avc_sps *s, const uint8_t *p, size_t len);

/* The id that parameter set NAL unit P, SPS or PPS, bears; -1: none. */
int avc_set_id(const struct avc_nal *nal);

/* An AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1), taken apart. */
enum { AVC_MAX_SPS = 31, AVC_MAX_PPS = 255 };
struct avc_config {
	unsigned length_size; /* 1, 2 or 4 */
	struct avc_sps sps;   /* the first one, parsed */
	size_t sets;          /* SPS, then PPS */
	struct avc_nal set[AVC_MAX_SPS + AVC_MAX_PPS];
};

/*
 * Parse the record P, which must hold a sound SPS and a PPS; *C borrows
 * from it.  0, or -1 with errno EBADMSG and *C undefined.
 */
int avc_config_parse(struct avc_config *c, const uint8_t *p, size_t len);

/*
 * Append a record, of 4-byte lengths, of the N parameter sets at SET to
 * OUT.  0, or -1 with errno EBADMSG (no sound SPS, no PPS, too many),
 * EMSGSIZE or ENOMEM and OUT as it was.
 */
int avc_config_build(struct buf *out, const struct avc_nal *set, size_t n);

/*
 * "avc1.PPCCLL" (RFC 6381, 3.3) of the record P into DST.  0, or -1 with
 * errno EBADMSG.
 */
int avc_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

/* What the record says; see struct codec. */
int avc_facts(struct codec_facts *f, const struct media_track *t);

#endif
