#ifndef MEDIA_CODEC_H
#define MEDIA_CODEC_H

#include "colour.h"

#include <stddef.h>
#include <stdint.h>

/* Limits of what libmedia takes from anybody. */
enum {
	MEDIA_MAX_TRACKS = 16,
	MEDIA_MAX_CONFIG = 65536,            /* bytes of a codec's record */
	MEDIA_MAX_PACKET = 16 * 1024 * 1024, /* bytes of an access unit */
	MEDIA_MAX_DELAY = 16,                /* frames; H.264, A.3.1 */
	MEDIA_CODECS_SIZE = 64 /* an RFC 6381 string and its NUL */
};

enum media_kind { MEDIA_VIDEO, MEDIA_AUDIO };

/* Nouns of the codec table below; new ones go at the end. */
enum media_codec {
	MEDIA_UNKNOWN,
	MEDIA_H264,
	MEDIA_AAC,
	MEDIA_HEVC,
	MEDIA_AV1,
	MEDIA_VP9,
	MEDIA_OPUS,
	MEDIA_FLAC,
	MEDIA_AC3,
	MEDIA_EAC3,
	MEDIA_MP3
};

struct media_track;

/* What a codec's configuration record says, as far as it does. */
struct codec_facts {
	unsigned width, height;         /* video, pixels, as shown */
	unsigned sar_width, sar_height; /* of a pixel; 0: not said */
	/* Frames in so many seconds: NUM in DEN; 0: not said. */
	uint64_t frame_rate_num, frame_rate_den;
	unsigned reorder_frames; /* as media_track's delay */
	struct colour colour;

	/* Audio: its frames count in the first, the second comes out. */
	unsigned clock_hz, sample_rate_hz;
	unsigned channels;
	unsigned frame_samples; /* of clock_hz, in a frame as a rule */

	unsigned depth; /* bits of a sample of either */
};

/*
 * What a codec is to us.  Another codec is another row of the table in
 * codec.c, with the functions that understand its configuration record.
 */
struct codec {
	enum media_codec id;
	enum media_kind kind;
	const char *name;       /* "h264" */
	uint32_t nut_tag;       /* what the NUT writer calls it */
	const uint32_t *nut_as; /* what readers take for it; ends with 0 */
	uint32_t sample_entry;  /* its four letters in ISO BMFF, or 0: none */

	/*
	 * The RFC 6381 string of configuration record P into DST.  0, or -1
	 * with errno EBADMSG when P is not one.
	 */
	int (*codecs)(
	    char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

	/*
	 * What T's configuration record says into *F.  0, or -1 with errno
	 * EBADMSG: it is none, or not enough to play T.
	 */
	int (*facts)(struct codec_facts *f, const struct media_track *t);
};

/* The row of ID, or NULL. */
const struct codec *codec_of(enum media_codec id);

/* The row that NUT's fourcc TAG (little-endian) of KIND means, or NULL. */
const struct codec *codec_by_nut(enum media_kind kind, uint32_t tag);

/* Four letters as NUT's fourcc number, and as ISO BMFF's box type. */
#define CODEC_TAG(a, b, c, d)                                                  \
	((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 |            \
	    (uint32_t)(d) << 24)
#define CODEC_BOX(a, b, c, d) CODEC_TAG(d, c, b, a)

/* One elementary stream: a rendition, or what it was made from. */
struct media_track {
	enum media_kind kind;
	enum media_codec codec;

	/* A timestamp counts TIME_NUM / TIME_DEN seconds; both above 0. */
	uint32_t time_num, time_den;

	/*
	 * Video: how many frames may precede one in decoding order and follow
	 * it in presentation, at most (NUT's decode_delay, avc's
	 * reorder_frames).  What reads NUT finds decoding times by it.
	 */
	unsigned delay;

	unsigned width, height;  /* video, pixels; 0: not known */
	unsigned frame_rate_mhz; /* video, frames in 1000 s; 0: not known */
	unsigned sample_rate_hz, channels; /* audio */

	/*
	 * The codec's configuration record, borrowed: H.264 the
	 * AVCDecoderConfigurationRecord, then access units are
	 * length-prefixed; AAC the AudioSpecificConfig, then frames are raw;
	 * HEVC as H.264, its HEVCDecoderConfigurationRecord; AV1 the
	 * AV1CodecConfigurationRecord, temporal units without delimiters; VP9
	 * the payload of a vpcC box; Opus the OpusHead; FLAC the STREAMINFO.
	 * Empty: parameters are in the stream (Annex B, ADTS, and always of
	 * AC-3, E-AC-3 and MP3; what is found there is their record: see
	 * ac3.h and mp3.h; E-AC-3's, where it is there, tells it from AC-3,
	 * which has the same name in NUT).
	 */
	const uint8_t *config;
	size_t config_len;
};

#endif
