#include "zmtp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MAX_BYTES = 1000 };

/*
 * Whatever a peer says, each item lies within what it said and within the
 * limits, and the same comes of it when it arrives byte by byte.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct zmtp z = {.message_max_bytes = MAX_BYTES}, slow;
	struct str in = {(const char *)data, len}, body = {0}, other = {0};
	enum zmtp_item item = ZMTP_OTHER, part;
	size_t size, need = 0;

	while (item != ZMTP_BAD && item != ZMTP_PART) {
		slow = z;
		item = zmtp_next(&z, in, &size, &body);
		part = ZMTP_PART;
		for (size_t n = 0; part == ZMTP_PART && n <= in.len; n++) {
			struct str some = {in.p, n};

			part = zmtp_next(&slow, some, &need, &other);
			if (part == ZMTP_PART && need <= n)
				abort();
		}
		if (part != item && part != ZMTP_BAD)
			abort();
		if (item == ZMTP_BAD || item == ZMTP_PART)
			break;
		if (size == 0 || size > in.len || need != size)
			abort();
		if ((item == ZMTP_MESSAGE || item == ZMTP_PING) &&
		    (body.len > MAX_BYTES || body.p < in.p ||
			body.p + body.len > in.p + size))
			abort();
		if (!z.greeted || (item == ZMTP_MESSAGE && !z.ready))
			abort();
		in.p += size;
		in.len -= size;
	}
	return 0;
}
