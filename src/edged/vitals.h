#ifndef EDGED_VITALS_H
#define EDGED_VITALS_H

#include "buf.h"
#include "event.h"

#include <stdint.h>

/*
 * How live broadcasts are doing, as the transient events about them tell: a
 * sample every two seconds or so, of the last minutes.  One thread hears, any
 * may ask.  Nothing of it outlives this process.
 */
struct vitals;

enum {
	VITALS_SAMPLES = 90,
	VITALS_MAX = 4096,       /* broadcasts; more are passed over */
	VITALS_MAX_BYTES = 65536 /* of JSON */
};

struct vitals *vitals_open(void); /* NULL with errno */
void vitals_close(struct vitals *v);

/* E was heard; of other types than these nothing is learnt. */
void vitals_hear(struct vitals *v, const struct event *e);

/* What else is known of a broadcast. */
struct vitals_about {
	const char *channel, *broadcast;
	bool live, interrupted;
	uint64_t since_us;
	uint64_t viewers; /* that told of themselves lately */
};

/*
 * Append the JSON of /api/channels/<name>/health.  0, or -1 with errno.  The
 * viewers are noted, too.
 */
int vitals_json(
    struct vitals *v, const struct vitals_about *about, struct buf *out);

#endif
