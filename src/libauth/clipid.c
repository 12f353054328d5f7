#include "clipid.h"

#include <sodium.h>
#include <stdint.h>

enum { BYTES = 8, BITS = 5 };

int
clipid_make(char dst[CLIPID_SIZE], struct str key)
{
	/* Without i, l, o and u, which are mistaken for others. */
	static const char digit[] = "0123456789abcdefghjkmnpqrstvwxyz";
	uint8_t byte[crypto_generichash_BYTES];
	uint64_t v = 0;

	if (sodium_init() == -1)
		return -1;
	if (key.len > 0)
		(void)crypto_generichash(byte, sizeof(byte),
		    (const unsigned char *)key.p, key.len, NULL, 0);
	else
		randombytes_buf(byte, BYTES);
	for (size_t i = 0; i < BYTES; i++)
		v = v << 8 | byte[i];
	for (size_t i = 0; i < CLIPID_SIZE - 1; i++, v >>= BITS)
		dst[i] = digit[v & ((1 << BITS) - 1)];
	dst[CLIPID_SIZE - 1] = '\0';
	return 0;
}
