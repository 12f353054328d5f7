#ifndef PULL_PACE_H
#define PULL_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Real time for what comes faster than it plays. */
struct pace {
	bool begun;
	int64_t first_us;  /* of the media */
	uint64_t began_us; /* of clock_mono_us() */
};

/*
 * Wait until what is decoded at AT_US is due; *P begins as all zeroes.  False:
 * STOP_FD became readable.
 */
bool pace_wait(struct pace *p, int64_t at_us, int stop_fd);

#endif
