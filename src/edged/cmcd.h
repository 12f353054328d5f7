#ifndef EDGED_CMCD_H
#define EDGED_CMCD_H

#include "str.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Common Media Client Data (CTA-5004): what a player tells of itself with a
 * request for media, in the fields CMCD-Request, -Object, -Status, -Session,
 * or as the query's CMCD.  Each is a list of keys and values between commas,
 * close to a dictionary of RFC 8941.  Values of version 2 are lists in
 * parentheses, of which the first item counts.
 */

enum {
	CMCD_MAX_BYTES = 4096, /* of one list */
	CMCD_MAX_KEYS = 64,    /* in it */
	CMCD_ID_SIZE = 65,
	CMCD_MAX_NUMBER = 1000000000,
	CMCD_MAX_RATE = 1000000
};

/* Numbers that are not said are 0, texts "". */
struct cmcd {
	char session[CMCD_ID_SIZE];        /* sid: letters, digits, "-_." */
	char stream[3];                    /* st: "v", "l" or "ll" */
	char object[3];                    /* ot: "v", "a", "av" and others */
	uint64_t bitrate_kbps;             /* br */
	uint64_t buffer_ms;                /* bl */
	uint64_t throughput_kbps;          /* mtp */
	uint64_t deadline_ms;              /* dl */
	uint64_t rate_permille;            /* pr */
	bool has_buffer, starved, startup; /* bl was said; bs; su */
};

/* Nothing is said; the speed is 1, since only another one is. */
void cmcd_init(struct cmcd *c);

/*
 * Read the list TEXT, adding to *C what it says.  Keys and values that we do
 * not use are passed over, and so are values of ours that cannot be; larger
 * numbers than the limits count as these.  0, or -1 and *C as it was: it is
 * no such list, or a longer one than we read.
 */
int cmcd_read(struct str text, struct cmcd *c);

/*
 * The same of the argument CMCD of QUERY, the part of a target behind '?'.
 * 0 also when there is none.
 */
int cmcd_query(struct str query, struct cmcd *c);

#endif
