#include "annexb.h"

#include <stddef.h>
#include <string.h>

const uint8_t *
annexb_start(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *one;

	if (end - p < 3)
		return end;
	/* Zeros are frequent; a one behind two of them is not. */
	for (p += 2; p < end; p = one + 1) {
		one = memchr(p, 1, (size_t)(end - p));
		if (one == NULL)
			return end;
		if (one[-1] == 0 && one[-2] == 0)
			return one - 2;
	}
	return end;
}
