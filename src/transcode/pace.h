#ifndef TRANSCODE_PACE_H
#define TRANSCODE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether the machine keeps up, and what is to be done when it does not.
 * What tells is how old a picture is when its turn comes.  One burst of the
 * network makes pictures old, too, so they must be so for a while; and what
 * was given up is tried again, each time it failed after twice as long.
 */
struct pace {
	int64_t restore_us;     /* how long to wait before trying again */
	size_t rungs, dropped;  /* of so many, so many are given up */
	int64_t late_since_us;  /* 0: it is not late */
	int64_t early_since_us; /* 0: it is */
	int64_t decided_us;     /* when something was done last */
	int64_t restored_us;    /* when something came back last; 0: never */
	int64_t wait_us;        /* from the last decision on */
};

enum pace_step { PACE_KEEP, PACE_DROP, PACE_RESTORE };

void pace_init(struct pace *p, size_t rungs, int64_t restore_us);

/*
 * At NOW_US, monotonic and above 0, the turn came to a picture that arrived
 * AGE_US before.  PACE_DROP: give up one rung more; PACE_RESTORE: one less.
 */
enum pace_step pace_step(struct pace *p, int64_t now_us, int64_t age_us);

#endif
