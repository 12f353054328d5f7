#ifndef EDGED_MANIFEST_OWN_H
#define EDGED_MANIFEST_OWN_H

#include "forecast.h"
#include "manifest.h"

/*
 * The manifest from within, for the files that make it: manifest.c says what
 * it is and which periods it has, manifest_period.c what is in one.
 */

/* A manifest in the making. */
struct draft {
	const struct broadcast *b;
	struct buf *out;
	bool dynamic; /* more is to come */
	bool gapless; /* periods follow each other without a gap */
	struct forecast forecast;
};

/* What of a period is told. */
struct piece {
	const struct period *period;
	uint64_t from_us, to_us; /* by the wall clock */
	uint64_t start_us;       /* on the manifest's own timeline */
	size_t number;           /* counts the pieces of a period from 0 */
	uint64_t
	    slack_us; /* what belongs to its neighbours may reach in so far */
	bool last;
};

/* Where the hour is to be had. */
#define MANIFEST_UTC_TIMING                                                    \
	"<UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:http-xsdate:2014\" "       \
	"value=\"/api/time\"/>\n"

void manifest_period(struct draft *d, const struct piece *p);

#endif
