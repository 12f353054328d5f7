#ifndef TS_PACKET_HEAD_H
#define TS_PACKET_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a packet's head and adaptation field say (13818-1, 2.4.3.2). */
struct packet_head {
	unsigned pid, counter;
	bool start, payload, scrambled;
	/* Of its adaptation field: STUFFED: there are bytes for nothing. */
	bool discontinuity, access, pcr, stuffed;
	const uint8_t *p; /* the payload */
	size_t n;
};

/* Read packet Q.  False: it is none, or of no use. */
bool packet_head_parse(struct packet_head *h, const uint8_t *q);

#endif
