#include "packets.h"

#include <string.h>

enum {
	SYNC = 0x47,
	IN_A_ROW = 5,       /* sync bytes that are no chance */
	TIMED_STRIDE = 192, /* a time of 4 bytes and a packet */
	MAX_STRIDE = 204
};

/* Bytes brought to those that are held, until those are WANT. */
static void
fill(struct packets *k, size_t want)
{
	size_t n = (size_t)(k->end - k->p);

	if (k->at > 0) {
		memmove(k->held, k->held + k->at, k->len - k->at);
		k->len -= k->at;
		k->at = 0;
	}
	if (k->len >= want)
		return;
	if (n > want - k->len)
		n = want - k->len;
	if (n == 0)
		return;
	memcpy(k->held + k->len, k->p, n);
	k->len += n;
	k->p += n;
}

/* Leave out what stands between two packets.  False: not all of it is here. */
static bool
leave_gap(struct packets *k)
{
	size_t n = k->len - k->at;

	if (n > k->gap)
		n = k->gap;
	k->at += n;
	k->gap -= n;
	n = (size_t)(k->end - k->p);
	if (n > k->gap)
		n = k->gap;
	if (n > 0)
		k->p += n;
	k->gap -= n;
	return k->gap == 0;
}

/* True when packets seem to begin at AT of what is held, STRIDE apart. */
static bool
in_a_row(const struct packets *k, size_t at, size_t stride)
{
	size_t i = at;

	/* At the end, all that there are; of the first there must be all. */
	if (at + PACKET_SIZE > k->len ||
	    (!k->ended && at + (IN_A_ROW - 1) * stride >= k->len))
		return false;
	for (int n = 0; n < IN_A_ROW && i < k->len; n++, i += stride)
		if (k->held[i] != SYNC)
			return false;
	return true;
}

/* What stands before the first packet, at AT, is a time of its own? */
static bool
leads(const struct packets *k, size_t at)
{
	return !k->any && k->stride == TIMED_STRIDE &&
	       at == TIMED_STRIDE - PACKET_SIZE;
}

/* Find how packets stand in what is held.  False: that needs more bytes. */
static bool
find(struct packets *k)
{
	static const size_t strides[] = {PACKET_SIZE, TIMED_STRIDE, MAX_STRIDE};
	bool all;

	do {
		size_t i;

		fill(k, sizeof(k->held));
		all = k->p == k->end;
		for (i = 0; i < k->len; i++) {
			const uint8_t *s =
			    memchr(k->held + i, SYNC, k->len - i);

			i = s != NULL ? (size_t)(s - k->held) : k->len;
			for (size_t j = 0; j < 3; j++)
				if (in_a_row(k, i, strides[j])) {
					k->stride = strides[j];
					k->at = i;
					k->skipped += leads(k, i) ? 0 : i;
					return true;
				}
			/* It cannot be told of this one yet. */
			if (!k->ended &&
			    i + (IN_A_ROW - 1) * MAX_STRIDE >= k->len)
				break;
		}
		if (i > k->len)
			i = k->len;
		k->at = i;
		k->skipped += i;
	} while (!all);
	return false;
}

const uint8_t *
packets_next(struct packets *k)
{
	for (;;) {
		const uint8_t *q;

		if (k->gap > 0 && !leave_gap(k))
			return NULL;
		if (k->stride == 0 && !find(k))
			return NULL;
		if (k->at == k->len && k->end - k->p >= PACKET_SIZE) {
			q = k->p;
			if (*q == SYNC)
				k->p += PACKET_SIZE;
		} else {
			if (k->len - k->at < PACKET_SIZE)
				fill(k, PACKET_SIZE);
			if (k->len - k->at < PACKET_SIZE)
				return NULL;
			q = k->held + k->at;
			if (*q == SYNC)
				k->at += PACKET_SIZE;
		}
		if (*q == SYNC) {
			k->gap = k->stride - PACKET_SIZE;
			k->any = true;
			return q;
		}
		k->stride = 0;
	}
}
