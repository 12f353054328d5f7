#ifndef TRANSCODE_DRIFT_H
#define TRANSCODE_DRIFT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Sound is counted in samples, and its timestamps come from another clock:
 * what to do about the difference.  All numbers are samples at the rate that
 * goes out.
 */
struct drift {
	int64_t rate_hz;
	int64_t mean_256; /* the difference, smoothed, in 1/256 samples */
	bool any;
};

enum drift_step {
	DRIFT_FINE,    /* nothing */
	DRIFT_STRETCH, /* make *N samples more, or less, over a second */
	DRIFT_FILL,    /* a hole: *N samples of silence */
	DRIFT_TRIM,    /* it is there twice: leave out *N samples */
	DRIFT_JUMP     /* another time has begun: go on from there */
};

void drift_init(struct drift *d, int64_t rate_hz);

/*
 * Sound that should begin AHEAD samples after what there is so far (before
 * it, when negative) comes next.
 */
enum drift_step drift_step(struct drift *d, int64_t ahead, int64_t *n);

#endif
