#include "block.h"
#include "event.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/*
 * The header is sealed anew around the input, so that what is behind the
 * CRC is reached, too.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct block k;
	struct str raw;
	struct event e;
	struct buf b;
	const char *why;

	if (block_open(&k, 1, data, len, &why) == 0)
		while (block_next(&k, &raw) == 1)
			(void)event_decode(&e, raw.p, raw.len, &why);
	buf_init(&b, BLOCK_MAX_BYTES);
	if (block_begin(&b) == 0 && buf_put(&b, data, len) == 0) {
		uint8_t before[BLOCK_DIGEST_BYTES] = {0};

		block_seal(&b, 7, 1, 0, before);
		if (block_open(&k, 7, b.p, b.len, &why) == -1)
			abort();
		(void)block_digest(&k, before);
		while (block_next(&k, &raw) == 1)
			(void)event_decode(&e, raw.p, raw.len, &why);
	}
	buf_fini(&b);
	return 0;
}
