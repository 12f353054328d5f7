#ifndef EDGED_EDITION_H
#define EDGED_EDITION_H

#include "blob.h"
#include "broadcast.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A track's playlist as it was when it last changed: made once and sent to
 * everybody.  Never changes, and lives until the last holder lets go.
 */

/* Where a part lies that can be read, and which it is. */
struct edition_part {
	uint64_t msn, offset, bytes;
};

struct edition {
	atomic_uint holders;
	struct blob *full;
	struct blob *delta; /* the delta update, or NULL when there is none */
	bool ended;         /* nothing will follow */
	bool low_latency;   /* it has, or will have, parts */
	unsigned target_s;
	uint64_t part_us; /* the part target, or 0 */

	/* Media sequence numbers, as in the playlist. */
	uint64_t first;      /* of its first segment */
	uint64_t growing;    /* of the segment that grows, or will */
	size_t parts;        /* of that segment, so far */
	size_t before_parts; /* of the segment before; 0: not known */

	uint64_t growing_msn; /* the number of its file */
	size_t files;         /* parts of files that PART tells */
	struct edition_part part[];
};

/* The edition of T of B, held once, made in SCRATCH.  NULL with errno. */
struct edition *edition_make(
    const struct broadcast *b, const struct track *t, struct buf *scratch);
struct edition *edition_hold(struct edition *e); /* E may be NULL */
void edition_drop(struct edition **e);

/* A place in a playlist that a player asks for (RFC 8216bis, 6.2.5.2). */
struct edition_place {
	uint64_t msn;
	uint64_t part;
	bool has_part; /* else all of the segment */
};

/* True when AT is in E, or E is the last there will be. */
bool edition_reaches(const struct edition *e, const struct edition_place *at);

/* True when AT is so far beyond E that no player of ours asks for it. */
bool edition_beyond(const struct edition *e, const struct edition_place *at);

#endif
