#ifndef EDGED_EXCERPT_H
#define EDGED_EXCERPT_H

#include "broadcast.h"
#include "buf.h"

/*
 * The segments that a range of a broadcast needs: of its picture, or its sound
 * when it has none, those that are seen in the range, from the keyframe on that
 * decoding begins with; of the other tracks those of the same time.
 *
 * A broadcast's media timeline is that of its picture's segments, one after
 * the other: 0 is the first frame, and a gap takes no time (struct segment's
 * AT_US).
 */

struct excerpt_track {
	const struct track *track; /* borrowed from the broadcast */
	size_t first, end;         /* segments from FIRST to END - 1 */
};

struct excerpt {
	const struct broadcast *broadcast;
	uint64_t from_us, to_us;
	size_t lead, tracks;
	struct excerpt_track track[BROADCAST_MAX_TRACKS];
};

/*
 * What of B is from FROM_US to TO_US.  0, or -1 with errno ENOENT: not all of
 * that is there.
 */
int excerpt_make(struct excerpt *e, const struct broadcast *b, uint64_t from_us,
    uint64_t to_us);

/* All of B, which has something. */
void excerpt_all(struct excerpt *e, const struct broadcast *b);

/* Where B's timeline begins, and ends for now.  -1: it has none. */
int excerpt_bounds(
    const struct broadcast *b, uint64_t *begin_us, uint64_t *end_us);

/* The place on B's timeline of what was sent at WALL_US, or the nearest. */
uint64_t excerpt_place(const struct broadcast *b, uint64_t wall_us);

/* When what is AT_US on the timeline was sent, which is in E. */
uint64_t excerpt_wall(const struct excerpt *e, uint64_t at_us);

/* The segment I of E's track T, counted from its first. */
const struct segment *excerpt_segment(const struct excerpt_track *t, size_t i);

/* The track called NAME, or NULL. */
const struct excerpt_track *excerpt_track(
    const struct excerpt *e, const char *name);

/*
 * The media playlist of T (RFC 8216): closed, with EXT-X-START at the range's
 * beginning.  0, or -1 with errno ENOMEM.
 */
int excerpt_playlist(
    const struct excerpt *e, const struct excerpt_track *t, struct buf *out);

#endif
