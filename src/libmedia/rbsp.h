#ifndef MEDIA_RBSP_H
#define MEDIA_RBSP_H

#include "bits.h"

/*
 * The bits of a parameter set of H.264 or HEVC without what prevents start
 * codes from being seen in them (ITU-T H.264, 7.3.1; H.265, 7.3.1.1).
 */

/* Bytes that are looked at; nothing of ours lies after. */
enum { RBSP_MAX = 1024 };

struct rbsp {
	uint8_t bytes[RBSP_MAX];
	struct bits bits;
};

/* The NAL unit of LEN bytes at P, whose header has HEAD of them. */
void rbsp_init(struct rbsp *r, const uint8_t *p, size_t len, size_t head);

/*
 * What begins the VUI of both (E.1.1, E.2.1): aspect_ratio_info_present_flag
 * and the shape of a sample behind it, which is left alone when not said.
 */
void rbsp_aspect(struct bits *b, unsigned *sar_width, unsigned *sar_height);

#endif
