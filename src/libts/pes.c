#include "pes.h"

#include <errno.h>
#include <string.h>

enum {
	FIXED = 9,    /* bytes up to PES_header_data_length */
	TIMES = 5,    /* bytes of a time */
	LENGTH_AT = 6 /* PES_packet_length counts from here */
};

void
pes_begin(struct pes *s)
{
	s->state = PES_HEAD;
	s->head_len = 0;
}

void
pes_lost(struct pes *s)
{
	s->state = PES_IDLE;
}

/* The time at P, whose first four bits are PREFIX; -1 where it is none. */
static int64_t
time_at(const uint8_t *p, unsigned prefix)
{
	if (p[0] >> 4 != prefix || (p[0] & p[2] & p[4] & 1) == 0)
		return -1;
	return (int64_t)(p[0] >> 1 & 7) << 30 | (int64_t)p[1] << 22 |
	       (int64_t)(p[2] >> 1) << 15 | (int64_t)p[3] << 7 | p[4] >> 1;
}

/* The whole head is there. */
static int
complete(struct pes *s)
{
	const uint8_t *h = s->head;
	size_t length = (size_t)(h[4] << 8 | h[5]), fields = h[8];

	s->state = PES_BODY;
	s->bounded = length > 0;
	s->timed = false;
	if (s->bounded) {
		if (length + LENGTH_AT < s->head_len)
			goto bad;
		s->left = length + LENGTH_AT - s->head_len;
	}
	if ((h[6] & 0x30) != 0) { /* PES_scrambling_control */
		s->state = PES_IDLE;
		errno = EACCES;
		return -1;
	}
	if ((h[7] & 0x80) != 0 && fields >= TIMES) {
		bool both = (h[7] & 0x40) != 0 && fields >= 2 * TIMES;

		s->pts = time_at(h + FIXED, both ? 3 : 2);
		s->dts = both ? time_at(h + FIXED + TIMES, 1) : s->pts;
		if (s->dts == -1)
			s->dts = s->pts;
		s->timed = s->pts != -1;
	}
	return 1;
bad:
	s->state = PES_IDLE;
	errno = EBADMSG;
	return -1;
}

/* Up to WANT bytes of the head. */
static bool
gather(struct pes *s, const uint8_t **p, size_t *n, size_t want)
{
	size_t take = want > s->head_len ? want - s->head_len : 0;

	if (take > *n)
		take = *n;
	if (take > 0)
		memcpy(s->head + s->head_len, *p, take);
	s->head_len += take;
	*p += take;
	*n -= take;
	return s->head_len >= want;
}

int
pes_head(struct pes *s, const uint8_t **p, size_t *n)
{
	const uint8_t *h = s->head;

	if (s->state != PES_HEAD || !gather(s, p, n, FIXED))
		return 0;
	/* Streams of media have the flags that begin with 10 (table 2-21). */
	if (h[0] != 0 || h[1] != 0 || h[2] != 1 || h[6] >> 6 != 2) {
		s->state = PES_IDLE;
		errno = EBADMSG;
		return -1;
	}
	if (!gather(s, p, n, FIXED + (size_t)h[8]))
		return 0;
	return complete(s);
}

size_t
pes_body(struct pes *s, size_t n)
{
	if (s->state != PES_BODY)
		return 0;
	if (!s->bounded)
		return n;
	if (n > s->left)
		n = s->left;
	s->left -= n;
	return n;
}

bool
pes_complete(const struct pes *s)
{
	return s->state == PES_BODY && s->bounded && s->left == 0;
}
