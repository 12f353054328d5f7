#include "uuid.h"
#include "clock.h"
#include "hex.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>

int
uuid_v7(char dst[UUID_TEXT_SIZE])
{
	uint64_t ms = clock_real_us() / 1000;
	uint8_t b[16];
	char hex[33];

	if (getrandom(b + 6, 10, 0) != 10)
		return -1;
	for (int i = 0; i < 6; i++)
		b[i] = (uint8_t)(ms >> (40 - 8 * i));
	b[6] = (b[6] & 0x0f) | 0x70;
	b[8] = (b[8] & 0x3f) | 0x80;
	hex_encode(hex, b, sizeof(b));
	for (int i = 0, o = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			dst[o++] = '-';
		dst[o++] = hex[i];
	}
	dst[UUID_TEXT_SIZE - 1] = '\0';
	return 0;
}

void
uuid_next(char text[UUID_TEXT_SIZE])
{
	static const char digit[] = "0123456789abcdef";

	/* The 62 bits of rand_b, but for the variant: from the right. */
	for (int i = UUID_TEXT_SIZE - 2; i > 19; i--) {
		const char *at;

		if (text[i] == '-' || (at = strchr(digit, text[i])) == NULL)
			continue;
		if (*at != 'f') {
			text[i] = at[1];
			return;
		}
		text[i] = '0';
	}
}
