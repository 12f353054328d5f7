#include "extended.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What a part is said to be lies in the message, one behind the other. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	for (int k = MEDIA_VIDEO; k <= MEDIA_AUDIO; k++) {
		enum media_kind kind = (enum media_kind)k;
		const uint8_t *at = data;
		struct extended_part part;
		struct extended x;
		unsigned parts = 0;

		if (!extended_is(kind, data, len) ||
		    extended_begin(&x, kind, data, len) == -1)
			continue;
		if (x.offset_ns > 999999)
			abort();
		while (extended_next(&x, &part) == 1) {
			if (part.p <= at || part.p > data + len ||
			    part.len > (size_t)(data + len - part.p) ||
			    part.track > 255 || ++parts > EXTENDED_PARTS_MAX)
				abort();
			at = part.p + part.len - 1;
		}
		if (extended_next(&x, &part) != 0)
			abort();
	}
	return 0;
}
