#include "section.h"
#include "nut_wire.h"

#include <string.h>

enum { HEAD = 3, CRC = 4, STUFFING = 0xff };

void
section_reset(struct section *s)
{
	s->begun = false;
	s->len = 0;
}

/* Up to LIMIT of the *N bytes at *P to what is gathered. */
static void
gather(struct section *s, const uint8_t **p, size_t *n, size_t limit)
{
	size_t take = limit > s->len ? limit - s->len : 0;

	if (take > *n)
		take = *n;
	if (take > 0)
		memcpy(s->bytes + s->len, *p, take);
	s->len += take;
	*p += take;
	*n -= take;
}

/* All of it is there.  True when it is sound and says something new. */
static bool
whole(struct section *s)
{
	size_t len = s->len;

	section_reset(s);
	if (len == s->last_len && memcmp(s->bytes, s->last, len) == 0)
		return false;
	/* The check of all bytes and their check is 0 (annex A); NUT's is the
	 * same polynomial. */
	if (len < HEAD + CRC || nut_crc(UINT32_MAX, s->bytes, len) != 0) {
		s->corrupt++;
		return false;
	}
	memcpy(s->last, s->bytes, len);
	s->last_len = len;
	return true;
}

bool
section_take(struct section *s, const uint8_t **p, size_t *n, bool *start)
{
	size_t before = *n; /* bytes that belong to what was begun before */

	if (*start) {
		before = *n > 0 ? **p : 0;
		if (before + 1 > *n) {
			s->corrupt++;
			section_reset(s);
			return false;
		}
		*p += 1;
		*n -= 1;
		*start = false;
		/* What it was begun with ends where the pointer leads. */
		if (s->begun) {
			const uint8_t *q = *p;
			size_t m = before;

			*p += before;
			*n -= before;
			if (section_take(s, &q, &m, start))
				return true;
			section_reset(s);
		} else {
			*p += before;
			*n -= before;
		}
		s->begun = true;
	}
	while (s->begun && *n > 0) {
		size_t length;

		/* Nothing but stuffing follows the last. */
		if (s->len == 0 && **p == STUFFING)
			break;
		gather(s, p, n, HEAD);
		if (s->len < HEAD)
			return false;
		length =
		    HEAD + ((size_t)(s->bytes[1] & 0xf) << 8 | s->bytes[2]);
		if (length > SECTION_MAX) {
			s->corrupt++;
			break;
		}
		gather(s, p, n, length);
		if (s->len < length)
			return false;
		if (whole(s)) {
			s->begun = true;
			return true;
		}
		s->begun = true;
	}
	if (*n > 0)
		section_reset(s);
	return false;
}
