#ifndef EDGED_PACK_H
#define EDGED_PACK_H

#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pieces of a gzip body (RFC 1952), made each by itself and then joined. */

/*
 * The N texts one after the other as raw deflate data, which refer to nothing
 * before them; LAST: they end the stream, else they end at an octet, and more
 * may follow.  Allocated, *BYTES long; NULL when there is no memory.
 */
unsigned char *pack_deflate(
    const struct str *text, size_t n, bool last, size_t *bytes);

uint32_t pack_crc(struct str text);

/* The CRC of what has CRC A followed by B_BYTES that have CRC B. */
uint32_t pack_crc_join(uint32_t a, uint32_t b, size_t b_bytes);

#endif
