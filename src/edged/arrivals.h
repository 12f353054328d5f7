#ifndef EDGED_ARRIVALS_H
#define EDGED_ARRIVALS_H

#include <stdint.h>

/*
 * Since when a track's newest segments have been in its playlist.  Many may
 * come at once, when what was held up on its way goes on; who has a playlist
 * of before does not know them, however old they are by their own times.
 */

enum { ARRIVALS_SLOTS = 8 };

struct arrivals {
	/* Before UNTIL_US at the latest there were all before SEQUENCE. */
	struct arrivals_slot {
		uint64_t until_us, sequence;
	} slot[ARRIVALS_SLOTS];
	unsigned newest;
};

/*
 * All before SEQUENCE are there at NOW_US (clock_mono_us).  What was there
 * less than SLOT_US apart counts as one.
 */
void arrivals_add(
    struct arrivals *s, uint64_t now_us, uint64_t slot_us, uint64_t sequence);

/*
 * When all before SEQUENCE were there at the latest; 0: they never were, or
 * nobody remembers.
 */
uint64_t arrivals_since(const struct arrivals *s, uint64_t sequence);

#endif
