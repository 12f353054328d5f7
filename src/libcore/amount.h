#ifndef CORE_AMOUNT_H
#define CORE_AMOUNT_H

#include <stdint.h>

/* Bytes and lengths of time as people write and read them. */

/*
 * Parse all of S, a whole number of bytes with K, M, G or T behind it for
 * powers of 1024 ("1G"), into *BYTES.  0, or -1 with errno EINVAL or ERANGE.
 */
int amount_parse_bytes(const char *s, uint64_t *bytes);

/*
 * Parse all of S, a whole number with s, min, h, d or w behind it ("30d"),
 * into *US, microseconds.  As above.
 */
int amount_parse_us(const char *s, uint64_t *us);

enum { AMOUNT_SIZE = 32 };

/* BYTES for people: "17 B", "1.4 KiB", "3.0 GiB". */
void amount_bytes(char dst[AMOUNT_SIZE], uint64_t bytes);

#endif
