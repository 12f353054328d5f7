#ifndef EDGED_CHANNEL_JSON_H
#define EDGED_CHANNEL_JSON_H

#include "broadcast.h"
#include "buf.h"

#include <stdbool.h>
#include <stdint.h>

/* What the API says of a channel; the strings are the caller's. */
struct channel_facts {
	const char *name, *title;
	bool live;
	uint64_t since_us; /* start of the broadcast; 0: there never was one */
	uint64_t ended_us; /* its end; 0: it has not ended */
	const char *encoder;
	const struct broadcast *broadcast; /* or NULL */
};

/*
 * Append the JSON object of a channel, as schemas/openapi.yaml defines
 * Channel.  0, or -1 with errno ENOMEM or EMSGSIZE.
 */
int channel_json(const struct channel_facts *f, struct buf *out);

#endif
