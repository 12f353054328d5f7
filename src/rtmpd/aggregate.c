#include "aggregate.h"

enum { HEADER = 11, TRAILER = 4 }; /* of an FLV tag (FLV 10.1, E.4.1) */

void
aggregate_init(
    struct aggregate *a, uint32_t timestamp_ms, const uint8_t *p, size_t len)
{
	*a = (struct aggregate){p, p + len, timestamp_ms, false, false};
}

bool
aggregate_next(struct aggregate *a, struct aggregate_tag *t)
{
	const uint8_t *p = a->p;
	size_t there = (size_t)(a->end - p);
	uint32_t time;

	if (a->bad || there == 0)
		return false;
	if (there < HEADER)
		goto bad;
	t->type = p[0];
	t->len = (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	time = (uint32_t)p[7] << 24 | (uint32_t)p[4] << 16 |
	       (uint32_t)p[5] << 8 | p[6];
	if (there - HEADER < t->len)
		goto bad;
	if (!a->begun)
		a->shift_ms -= time;
	a->begun = true;
	t->timestamp_ms = time + a->shift_ms;
	t->p = p + HEADER;
	there -= HEADER + t->len;
	a->p = t->p + t->len + (there < TRAILER ? there : TRAILER);
	return true;
bad:
	a->bad = true;
	return false;
}
