#include "block.h"
#include "event.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/*
 * Every event of K gives way to its hash: the digest is to stay, and a mark
 * to say of itself what was said of it.
 */
static void
remove_all(const struct block *opened, uint8_t digest[BLOCK_DIGEST_BYTES])
{
	uint8_t hash[BLOCK_DIGEST_BYTES], after[BLOCK_DIGEST_BYTES];
	struct block k = *opened, removed;
	struct str raw, mark;
	struct buf b;

	buf_init(&b, BLOCK_MAX_BYTES);
	if (block_begin(&b) == -1)
		abort();
	while (block_next(&k, &raw) == 1) {
		if (raw.p != NULL)
			block_event_hash(k.form, raw, hash);
		/* An empty event takes less than its mark. */
		if (block_put_removed(
			&b, raw.p != NULL ? hash : k.hash, raw.len) == -1)
			goto out;
	}
	block_seal_as(&b, opened);
	block_own(&removed, &b);
	if (block_digest(&removed, after) == -1 ||
	    memcmp(digest, after, sizeof(after)) != 0)
		abort();
	k = *opened;
	while (block_next(&k, &raw) == 1)
		if (block_next(&removed, &mark) != 1 || mark.p != NULL ||
		    mark.len != raw.len)
			abort();
out:
	buf_fini(&b);
}

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
			if (raw.p != NULL)
				(void)event_decode(&e, raw.p, raw.len, &why);
	buf_init(&b, BLOCK_MAX_BYTES);
	if (block_begin(&b) == 0 && buf_put(&b, data, len) == 0) {
		uint8_t before[BLOCK_DIGEST_BYTES] = {0};

		block_seal(&b, 7, 1, 0, before);
		if (block_open(&k, 7, b.p, b.len, &why) == -1)
			abort();
		if (block_digest(&k, before) == 0)
			remove_all(&k, before);
		while (block_next(&k, &raw) == 1)
			if (raw.p != NULL)
				(void)event_decode(&e, raw.p, raw.len, &why);
	}
	buf_fini(&b);
	return 0;
}
