#include "handshake.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

enum { TOTAL = 1 + 2 * HANDSHAKE_C1 };

static void
answers(size_t step)
{
	struct handshake h;
	struct buf out;
	uint8_t c[TOTAL + 3];

	for (size_t i = 0; i < sizeof(c); i++)
		c[i] = (uint8_t)(i * 7);
	c[0] = 3;
	buf_init(&out, 65536);
	handshake_init(&h, 42);
	for (size_t at = 0; at < TOTAL;) {
		size_t n = sizeof(c) - at < step ? sizeof(c) - at : step;
		ssize_t k = handshake_feed(&h, c + at, n, &out);

		if (k <= 0)
			break;
		at += (size_t)k;
		/* S0, S1 and S2 come as soon as C1 is complete. */
		if (out.len != (at > HANDSHAKE_C1 ? TOTAL : 0))
			break;
	}
	OK(handshake_done(&h));
	OK(out.len == TOTAL && out.p[0] == 3);
	OK(memcmp(out.p + 5, "\0\0\0\0", 4) == 0);
	OK(memcmp(out.p + 1 + HANDSHAKE_C1, c + 1, HANDSHAKE_C1) == 0);
	OK(handshake_feed(&h, c, 3, &out) == 0);
	buf_fini(&out);
}

static void
versions(void)
{
	static const struct {
		uint8_t version;
		ssize_t rc;
	} v[] = {{3, 1}, {6, 1}, {31, 1}, {0, -1}, {2, -1}, {'G', -1},
	    {0x16, 1}, {255, -1}};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct handshake h;
		struct buf out;

		buf_init(&out, 65536);
		handshake_init(&h, 1);
		errno = 0;
		OK(handshake_feed(&h, &v[i].version, 1, &out) == v[i].rc);
		OK(v[i].rc != -1 || errno == EBADMSG);
		buf_fini(&out);
	}
}

int
main(void)
{
	answers(1);
	answers(2);
	answers(1000);
	answers(10000);
	versions();
	return tap_done();
}
