/* Packets that wait leave in the order of their times. */
#include "hold.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>

static void
put(struct hold *h, unsigned lane, int64_t at_us)
{
	const uint8_t byte = (uint8_t)at_us;
	const struct nut_packet p = {.pts = at_us, .data = &byte, .len = 1};

	OK(hold_put(h, lane, at_us, &p) == 0);
}

static bool
takes(struct hold *h, uint32_t wait, unsigned want, int64_t at_us)
{
	unsigned lane = 0;
	struct held *held = hold_take(h, wait, &lane);
	bool ok = held != NULL && lane == want && held->at_us == at_us &&
		  held->packet.len == 1 &&
		  held->packet.data[0] == (uint8_t)at_us;

	free(held);
	return ok;
}

int
main(void)
{
	struct hold h;
	unsigned lane;

	hold_init(&h);
	OK(hold_take(&h, 0, &lane) == NULL);
	OK(hold_span_us(&h) == 0);
	put(&h, 0, 10);
	put(&h, 0, 30);
	put(&h, 2, 20);
	OK(hold_span_us(&h) == 20 && h.bytes == 3);
	/* Lane 1 may bring something earlier; lane 2 has. */
	OK(hold_take(&h, 1 << 1, &lane) == NULL);
	OK(takes(&h, 1 << 0 | 1 << 2, 0, 10));
	OK(takes(&h, 1 << 0 | 1 << 2, 2, 20));
	OK(hold_take(&h, 1 << 0 | 1 << 2, &lane) == NULL);
	put(&h, 2, 40);
	OK(takes(&h, 1 << 0 | 1 << 2, 0, 30));
	/* Of the same time the lower lane is first. */
	put(&h, 1, 40);
	OK(takes(&h, 0, 1, 40));
	OK(takes(&h, 0, 2, 40));
	OK(h.bytes == 0);
	put(&h, 31, 1);
	hold_fini(&h);
	OK(hold_take(&h, 0, &lane) == NULL);
	return tap_done();
}
