#include "movie.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * The first two octets say how long the initialization section is; what is
 * behind it are the bytes of two segments, halves of the rest.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
add(struct movie *m, uint64_t file, const uint8_t *p, size_t len)
{
	struct movie_segment s = {.file = file, .discontinuity = file > 0};

	s.fd = memfd_create("segment", MFD_CLOEXEC);
	if (s.fd == -1 || write(s.fd, p, len) != (ssize_t)len)
		abort();
	(void)movie_add(m, &s);
	(void)close(s.fd);
}

/* Each octet behind the head is in a piece of a file. */
static void
check(const struct movie *m, const size_t len[2])
{
	struct movie_piece p;

	for (uint64_t at = movie_head(m).len; at < movie_bytes(m);
	     at += p.bytes) {
		movie_piece(m, at, &p);
		if (p.bytes == 0 || p.file > 1 ||
		    (p.memory == NULL && p.offset + p.bytes > len[p.file]) ||
		    at + p.bytes > movie_bytes(m))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct movie *m;
	size_t n, half[2];

	if (len < 2)
		return 0;
	n = (size_t)data[0] << 8 | data[1];
	data += 2;
	len -= 2;
	if (n > len)
		return 0;
	if ((m = movie_open()) == NULL)
		abort();
	if (movie_init(m, 0, data, n) == 0) {
		half[0] = (len - n) / 2;
		half[1] = len - n - half[0];
		add(m, 0, data + n, half[0]);
		add(m, 1, data + n + half[0], half[1]);
		if (movie_finish(m, 500000, 10000000) == 0)
			check(m, half);
	}
	movie_close(m);
	return 0;
}
