#ifndef EDGED_RETELL_H
#define EDGED_RETELL_H

#include "broadcast.h"
#include "log.h"
#include "picture.h"

/*
 * Broadcasts folded from the log when they are asked for: from the events of
 * their subjects alone, through its index.
 */

/* What is to be told. */
struct retell {
	struct log *log;     /* borrowed */
	const char *channel; /* whose broadcast it is */
	const char *broadcast;
	uint64_t until;     /* seq of the last event that counts */
	uint64_t ended_us;  /* when it ended; 0: it has not */
	uint64_t window_us; /* when the channel says nothing else; 0: all */
	/* Called for what contradicts the contract and is passed over; or
	 * NULL. */
	void (*passed_over)(const struct event *e);
};

/*
 * The broadcast as it was live, its window as its channel had it at each time.
 * NULL with errno ENOMEM, or the log's.
 */
struct broadcast *retell_live(const struct retell *r);

/* All of it that is there still, as a recording.  As above. */
struct broadcast *retell_recording(const struct retell *r);

/* The same, from what was told before, OLD, on; what was removed since is not
 * noticed. */
struct broadcast *retell_more(
    const struct retell *r, const struct broadcast *old);

/*
 * What is seen of it, its TRACK, as far as that is among what came last and is
 * not gone.  0, or -1 with errno.
 */
int retell_picture(
    const struct retell *r, const char *track, struct picture *p);

#endif
