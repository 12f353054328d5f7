#ifndef MEDIA_BITS_H
#define MEDIA_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A bounded cursor over bits, the most significant first.  The first read
 * past the end makes it bad; what is read from a bad cursor is 0.
 */
struct bits {
	const uint8_t *p;
	size_t bit, end; /* in bits; see bits_init for the limit */
	bool bad;
};

/* LEN bytes at P; above 64 KiB only the first 64 KiB. */
void bits_init(struct bits *b, const uint8_t *p, size_t len);

uint32_t bits_get(struct bits *b, unsigned n); /* n from 0 to 32 */
void bits_skip(struct bits *b, size_t n);

/* Exp-Golomb codes (ITU-T H.264, 9.1) of up to 32 bits of prefix. */
uint32_t bits_ue(struct bits *b);
int32_t bits_se(struct bits *b);

#endif
