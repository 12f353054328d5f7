#ifndef LOG_TALLY_H
#define LOG_TALLY_H

#include "log.h"

/* How many events of which type there are. */

enum {
	TALLY_MAX = 512 /* types; what comes beyond is counted together */
};

/* Lengths of time to look back. */
enum tally_span { TALLY_HOUR, TALLY_DAY, TALLY_SPANS };

struct tally_row {
	char name[EVENT_MAX_ID + 1];
	uint64_t events, bytes;
	uint64_t recent[TALLY_SPANS]; /* committed within that time */
	uint64_t last, last_us;       /* the newest: its seq and time */
};

struct tally {
	struct tally_row row[TALLY_MAX];
	size_t rows;
	struct tally_row all; /* together */
	uint64_t removed;     /* of which a mark is left */
	uint64_t damaged;     /* blocks that do not read */
};

/*
 * Walk L from its first event to HEAD; what comes from SINCE[i] on is recent.
 * Rows are sorted, the type with the most bytes first.  0, or -1 with errno.
 */
int tally_make(struct tally *t, struct log *l, uint64_t head,
    const uint64_t since[TALLY_SPANS]);

#endif
