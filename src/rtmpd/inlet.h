#ifndef RTMPD_INLET_H
#define RTMPD_INLET_H

#include "alarm.h"
#include "beat.h"
#include "poller.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * When an encoder's socket is looked at.  Encoders send each frame by itself,
 * and waking up for each costs several times what the frames themselves do.
 * What viewers wait for is the last frame of a part: so the inlet sleeps until
 * that one is expected, from when those before it came, reads all there is,
 * and waits for it if it is not there yet.  The kernel keeps the rest, which
 * wakes us before its buffer is full.
 */
struct inlet {
	struct poller *poller;
	struct alarms *alarms;
	struct poller_item item;
	struct alarm alarm;
	uint32_t events; /* that the poller waits for */
	void (*ready)(void *ctx, uint32_t events);
	void *ctx;

	bool asleep;    /* only much to read wakes us */
	bool expecting; /* the frame that is to bear AWAITED_US */
	bool awake_for; /* and we have looked, and it was not there */
	int64_t awaited_us;
	bool known;        /* OFFSET_US is */
	int64_t offset_us; /* of the clock from frames' times, when we look */
};

enum {
	INLET_SLEEP_BYTES = 48 * 1024, /* so much wakes us in any case */
	INLET_SLEEP_MAX_US = 250000,
	INLET_LATE_US = 100000 /* then it is waited for no longer */
};

/*
 * Wait for socket FD, which stays the caller's; READY is called as a poller
 * item's, and with EPOLLIN when it is time to look.  0, or -1 with errno.
 */
int inlet_open(struct inlet *in, struct poller *poller, struct alarms *alarms,
    int fd, void (*ready)(void *ctx, uint32_t events), void *ctx);
void inlet_close(struct inlet *in);

/* Have the poller wait for EVENTS. */
void inlet_want(struct inlet *in, uint32_t events);

/* Look at all that comes, as it comes. */
void inlet_wake(struct inlet *in);

/* More lies where no poller sees it: call READY again, behind others. */
void inlet_again(struct inlet *in);

/*
 * All there was was read, of a broadcast with that BEAT: sleep for as long as
 * that is of use, or PACE_US where it cannot be told.  True when what was read
 * is to go on now; false when the frame that completes it comes any moment.
 */
bool inlet_sleep(struct inlet *in, const struct beat *beat, int64_t pace_us);

#endif
