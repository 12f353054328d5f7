#include "journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { PAGES = 16, PIECE = 5 };

/*
 * Each five octets of the input put a block on a page of the ring: which page,
 * its first seq, how many events it says it has, how long it is, and whether
 * it follows the one before; now and then a page holds the input as it is.
 */
static void
put_blocks(int fd, const uint8_t *data, size_t len)
{
	uint8_t before[BLOCK_DIGEST_BYTES] = {0};

	for (; len >= PIECE; data += PIECE, len -= PIECE) {
		off_t at = (off_t)(data[0] % PAGES) * JOURNAL_PAGE;
		struct block k;
		struct buf b;

		if (data[4] % 8 == 7) {
			(void)!pwrite(fd, data, len, at);
			continue;
		}
		buf_init(&b, BLOCK_MAX_BYTES);
		(void)block_begin(&b);
		for (size_t i = 0; i < data[3] * 64u; i += len)
			(void)buf_put(&b, data, len);
		block_seal(&b, data[1] % 32, data[2] % 4 + 1u, 0, before);
		block_own(&k, &b);
		if (data[4] % 2 == 0)
			(void)block_digest(&k, before);
		(void)!pwrite(fd, b.p, b.len, at);
		buf_fini(&b);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char dir[64], path[80];
	uint8_t digest[BLOCK_DIGEST_BYTES] = {0};
	struct journal_place place = {0};
	struct journal *j;
	uint64_t head = 0;
	struct buf b;
	int fd;

	if (dir[0] == '\0') {
		(void)snprintf(dir, sizeof(dir), "/tmp/f.XXXXXX");
		if (mkdtemp(dir) == NULL)
			abort();
		(void)snprintf(path, sizeof(path), "%s/journal", dir);
	}
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd == -1 || ftruncate(fd, PAGES * JOURNAL_PAGE) == -1)
		abort();
	put_blocks(fd, data, len);
	(void)close(fd);
	if ((j = journal_open(dir)) == NULL)
		abort();
	buf_init(&b, BLOCK_MAX_BYTES);
	(void)journal_find(j, &head, digest);
	for (uint64_t seq = 1; seq <= head; seq++)
		if (journal_copy(j, seq, 0, &place, 4096, &b) == -1)
			abort();
	(void)journal_copy(j, 1, 2, &place, 4096, &b);
	buf_fini(&b);
	journal_close(j);
	(void)unlink(path);
	return 0;
}
