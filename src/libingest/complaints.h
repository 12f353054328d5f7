#ifndef INGEST_COMPLAINTS_H
#define INGEST_COMPLAINTS_H

#include <stdint.h>

/*
 * Lines about encoders that were refused, so many in a second and no more:
 * strangers at the port must not be able to fill a disk with them.
 */
struct complaints {
	unsigned left; /* in this second */
	uint64_t since_ms, unsaid;
};

enum { COMPLAINTS_A_SECOND = 20 };

/* CHANNEL is empty when it is not known. */
void complaints_say(struct complaints *c, const char *host, const char *port,
    const char *channel, const char *why);

/* To be called several times a second. */
void complaints_tick(struct complaints *c, uint64_t now_ms);

#endif
