#include "arrivals.h"

void
arrivals_add(
    struct arrivals *s, uint64_t now_us, uint64_t slot_us, uint64_t sequence)
{
	struct arrivals_slot *slot = &s->slot[s->newest];

	if (now_us >= slot->until_us) {
		s->newest = (s->newest + 1) % ARRIVALS_SLOTS;
		slot = &s->slot[s->newest];
		slot->until_us = now_us - now_us % slot_us + slot_us;
	}
	slot->sequence = sequence;
}

uint64_t
arrivals_since(const struct arrivals *s, uint64_t sequence)
{
	uint64_t since_us = 0;

	for (unsigned i = 0; i < ARRIVALS_SLOTS; i++) {
		const struct arrivals_slot *slot =
		    &s->slot[(s->newest + ARRIVALS_SLOTS - i) % ARRIVALS_SLOTS];

		if (slot->sequence < sequence)
			break;
		since_us = slot->until_us;
	}
	return since_us;
}
