#ifndef MEDIA_NUT_WIRE_H
#define MEDIA_NUT_WIRE_H

#include "buf.h"

#include <stddef.h>
#include <stdint.h>

/* What the reader and the writer of NUT share; names are the text's. */

#define NUT_ID "nut/multimedia container" /* and its NUL */

enum { NUT_ID_SIZE = sizeof(NUT_ID), NUT_STARTCODE_SIZE = 8 };

#define NUT_MAIN UINT64_C(0x4e4d7a561f5f04ad)
#define NUT_STREAM UINT64_C(0x4e5311405bf2f9db)
#define NUT_SYNCPOINT UINT64_C(0x4e4be4adeeca4569)
#define NUT_INDEX UINT64_C(0x4e58dd672f23e64e)
#define NUT_INFO UINT64_C(0x4e49ab68b596ba78)

/* Flags of a frame code. */
enum {
	NUT_KEY = 1,
	NUT_CODED_PTS = 8,
	NUT_STREAM_ID = 16,
	NUT_SIZE_MSB = 32,
	NUT_CHECKSUM = 64,
	NUT_RESERVED = 128,
	NUT_SM_DATA = 256,
	NUT_HEADER_IDX = 1024,
	NUT_MATCH_TIME = 2048,
	NUT_CODED = 4096,
	NUT_INVALID = 8192
};

enum {
	NUT_CODES = 256,
	NUT_NO_CODE = 'N',      /* begins a startcode, never a frame */
	NUT_LONG_HEADER = 4096, /* bytes; longer ones check their length */
	NUT_MAX_DISTANCE = 65536
};

/*
 * CRC-32 of polynomial 0x04C11DB7, most significant bit first, begun with
 * 0, carried on from CRC.
 */
uint32_t nut_crc(uint32_t crc, const void *p, size_t len);

/* Append V as 7 bits a byte, the most significant first; S signed. */
void nut_put_v(struct buf *b, uint64_t v);
void nut_put_s(struct buf *b, int64_t v);
void nut_put_be(struct buf *b, uint64_t v, unsigned bytes);

/* What a varint takes at most. */
enum { NUT_MAX_V = 10 };

#endif
