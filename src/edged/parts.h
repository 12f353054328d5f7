#ifndef EDGED_PARTS_H
#define EDGED_PARTS_H

#include "types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The parts (RFC 8216bis, 4.4.4.9) of a track's newest segments, oldest
 * first, those of the segment that still grows at the end.  Only parts that
 * make up their segment without a hole, from its first octet on, are kept.
 */

enum { PARTS_MAX = 4096 /* of one track, however short they are */ };

struct part {
	uint64_t msn; /* of its segment's file */
	uint64_t start_us, duration_us;
	uint64_t offset, bytes; /* where in that file it lies */
	bool independent;
};

struct parts {
	struct part *part; /* N of them */
	size_t n, capacity;
	size_t growing; /* how many of them have no whole segment yet */
	/* Of the segment that grows, when GROWING is not 0. */
	uint32_t run;
	bool discontinuity;
	bool lost; /* one is missing: the segment that grows has none */
};

void parts_fini(struct parts *p);

/*
 * Add the part E; the first of a segment replaces what grew before.  One that
 * does not continue what is there is not kept, nor are those that follow it.
 * 1 when something changed, 0 when nothing did, -1 with errno ENOMEM.
 */
int parts_add(struct parts *p, const struct PartReady *e);

/* The parts that grow, oldest first, or NULL; P->growing of them. */
const struct part *parts_growing(const struct parts *p);

/* What grew never becomes a segment. */
void parts_drop(struct parts *p);

/*
 * Segment MSN is whole, has BYTES and lasts DURATION_US: the parts that grew
 * are kept as its own when they make up all of it, and dropped otherwise.
 */
void parts_close(
    struct parts *p, uint64_t msn, uint64_t bytes, uint64_t duration_us);

/* Forget the parts of whole segments before MSN. */
void parts_trim(struct parts *p, uint64_t msn);

/* The first of segment MSN's parts, *N of them; NULL when it has none. */
const struct part *parts_of(const struct parts *p, uint64_t msn, size_t *n);

#endif
