#ifndef RETAIN_RECORDING_H
#define RETAIN_RECORDING_H

#include "log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The media of one broadcast, folded from broadcast/<id> and recording/<id>:
 * each segment that was ever announced, and whether it is there still.
 */

enum {
	RECORDING_MAX_TRACKS = 16,
	RECORDING_TRACK_SIZE = 65,
	/* Clips keep so much more, since tracks do not end at one instant. */
	RECORDING_MARGIN_US = 10000000
};

struct piece {
	uint64_t msn;
	uint64_t at_us;   /* on the broadcast's media timeline */
	uint64_t ends_us; /* by the wall clock */
	uint64_t bytes;
	uint64_t removed_us; /* when it was said that it goes; 0: it stays */
	uint64_t duration_us;
	bool independent;
	bool pinned; /* a clip needs it */
	bool goes;   /* this run wants it gone */
};

struct medium {
	char name[RECORDING_TRACK_SIZE];
	struct piece *piece;
	size_t n, cap;
	uint64_t at_us;
};

struct recording {
	struct medium track[RECORDING_MAX_TRACKS];
	size_t tracks;
	uint64_t version;    /* of recording/<id> */
	uint64_t removed_us; /* when all of it was said to go; or 0 */
	size_t clips;
};

/* Fold BROADCAST into R, which recording_fini() ends.  0, or -1 with errno. */
int recording_fold(struct recording *r, struct log *l, const char *broadcast);
void recording_fini(struct recording *r);

/* Bytes of segments that are there, and of those among them that GO. */
uint64_t recording_bytes(const struct recording *r);
uint64_t recording_going(const struct recording *r);

/* True when nothing that is there stays. */
bool recording_goes_whole(const struct recording *r);

/* The segment MSN of T, or NULL: it was never announced. */
const struct piece *medium_piece(const struct medium *t, uint64_t msn);
const struct medium *recording_track(
    const struct recording *r, const char *name);

#endif
