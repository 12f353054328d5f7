#include "handshake.h"

#include <errno.h>
#include <string.h>

/*
 * Versions 0 to 2 are of before RTMP was public and 32 and above are text of
 * another protocol; to any other the answer is 3, as section 5.2.2 asks.
 */
enum { VERSION = 3, VERSION_END = 32, TOTAL = 1 + 2 * HANDSHAKE_C1 };

void
handshake_init(struct handshake *h, uint64_t seed)
{
	*h = (struct handshake){.seed = seed};
}

bool
handshake_done(const struct handshake *h)
{
	return h->got == TOTAL;
}

static int
answer(struct handshake *h, struct buf *out)
{
	uint8_t s1[HANDSHAKE_C1] = {0};
	const uint8_t s0 = VERSION;
	uint64_t x = h->seed | 1;

	/*
	 * The four bytes after the time stay 0: they say that we speak the
	 * simple form.  The rest only has to differ from others' (xorshift).
	 */
	for (size_t i = 8; i < sizeof(s1); i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		s1[i] = (uint8_t)(x >> 24);
	}
	(void)buf_put(out, &s0, 1);
	(void)buf_put(out, s1, sizeof(s1));
	return buf_put(out, h->c1, sizeof(h->c1));
}

ssize_t
handshake_feed(struct handshake *h, const uint8_t *p, size_t n, struct buf *out)
{
	size_t taken = 0;

	while (taken < n && h->got < TOTAL) {
		size_t k = n - taken;

		if (h->got == 0) {
			if (p[0] < VERSION || p[0] >= VERSION_END) {
				errno = EBADMSG;
				return -1;
			}
			k = 1;
		} else if (h->got <= HANDSHAKE_C1) {
			size_t at = h->got - 1;

			k = k < HANDSHAKE_C1 - at ? k : HANDSHAKE_C1 - at;
			memcpy(h->c1 + at, p + taken, k);
			if (at + k == HANDSHAKE_C1 && answer(h, out) == -1)
				return -1;
		} else {
			k = k < TOTAL - h->got ? k : TOTAL - h->got;
		}
		h->got += k;
		taken += k;
	}
	return (ssize_t)taken;
}
