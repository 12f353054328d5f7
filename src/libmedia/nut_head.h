#ifndef MEDIA_NUT_HEAD_H
#define MEDIA_NUT_HEAD_H

#include "codec.h"
#include "nut_wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The headers of a NUT file as its reader keeps them. */

/*
 * A cursor over NUT's bytes.  Reading past END makes it SHORT (more bytes
 * might help), what no number can be makes it BAD; both give 0.
 */
struct nut_cursor {
	const uint8_t *p, *end;
	bool is_short, bad;
};

uint64_t nut_get_v(struct nut_cursor *c);
int64_t nut_get_s(struct nut_cursor *c);
uint64_t nut_get_be(struct nut_cursor *c, unsigned bytes);

struct nut_code {
	unsigned flags, stream, size_mul, size_lsb, reserved, header;
	int64_t pts_delta;
};

struct nut_stream {
	bool known; /* its header came */
	unsigned pts_shift, time_base;
	uint64_t pts_distance; /* above it a frame needs a checksum */
	int64_t last_pts;
	uint8_t *config;
};

enum { NUT_MAX_ELISIONS = 128, NUT_MAX_ELISION = 255 };

struct nut_head {
	uint32_t crc; /* of the main header; 0: there is none */
	uint64_t max_distance;
	size_t tracks, time_bases;
	struct media_track track[MEDIA_MAX_TRACKS];
	struct nut_stream stream[MEDIA_MAX_TRACKS];
	struct {
		uint32_t num, den;
	} time_base[2 * MEDIA_MAX_TRACKS];
	struct nut_code code[NUT_CODES];
	size_t elisions;
	struct {
		unsigned len;
		uint8_t p[NUT_MAX_ELISION];
	} elision[NUT_MAX_ELISIONS];
	char why[96];
};

/* Forget everything. */
void nut_head_reset(struct nut_head *h);

/*
 * Take the payload, without its checksum, of a main header, of a stream's,
 * and of an info packet.  0, or -1: it is damaged, or, when h->why is not
 * empty, sound and not for us.
 */
int nut_head_main(struct nut_head *h, const uint8_t *p, size_t len);
int nut_head_stream(struct nut_head *h, const uint8_t *p, size_t len);
void nut_head_info(struct nut_head *h, const uint8_t *p, size_t len);

/* Set every track's last timestamp to the time a syncpoint says. */
int nut_head_syncpoint(struct nut_head *h, const uint8_t *p, size_t len);

#endif
