#ifndef INGEST_ALARM_H
#define INGEST_ALARM_H

#include "poller.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Many alarms behind one timer of the kernel's, to the microsecond.  Times
 * are those of clock_mono_us().
 */
struct alarms;

/* Lies in its owner, all zeroes but for RING and CTX; rings once. */
struct alarm {
	void (*ring)(void *ctx);
	void *ctx;
	uint64_t at_us;
	size_t place; /* among all, from 1; 0: it is not set */
};

/* NULL with errno. */
struct alarms *alarms_open(struct poller *poller);
void alarms_close(struct alarms *all);

/* Have A ring at AT_US, and not when it would have.  0, or -1 with errno. */
int alarm_set(struct alarms *all, struct alarm *a, uint64_t at_us);

/* It does not ring. */
void alarm_unset(struct alarms *all, struct alarm *a);

#endif
