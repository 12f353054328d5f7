#include "drift.h"

enum {
	/* Stamps of whole milliseconds are off by so much anyway. */
	SMALL_MS = 5,
	/* What is more than this is no clock, but something that is missing. */
	HOLE_MS = 80,
	/* And what is more than this is not to be waited for in silence. */
	JUMP_MS = 3000,
	/* A second is stretched by at most so many thousandths. */
	MOST_STRETCH = 80,
	SMOOTH = 16
};

void
drift_init(struct drift *d, int64_t rate_hz)
{
	*d = (struct drift){.rate_hz = rate_hz};
}

enum drift_step
drift_step(struct drift *d, int64_t ahead, int64_t *n)
{
	int64_t ms = d->rate_hz / 1000, most = MOST_STRETCH * ms, mean;

	if (ahead > JUMP_MS * ms || ahead < -JUMP_MS * ms) {
		d->any = false;
		return DRIFT_JUMP;
	}
	if (ahead > HOLE_MS * ms || ahead < -HOLE_MS * ms) {
		d->any = false;
		*n = ahead > 0 ? ahead : -ahead;
		return ahead > 0 ? DRIFT_FILL : DRIFT_TRIM;
	}
	if (!d->any)
		d->mean_256 = 256 * ahead;
	else
		d->mean_256 += (256 * ahead - d->mean_256) / SMOOTH;
	d->any = true;
	mean = d->mean_256 / 256;
	if (mean > -SMALL_MS * ms && mean < SMALL_MS * ms)
		return DRIFT_FINE;
	/* Twice what is seen: over a second as much comes on top of it. */
	*n = 2 * mean;
	if (*n > most)
		*n = most;
	if (*n < -most)
		*n = -most;
	return DRIFT_STRETCH;
}
