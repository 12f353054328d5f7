#ifndef EACH_WAKE_H
#define EACH_WAKE_H

#include "bus.h"
#include "match.h"

#include <stdbool.h>
#include <stdint.h>

/* What a consumer sleeps on: signals, the bus, the time.  Embedded. */
struct wake {
	int signals;
	struct bus_sub *sub;
	void *client; /* a bus client's socket, or NULL */
	bool stop;    /* SIGTERM or SIGINT came */
	bool child;   /* a command has ended, perhaps */
};

/* Hear of events that M matches, and of claims.  0, or -1 with errno. */
int wake_init(struct wake *w, const struct match *m, bool claims);
void wake_fini(struct wake *w);

/*
 * Sleep until UNTIL_US (mono; at most 100 ms), a signal, an answer or, if
 * LISTEN, news of the log.  What was heard is not told: the log has it.
 */
void wake_wait(struct wake *w, uint64_t until_us, bool listen);

#endif
