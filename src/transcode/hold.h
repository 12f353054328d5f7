#ifndef TRANSCODE_HOLD_H
#define TRANSCODE_HOLD_H

#include "nut.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Packets that are not to go out yet, a line for each lane.  They leave in
 * the order of their decoding times, so that what comes out does not depend
 * on which thread was faster.
 */
enum { HOLD_MAX_LANES = 32 };

struct held {
	struct held *next;
	int64_t at_us; /* dts */
	struct nut_packet packet;
	uint8_t data[];
};

struct hold {
	struct {
		struct held *first, **last;
		int64_t newest_us;
	} lane[HOLD_MAX_LANES];
	size_t bytes;
};

void hold_init(struct hold *h);
void hold_fini(struct hold *h);

/* Keep a copy of P, of LANE and AT_US.  0, or -1 with errno ENOMEM. */
int hold_put(
    struct hold *h, unsigned lane, int64_t at_us, const struct nut_packet *p);

/* From the earliest packet to the latest one, in microseconds. */
int64_t hold_span_us(const struct hold *h);

/*
 * The packet of which none of the lanes in the set WAIT (1 << lane) can bring
 * an earlier one; NULL when there is none.  It is the caller's to free, and
 * *LANE says where it comes from.
 */
struct held *hold_take(struct hold *h, uint32_t wait, unsigned *lane);

#endif
