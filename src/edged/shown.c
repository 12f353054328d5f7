#include "shown.h"

void
shown_add(struct shown *s, uint64_t now_us, uint64_t slot_us, uint64_t sequence)
{
	struct shown_slot *slot = &s->slot[s->newest];

	if (now_us >= slot->until_us) {
		s->newest = (s->newest + 1) % SHOWN_SLOTS;
		slot = &s->slot[s->newest];
		slot->until_us = now_us - now_us % slot_us + slot_us;
	}
	slot->sequence = sequence;
}

uint64_t
shown_since(const struct shown *s, uint64_t sequence)
{
	uint64_t since_us = 0;

	for (unsigned i = 0; i < SHOWN_SLOTS; i++) {
		const struct shown_slot *slot =
		    &s->slot[(s->newest + SHOWN_SLOTS - i) % SHOWN_SLOTS];

		if (slot->sequence < sequence)
			break;
		since_us = slot->until_us;
	}
	return since_us;
}
