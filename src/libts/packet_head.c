#include "packet_head.h"
#include "packets.h"

/* The N bytes, at least 1, of the adaptation field at P (2.4.3.4). */
static void
field_parse(struct packet_head *h, const uint8_t *p, size_t n)
{
	size_t used = 1;

	h->discontinuity = (p[0] & 0x80) != 0;
	h->access = (p[0] & 0x40) != 0;
	h->pcr = (p[0] & 0x10) != 0;
	used += h->pcr ? 6 : 0;
	used += p[0] & 0x08 ? 6 : 0; /* OPCR */
	used += p[0] & 0x04 ? 1 : 0; /* splice_countdown */
	/* Private data and extensions: nobody stuffs beside them. */
	h->stuffed = n > used && (p[0] & 0x03) == 0;
}

bool
packet_head_parse(struct packet_head *h, const uint8_t *q)
{
	const uint8_t *end = q + PACKET_SIZE;

	*h = (struct packet_head){.pid = (unsigned)((q[1] & 0x1f) << 8 | q[2]),
	    .counter = q[3] & 0xf,
	    .start = (q[1] & 0x40) != 0,
	    .payload = (q[3] & 0x10) != 0,
	    .scrambled = (q[3] & 0xc0) != 0,
	    .p = q + 4};
	if ((q[1] & 0x80) != 0) /* transport_error_indicator */
		return false;
	if ((q[3] & 0x20) != 0) {
		size_t n = q[4];

		if (n > PACKET_SIZE - 5)
			return false;
		h->stuffed = n == 0;
		if (n > 0)
			field_parse(h, q + 5, n);
		h->p += 1 + n;
	}
	h->n = h->payload ? (size_t)(end - h->p) : 0;
	return true;
}
