#ifndef PUSH_ITEM_H
#define PUSH_ITEM_H

#include "nut.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* What came in, held by all that have yet to send it. */
struct item {
	atomic_uint holders;
	enum { ITEM_HEAD, ITEM_PACKET } kind;
	size_t bytes; /* of all of it */

	/* A head: what follows is of these tracks. */
	struct media_track *track; /* in the data */
	size_t tracks;

	/* A packet, with its data. */
	struct nut_packet packet;
	int64_t dts_us, pts_us;
	bool start; /* decoding may begin here */

	_Alignas(max_align_t) uint8_t data[];
};

/*
 * Both copy what they are given; P is of the track T, and START says that
 * decoding may begin with it.  NULL with errno ENOMEM.
 */
struct item *item_head(const struct media_track *track, size_t n);
struct item *item_packet(
    const struct nut_packet *p, const struct media_track *t, bool start);

struct item *item_hold(struct item *i);
void item_drop(struct item **ip);

#endif
