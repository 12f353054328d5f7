#ifndef TS_PACKETS_H
#define TS_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The packets in bytes that come in any pieces: where their sync bytes stand
 * in a row, 188, 192 or 204 bytes apart (13818-1, 2.4.3.2; the others bear a
 * time before each or a check behind it, which nobody needs here).
 */
enum { PACKET_SIZE = 188, PACKETS_HELD = 2048 };

struct packets {
	const uint8_t *p, *end; /* brought, borrowed, not looked at yet */
	bool ended;             /* nothing comes behind them */
	size_t stride;          /* from one packet to the next; 0: not known */
	size_t gap;             /* bytes between packets still to leave out */
	bool any;               /* one was found */
	uint64_t skipped;       /* bytes that were of no packet */
	/* A packet that is not whole, or bytes in which none was found yet. */
	size_t at, len;
	uint8_t held[PACKETS_HELD];
};

/*
 * The next packet, PACKET_SIZE bytes that begin with a sync byte, valid until
 * the next call; NULL when more bytes are needed.
 */
const uint8_t *packets_next(struct packets *k);

#endif
