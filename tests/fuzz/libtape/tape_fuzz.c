#include "key.h"
#include "tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Whatever a file holds, pieces are bounded, and their times do not go back. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int fd = memfd_create("tape", MFD_CLOEXEC);
	char key[TAPE_MAX_KEY + 1] = "", path[64];
	uint64_t at_us, before_us = 0;
	struct str piece, found;
	struct tape *t;

	if (fd == -1 || write(fd, data, len) != (ssize_t)len)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if ((t = tape_open(path)) != NULL) {
		while (tape_next(t, key, &at_us, &piece) == 1) {
			if (piece.len == 0 || piece.len > TAPE_MAX_PIECE ||
			    at_us < before_us)
				abort();
			before_us = at_us;
		}
		tape_end(t);
	}
	(void)close(fd);
	if (key_find((struct str){(const char *)data, len}, &found) &&
	    (found.len == 0 || found.p < (const char *)data ||
		found.p + found.len > (const char *)data + len))
		abort();
	return 0;
}
