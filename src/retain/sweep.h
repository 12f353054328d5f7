#ifndef RETAIN_SWEEP_H
#define RETAIN_SWEEP_H

#include "report.h"
#include "stock.h"

/*
 * The files of recordings: those that are said to be gone go, after a grace
 * for players that hold a playlist of before; and those that no event names
 * and none will, since the broadcast ended and they were not touched for a day.
 */
struct sweep {
	int media; /* the folder of all broadcasts */
	bool dry_run;
	uint64_t now_us, grace_us;
	struct report *report;
	/* Until then there is something to wait for, or 0. */
	uint64_t wait_until_us;
	uint64_t failed; /* files that could not be removed, each reported */
};

/*
 * Look at the files of R, which is B folded.  0; 1 when some of them wait for
 * their grace; -1 after reporting.
 */
int sweep_recording(
    struct sweep *s, const struct stock *r, const struct listed *b);

#endif
