#include "nut_wire.h"

/*
 * A nibble at a time: headers are short, and sixteen words stay in the
 * cache where a table of a page would not.
 */
uint32_t
nut_crc(uint32_t crc, const void *p, size_t len)
{
	static const uint32_t table[16] = {0x00000000, 0x04c11db7, 0x09823b6e,
	    0x0d4326d9, 0x130476dc, 0x17c56b6b, 0x1a864db2, 0x1e475005,
	    0x2608edb8, 0x22c9f00f, 0x2f8ad6d6, 0x2b4bcb61, 0x350c9b64,
	    0x31cd86d3, 0x3c8ea00a, 0x384fbdbd};
	const uint8_t *s = p;

	for (size_t i = 0; i < len; i++) {
		crc ^= (uint32_t)s[i] << 24;
		crc = crc << 4 ^ table[crc >> 28];
		crc = crc << 4 ^ table[crc >> 28];
	}
	return crc;
}

void
nut_put_v(struct buf *b, uint64_t v)
{
	uint8_t s[NUT_MAX_V];
	size_t i = sizeof(s);

	s[--i] = v & 0x7f;
	while ((v >>= 7) != 0)
		s[--i] = 0x80 | (v & 0x7f);
	(void)buf_put(b, s + i, sizeof(s) - i);
}

void
nut_put_s(struct buf *b, int64_t v)
{
	nut_put_v(b, v > 0 ? 2 * (uint64_t)v - 1 : 2 * (uint64_t)-v);
}

void
nut_put_be(struct buf *b, uint64_t v, unsigned bytes)
{
	uint8_t s[8];

	for (unsigned i = 0; i < bytes; i++)
		s[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
	(void)buf_put(b, s, bytes);
}
