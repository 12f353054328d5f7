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

/* What a configuration record says. */
struct coding_config {
	const struct coding *coding;
	uint8_t record[CODING_CONFIG_MAX];
	size_t record_len;

	/* Video: the picture, and frames that may come out of order. */
	uint32_t width, height;
	unsigned reorder;
	unsigned frame_rate_mhz;   /* 0: not said */
	unsigned nal_length_bytes; /* of the length before a NAL unit */

	/* Audio: what comes out of the decoder. */
	uint32_t sample_rate_hz, channels;
};

struct coding {
	enum media_kind kind;
	enum media_codec id; /* MEDIA_UNKNOWN: not taken yet */
	uint8_t legacy;      /* CodecID or SoundFormat of FLV 10.1, annex E.4 */
	uint32_t fourcc;     /* of Enhanced RTMP; 0: none */
	const char *name;    /* for people */
	bool composition;    /* Enhanced RTMP's coded frames bear an offset */

	/*
	 * Fill C from the LEN bytes at P, of its record.  0, or -1 with
	 * errno EBADMSG or ENOTSUP and *WHY telling people.  NULL when we
	 * do not take the codec yet.
	 */
	int (*configure)(struct coding_config *c, const uint8_t *p, size_t len,
	    const char **why);

	/*
	 * True when the LEN bytes at P are in shape as one frame; *KEY may
	 * be corrected.
	 */
	bool (*frame)(const struct coding_config *c, const uint8_t *p,
	    size_t len, bool *key);
};

#define CODING_FOURCC(a, b, c, d)                                              \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 |      \
	    (uint32_t)(d))

/* Four letters and a NUL. */
enum { CODING_FOURCC_SIZE = 5 };

/* The I-th codec that we take by its FourCC, or NULL. */
const struct coding *coding_enhanced(size_t i);

/* K's FourCC into DST, which is returned. */
const char *coding_name_fourcc(
    char dst[CODING_FOURCC_SIZE], const struct coding *k);

/* The row, or NULL for an id nobody gave out. */
const struct coding *coding_legacy(enum media_kind kind, unsigned id);
const struct coding *coding_fourcc(enum media_kind kind, uint32_t fourcc);

/*
 * Read the record of codec K into C; C->coding is K then.  0, or -1 with
 * errno EBADMSG or ENOTSUP and *WHY telling people.
 */
int coding_configure(struct coding_config *c, const struct coding *k,
    const uint8_t *p, size_t len, const char **why);

#endif
