#ifndef MPEGTS_H
#define MPEGTS_H

#include "nut_wire.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * Transport streams of a test's own making: a packet at a time, appended to
 * bytes that are large enough for any test here.
 */
enum { MPEGTS_PACKET = 188, MPEGTS_MAX = 1 << 20, MPEGTS_PIDS = 64 };

struct mpegts {
	size_t len;
	uint8_t counter[MPEGTS_PIDS]; /* by PID; those of tests are below */
	uint8_t bytes[MPEGTS_MAX];
};

/* A packet of PID with the N bytes at P, at most 184 - 2 with flags. */
static inline uint8_t *
mpegts_packet(struct mpegts *m, unsigned pid, bool start, unsigned flags,
    const void *p, size_t n)
{
	uint8_t *q = m->bytes + m->len;
	size_t stuffing = MPEGTS_PACKET - 4 - n;

	m->len += MPEGTS_PACKET;
	q[0] = 0x47;
	q[1] = (uint8_t)((start ? 0x40 : 0) | pid >> 8);
	q[2] = (uint8_t)pid;
	q[3] =
	    (uint8_t)((stuffing > 0 ? 0x30 : 0x10) | (m->counter[pid]++ & 0xf));
	if (stuffing > 0) {
		memset(q + 4, 0xff, stuffing);
		q[4] = (uint8_t)(stuffing - 1);
		if (stuffing > 1)
			q[5] = (uint8_t)flags;
	}
	memcpy(q + 4 + stuffing, p, n);
	return q;
}

/* Section P of N bytes, which gets its length and its check. */
static inline void
mpegts_section(struct mpegts *m, unsigned pid, const uint8_t *p, size_t n)
{
	uint8_t s[1024] = {0};
	size_t length = n - 3 + 4;
	uint32_t crc;

	memcpy(s + 1, p, n);
	s[2] = (uint8_t)(0xb0 | length >> 8);
	s[3] = (uint8_t)length;
	crc = nut_crc(UINT32_MAX, s + 1, n);
	for (int i = 0; i < 4; i++)
		s[1 + n + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
	for (size_t at = 0; at < n + 5;) {
		size_t piece = n + 5 - at < 184 ? n + 5 - at : 184;

		mpegts_packet(m, pid, at == 0, 0, s + at, piece);
		at += piece;
	}
}

/* Program 1, whose map is at PID 32, and has COUNT streams of TYPE at PID. */
static inline void
mpegts_tables(struct mpegts *m, unsigned version, size_t count,
    const uint8_t *type, const uint8_t *pid)
{
	const uint8_t pat[] = {0, 0, 0, 0, 1, 0xc1, 0, 0, 0, 1, 0xe0, 32};
	uint8_t map[12 + 5 * 40] = {2, 0, 0, 0, 1,
	    (uint8_t)(0xc1 | version << 1), 0, 0, 0xe0, pid[0], 0xf0, 0};

	mpegts_section(m, 0, pat, sizeof(pat));
	for (size_t i = 0; i < count; i++) {
		const uint8_t s[5] = {type[i], 0xe0, pid[i], 0xf0, 0};

		memcpy(map + 12 + 5 * i, s, sizeof(s));
	}
	mpegts_section(m, 32, map, 12 + 5 * count);
}

static inline void
mpegts_time(uint8_t *p, unsigned prefix, int64_t t)
{
	p[0] = (uint8_t)(prefix << 4 | (t >> 29 & 0xe) | 1);
	p[1] = (uint8_t)(t >> 22);
	p[2] = (uint8_t)((t >> 14 & 0xfe) | 1);
	p[3] = (uint8_t)(t >> 7);
	p[4] = (uint8_t)(t << 1 | 1);
}

/*
 * A PES packet with the N bytes at P, in packets of PIECE payload bytes at
 * most; times below 0 are left out; BOUNDED: it says its length.
 */
static inline void
mpegts_pes(struct mpegts *m, unsigned pid, int64_t pts, int64_t dts,
    bool bounded, const uint8_t *p, size_t n, size_t piece)
{
	static uint8_t s[MPEGTS_MAX / 2];
	size_t head = 9 + (pts >= 0 ? 5u : 0) + (dts >= 0 ? 5u : 0);
	size_t length = bounded ? head - 6 + n : 0;
	const uint8_t fixed[9] = {0, 0, 1, 0xe0, (uint8_t)(length >> 8),
	    (uint8_t)length, 0x80,
	    (uint8_t)((pts >= 0 ? 0x80 : 0) | (dts >= 0 ? 0x40 : 0)),
	    (uint8_t)(head - 9)};

	memcpy(s, fixed, sizeof(fixed));
	if (pts >= 0)
		mpegts_time(s + 9, dts >= 0 ? 3 : 2, pts);
	if (dts >= 0)
		mpegts_time(s + 14, 1, dts);
	if (n > 0)
		memcpy(s + head, p, n);
	for (size_t at = 0; at < head + n;) {
		size_t k = head + n - at < piece ? head + n - at : piece;

		mpegts_packet(m, pid, at == 0, 0, s + at, k);
		at += k;
	}
}

#endif
