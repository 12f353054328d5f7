#ifndef RTMPD_CODING_H
#define RTMPD_CODING_H

#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a stream is coded with: one row for each codec that FLV can name. */
enum {
	CODING_CONFIG_MAX = 4096, /* bytes of a configuration record */
	CODING_NO_LEGACY = 0xff   /* only Enhanced RTMP names it */
};

/* What is known of a track's parameters. */
struct coding_config {
	const struct coding *coding;
	bool complete;  /* there is enough to begin; else a frame is to tell */
	bool by_frames; /* they tell the record, which nobody gave */
	uint8_t record[CODING_CONFIG_MAX]; /* as struct media_track has it */
	size_t record_len;

	/* Video: the picture, and frames that may come out of order. */
	uint32_t width, height;
	unsigned reorder;
	unsigned frame_rate_mhz;   /* 0: not said */
	unsigned nal_length_bytes; /* of the length before a NAL unit */

	/* Audio: what comes out of the decoder. */
	uint32_t sample_rate_hz, channels;
};

/* One frame, which is borrowed. */
struct coding_frame {
	const uint8_t *p;
	size_t len;
	bool key;
};

enum coding_verdict {
	CODING_BAD,    /* it is no frame, or none that can be used yet */
	CODING_GOOD,   /* as expected */
	CODING_CHANGED /* it has told other parameters */
};

struct coding {
	enum media_kind kind;
	enum media_codec id; /* MEDIA_UNKNOWN: not taken */
	uint8_t legacy;      /* CodecID or SoundFormat of FLV 10.1, annex E.4 */
	uint32_t fourcc;     /* of Enhanced RTMP; 0: none */
	const char *name;    /* for people */
	bool composition;    /* Enhanced RTMP's coded frames bear an offset */
	bool bare;           /* frames may come without a configuration */

	/*
	 * Fill C, which is empty, from the LEN bytes at P, of its record.  0,
	 * or -1 with errno EBADMSG or ENOTSUP and *WHY telling people.  NULL:
	 * we do not take the codec.
	 */
	int (*configure)(struct coding_config *c, const uint8_t *p, size_t len,
	    const char **why);

	/* Look at frame F, which may be corrected, and what it tells of C. */
	enum coding_verdict (*frame)(
	    struct coding_config *c, struct coding_frame *f);
};

#define CODING_FOURCC(a, b, c, d)                                              \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 |      \
	    (uint32_t)(d))

/* Four letters and a NUL. */
enum { CODING_FOURCC_SIZE = 5 };

/* The I-th codec that we take by its FourCC, or NULL. */
const struct coding *coding_enhanced(size_t i);

/* FOURCC as text into DST, which is returned; what is no text as '?'. */
const char *coding_fourcc_text(char dst[CODING_FOURCC_SIZE], uint32_t fourcc);

/* The row, or NULL for an id nobody gave out. */
const struct coding *coding_legacy(enum media_kind kind, unsigned id);
const struct coding *coding_fourcc(enum media_kind kind, uint32_t fourcc);

/*
 * Read the record of codec K into C; C->coding is K then.  0, or -1 with
 * errno EBADMSG or ENOTSUP and *WHY telling people.
 */
int coding_configure(struct coding_config *c, const struct coding *k,
    const uint8_t *p, size_t len, const char **why);

/*
 * The same of AV1's descriptor of MPEG-2 TS ("Carriage of AV1 in MPEG-2 TS",
 * 2.1), and of how many channels a MultichannelConfig of Enhanced RTMP says.
 */
int coding_configure_ts(struct coding_config *c, const struct coding *k,
    const uint8_t *p, size_t len, const char **why);
int coding_configure_channels(struct coding_config *c, const struct coding *k,
    const uint8_t *p, size_t len, const char **why);

/* Look at frame F of C's codec: see struct coding. */
enum coding_verdict coding_look(
    struct coding_config *c, struct coding_frame *f);

#endif
