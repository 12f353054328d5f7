#ifndef MODEL_STOCK_H
#define MODEL_STOCK_H

#include "log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The media of one broadcast, folded from broadcast/<id> and recording/<id>:
 * each segment that was ever announced, and whether it is there still.
 */

enum {
	STOCK_MAX_TRACKS = 16,
	STOCK_TRACK_SIZE = 65,
	/* Clips keep so much more, since tracks do not end at one instant. */
	STOCK_MARGIN_US = 10000000
};

struct piece {
	uint64_t msn;
	uint64_t at_us;   /* on the broadcast's media timeline */
	uint64_t ends_us; /* by the wall clock */
	uint64_t bytes;
	uint64_t removed_us; /* when it was said that it goes; 0: it stays */
	uint64_t duration_us;
	uint32_t run; /* whose initialization section it needs */
	bool independent;
	bool pinned; /* a clip needs it */
	bool goes;   /* this run wants it gone */
};

struct medium {
	char name[STOCK_TRACK_SIZE];
	struct piece *piece;
	size_t n, cap;
	uint64_t at_us;
	bool video;
};

struct stock {
	struct medium track[STOCK_MAX_TRACKS];
	size_t tracks;
	uint64_t version;    /* of recording/<id> */
	uint64_t removed_us; /* when all of it was said to go; or 0 */
	size_t clips;
};

/* Fold BROADCAST into R, which stock_fini() ends.  0, or -1 with errno. */
int stock_fold(struct stock *r, struct log *l, const char *broadcast);
void stock_fini(struct stock *r);

/* Bytes of segments that are there, and of those among them that GO. */
uint64_t stock_bytes(const struct stock *r);
uint64_t stock_going(const struct stock *r);

/* True when nothing that is there stays. */
bool stock_goes_whole(const struct stock *r);

/* When it was said first that some of its pictures go; 0: all are there. */
uint64_t stock_removed_us(const struct stock *r);

/* The segment MSN of T, or NULL: it was never announced. */
const struct piece *medium_piece(const struct medium *t, uint64_t msn);
const struct medium *stock_track(const struct stock *r, const char *name);

#endif
