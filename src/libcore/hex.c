#include "hex.h"

#include <errno.h>

void
hex_encode(char *dst, const uint8_t *p, size_t n)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		dst[2 * i] = digit[p[i] >> 4];
		dst[2 * i + 1] = digit[p[i] & 15];
	}
	dst[2 * n] = '\0';
}

static int
value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
hex_decode(uint8_t *dst, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int hi = value(s[2 * i]);
		int lo = hi < 0 ? -1 : value(s[2 * i + 1]);

		if (lo < 0) {
			errno = EINVAL;
			return -1;
		}
		dst[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}
