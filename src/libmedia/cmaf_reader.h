#ifndef MEDIA_CMAF_READER_H
#define MEDIA_CMAF_READER_H

#include "cmaf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * CMAF tracks read back: what cmaf.h writes, and what others may write within
 * ISO/IEC 23000-19.  The bytes are not trusted.
 */

enum {
	CMAF_MAX_HEADER = 1024 * 1024, /* bytes of an initialization section */
	CMAF_MAX_MOOF = 1024 * 1024,   /* bytes of a fragment's head */
	CMAF_MAX_SAMPLES = 16384       /* in a fragment */
};

/* What an initialization section says of its track. */
struct cmaf_header {
	bool video; /* else audio */
	uint32_t timescale;
	uint32_t width, height; /* how it is shown, 16.16; 0 of audio */
	/* The sample entry, a box of type ENTRY_TYPE; lies in what was read. */
	uint32_t entry_type;
	const uint8_t *entry;
	size_t entry_len;
	/* What holds for samples of which fragments say nothing (trex). */
	uint32_t duration, bytes, flags;
};

/*
 * Read the LEN bytes at P, an initialization section of one track.  0, or -1
 * with errno EBADMSG: they are none.
 */
int cmaf_header_read(struct cmaf_header *h, const uint8_t *p, size_t len);

/*
 * The parameter sets that H's sample entry has, when it is H.264's or HEVC's:
 * as they stand in an access unit, each with its length before it, into OUT
 * unless that is NULL.  How many octets that is; 0: it has none.
 */
size_t cmaf_sets(const struct cmaf_header *h, uint8_t *out);

/* The head of a box at the top of a file. */
struct cmaf_box {
	uint32_t type;
	uint64_t bytes; /* with its head */
	unsigned head;  /* bytes of that: 8, or 16 */
};
enum { CMAF_BOX_HEAD = 16 };

/*
 * Read the head of the box that begins with the LEN bytes at P (CMAF_BOX_HEAD
 * of them unless the file ends before), of which the file has LEFT from here
 * on.  0, or -1 with errno EBADMSG: none begins there that ends in the file.
 */
int cmaf_box_read(
    struct cmaf_box *b, const uint8_t *p, size_t len, uint64_t left);

/* One fragment: where its samples lie and when the first is decoded. */
struct cmaf_moof {
	uint64_t dts;    /* ticks */
	uint64_t offset; /* of the first sample's bytes from the moof's first */
	uint64_t bytes;  /* of all samples, one after the other */
	size_t samples;
};

/*
 * Read the whole moof box, LEN bytes at P, of the track whose header is H, and
 * its samples into the CMAF_MAX_SAMPLES at SAMPLE.  0, or -1 with errno
 * EBADMSG: it is not sound, of several tracks, or its samples do not follow
 * each other.
 */
int cmaf_moof_read(struct cmaf_moof *m, const struct cmaf_header *h,
    const uint8_t *p, size_t len, struct cmaf_sample *sample);

#endif
