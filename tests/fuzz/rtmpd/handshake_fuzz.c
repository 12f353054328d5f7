#include "handshake.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t step = len > 0 ? data[0] + 1U : 1;
	struct handshake h;
	struct buf out;

	buf_init(&out, 4096);
	handshake_init(&h, len);
	for (size_t at = 1; at < len;) {
		size_t n = len - at < step ? len - at : step;
		ssize_t k = handshake_feed(&h, data + at, n, &out);

		if (k > (ssize_t)n || out.len > 3073)
			abort();
		if (k <= 0)
			break;
		at += (size_t)k;
	}
	buf_fini(&out);
	return 0;
}
