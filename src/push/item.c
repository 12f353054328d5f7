#include "item.h"
#include "ticks.h"

#include <stdlib.h>
#include <string.h>

enum { MICRO = 1000000 };

static struct item *
make(size_t bytes)
{
	struct item *i = calloc(1, sizeof(*i) + bytes);

	if (i == NULL)
		return NULL;
	atomic_init(&i->holders, 1);
	i->bytes = sizeof(*i) + bytes;
	return i;
}

struct item *
item_head(const struct media_track *track, size_t n)
{
	size_t bytes = n * sizeof(*track), at = bytes;
	struct item *i;

	for (size_t k = 0; k < n; k++)
		bytes += track[k].config_len;
	if ((i = make(bytes)) == NULL)
		return NULL;
	i->kind = ITEM_HEAD;
	i->track = (void *)i->data;
	i->tracks = n;
	for (size_t k = 0; k < n; k++) {
		i->track[k] = track[k];
		i->track[k].config = i->data + at;
		if (track[k].config_len > 0)
			memcpy(
			    i->data + at, track[k].config, track[k].config_len);
		at += track[k].config_len;
	}
	return i;
}

struct item *
item_packet(const struct nut_packet *p, const struct media_track *t, bool start)
{
	struct item *i = make(p->len);

	if (i == NULL)
		return NULL;
	i->kind = ITEM_PACKET;
	i->packet = *p;
	memcpy(i->data, p->data, p->len);
	i->packet.data = i->data;
	i->dts_us = ticks_rescale(p->dts, t->time_num, t->time_den, MICRO);
	i->pts_us = ticks_rescale(p->pts, t->time_num, t->time_den, MICRO);
	i->start = start;
	return i;
}

struct item *
item_hold(struct item *i)
{
	atomic_fetch_add_explicit(&i->holders, 1, memory_order_relaxed);
	return i;
}

void
item_drop(struct item **ip)
{
	struct item *i = *ip;

	*ip = NULL;
	if (i != NULL && atomic_fetch_sub_explicit(
			     &i->holders, 1, memory_order_acq_rel) == 1)
		free(i);
}
