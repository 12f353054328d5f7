#ifndef TS_NAL_H
#define TS_NAL_H

#include "avc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a NAL unit of H.264 or HEVC means for where access units begin
 * (ITU-T H.264, 7.4.1.2.3 and 7.4.1.2.4; H.265, 7.4.2.4.4) and for where
 * decoding may.
 */
enum {
	NAL_PEEK = 3,    /* bytes by which nal_look() can tell */
	NAL_USELESS = 1, /* of no use to anybody: delimiters, filler */
	NAL_SET = 2,     /* a parameter set */
	NAL_SLICE = 4,   /* a piece of a picture */
	NAL_BEGINS = 8,  /* behind a slice it begins the next access unit */
	NAL_KEY = 16,    /* decoding may begin with this picture */
	NAL_IDR = 32     /* and nothing behind it needs what was before */
};

/* Flags of the NAL unit that begins at P, of which N bytes are there. */
unsigned nal_look(enum media_codec codec, const uint8_t *p, size_t n);

/* True when it is an SEI message that lets decoding begin: H.264, D.1.8. */
bool nal_recovery(const uint8_t *p, size_t n);

/* What the head of a slice of H.264 says (7.3.3). */
struct nal_slice {
	bool intra; /* of all its macroblocks */
	bool field, bottom;
	unsigned frame_num;
};

/* Read it, of the SPS S.  False when it cannot be read. */
bool nal_slice_parse(
    struct nal_slice *h, const struct avc_sps *s, const uint8_t *p, size_t n);

#endif
