#ifndef MEDIA_HEVC_H
#define MEDIA_HEVC_H

#include "avc.h"
#include "colour.h"

/*
 * HEVC (ITU-T H.265) as ISO/IEC 14496-15 stores it.  Its NAL units lie in
 * access units just as those of H.264 do.  All of these read bytes from
 * strangers.
 */

/* NAL unit types that we tell apart (table 7-1). */
enum {
	HEVC_IRAP_FIRST = 16, /* BLA, IDR, CRA: decoding may begin */
	HEVC_IRAP_LAST = 23,
	HEVC_VCL_LAST = 31, /* up to here: pieces of pictures */
	HEVC_VPS = 32,
	HEVC_SPS = 33,
	HEVC_PPS = 34,
	HEVC_AUD = 35,
	HEVC_FILLER = 38,
	HEVC_SEI_PREFIX = 39,
	HEVC_SEI_SUFFIX = 40
};

/*
 * As avc_nals_next(), with the types of HEVC.  NAL units of other layers than
 * the first, and those too short to have a header, are passed over.
 */
bool hevc_nals_next(struct avc_nals *it, struct avc_nal *nal);

/* What a sequence parameter set says (7.3.2.2, annex E). */
struct hevc_sps {
	unsigned id, sublayers; /* from 1 to 7 */
	bool nested;            /* sps_temporal_id_nesting_flag */
	/*
	 * As the SPS, the record and the codec string all have it: space,
	 * tier and profile, compatibility, constraints, level.
	 */
	uint8_t profile_tier_level[12];
	unsigned chroma_format, luma_depth, chroma_depth;
	unsigned width, height;         /* pixels, cropped */
	unsigned sar_width, sar_height; /* of a sample; 0: not said */
	unsigned frame_rate_mhz;        /* 0: not said */
	uint64_t frame_rate_num;        /* the same exactly, NUM frames */
	uint64_t frame_rate_den;        /* in DEN seconds; 0: not said */
	unsigned reorder_frames;        /* as media_track's delay */
	struct colour colour;
};

/*
 * Parse the SPS NAL unit P.  0, or -1 with errno EBADMSG and *S as it was.
 */
int hevc_sps_parse(struct hevc_sps *s, const uint8_t *p, size_t len);

/*
 * The id that NAL bears, a VPS, SPS or PPS, or a prefix SEI's payload type;
 * -1: it bears none.
 */
int hevc_set_id(const struct avc_nal *nal);

/*
 * An HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1), taken apart,
 * or sets in Annex B's form, as FFmpeg's encoders give them, or nothing.  Where
 * the sets are in the stream only, the SPS' width is 0.
 */
enum { HEVC_MAX_SETS = 64 };
struct hevc_config {
	unsigned length_size; /* 1, 2 or 4; 0: Annex B */
	struct hevc_sps sps;  /* the first one, parsed */
	size_t sets;          /* VPS, SPS, PPS and SEI, as they come */
	struct avc_nal set[HEVC_MAX_SETS];
};

/*
 * Parse the record P, any SPS in which must be sound; *C borrows from it.  0,
 * or -1 with errno EBADMSG and *C undefined.
 */
int hevc_config_parse(struct hevc_config *c, const uint8_t *p, size_t len);

/*
 * Append a record, of 4-byte lengths, of the N parameter sets at SET to OUT:
 * of VPS, SPS and PPS there must be one each.  0, or -1 with errno EBADMSG,
 * EMSGSIZE or ENOMEM and OUT as it was.
 */
int hevc_config_build(struct buf *out, const struct avc_nal *set, size_t n);

/*
 * "hvc1.1.6.L93.B0" (ISO/IEC 14496-15, E.3) of the record P into DST.  0, or
 * -1 with errno EBADMSG.
 */
int hevc_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

/* What the record says; see struct codec. */
int hevc_facts(struct codec_facts *f, const struct media_track *t);

#endif
