#include "hold.h"

#include <stdlib.h>
#include <string.h>

void
hold_init(struct hold *h)
{
	*h = (struct hold){0};
	for (unsigned i = 0; i < HOLD_MAX_LANES; i++)
		h->lane[i].last = &h->lane[i].first;
}

void
hold_fini(struct hold *h)
{
	struct held *held;
	unsigned lane;

	while ((held = hold_take(h, 0, &lane)) != NULL)
		free(held);
}

int
hold_put(
    struct hold *h, unsigned lane, int64_t at_us, const struct nut_packet *p)
{
	struct held *held = malloc(sizeof(*held) + p->len);

	if (held == NULL)
		return -1;
	*held = (struct held){.at_us = at_us, .packet = *p};
	if (p->len > 0)
		memcpy(held->data, p->data, p->len);
	held->packet.data = held->data;
	*h->lane[lane].last = held;
	h->lane[lane].last = &held->next;
	h->lane[lane].newest_us = at_us;
	h->bytes += p->len;
	return 0;
}

int64_t
hold_span_us(const struct hold *h)
{
	int64_t from = INT64_MAX, to = INT64_MIN;

	for (unsigned i = 0; i < HOLD_MAX_LANES; i++) {
		if (h->lane[i].first == NULL)
			continue;
		if (h->lane[i].first->at_us < from)
			from = h->lane[i].first->at_us;
		if (h->lane[i].newest_us > to)
			to = h->lane[i].newest_us;
	}
	return to > from ? to - from : 0;
}

struct held *
hold_take(struct hold *h, uint32_t wait, unsigned *lane)
{
	struct held *least = NULL;

	for (unsigned i = 0; i < HOLD_MAX_LANES; i++) {
		struct held *first = h->lane[i].first;

		if (first == NULL && (wait & UINT32_C(1) << i) != 0)
			return NULL;
		if (first != NULL &&
		    (least == NULL || first->at_us < least->at_us)) {
			least = first;
			*lane = i;
		}
	}
	if (least == NULL)
		return NULL;
	if ((h->lane[*lane].first = least->next) == NULL)
		h->lane[*lane].last = &h->lane[*lane].first;
	h->bytes -= least->packet.len;
	return least;
}
