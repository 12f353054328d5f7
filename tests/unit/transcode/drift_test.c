/* Sound that drifts, is missing, or is there twice. */
#include "drift.h"
#include "tap.h"

#include <stdint.h>

enum { RATE = 48000, FRAME = 1024 };

/*
 * A clock that runs FAST thousandths too fast, over SECONDS: the greatest
 * distance, in samples, of what is heard from its stamps, after ten seconds.
 */
static int64_t
worst(int64_t fast, int64_t seconds)
{
	struct drift d;
	int64_t heard = 0, worst_yet = 0, n = 0, rate_256 = 0;

	drift_init(&d, RATE);
	for (int64_t i = 0; i < seconds * RATE / FRAME; i++) {
		int64_t stamp = i * FRAME * (1000 + fast) / 1000;
		int64_t ahead = stamp - heard / 256;

		switch (drift_step(&d, ahead, &n)) {
		case DRIFT_FINE:
			rate_256 = 0;
			break;
		case DRIFT_STRETCH:
			rate_256 = 256 * n * FRAME / RATE;
			break;
		case DRIFT_FILL:
		case DRIFT_TRIM:
		case DRIFT_JUMP:
			return INT64_MAX;
		}
		heard += 256 * FRAME + rate_256;
		if (ahead < 0)
			ahead = -ahead;
		if (i > 10 * RATE / FRAME && ahead > worst_yet)
			worst_yet = ahead;
	}
	return worst_yet;
}

int
main(void)
{
	struct drift d;
	int64_t n = 0;

	/* Within 40 ms, for ten minutes, up to a clock that is 5 % off. */
	for (int64_t fast = -50; fast <= 50; fast += 5)
		OK(worst(fast, 600) < RATE * 40 / 1000);
	OK(worst(0, 600) == 0);

	drift_init(&d, RATE);
	OK(drift_step(&d, 0, &n) == DRIFT_FINE);
	/* Stamps in whole milliseconds. */
	for (int i = 0; i < 100; i++)
		if (drift_step(&d, i % 2 == 0 ? 47 : -47, &n) != DRIFT_FINE)
			OK(!"a millisecond is no drift");
	OK(drift_step(&d, RATE, &n) == DRIFT_FILL && n == RATE);
	OK(drift_step(&d, -RATE / 2, &n) == DRIFT_TRIM && n == RATE / 2);
	OK(drift_step(&d, 3 * RATE, &n) == DRIFT_FILL && n == 3 * RATE);
	OK(drift_step(&d, 3 * RATE + 1, &n) == DRIFT_JUMP);
	OK(drift_step(&d, -4 * RATE, &n) == DRIFT_JUMP);
	OK(drift_step(&d, INT64_MAX, &n) == DRIFT_JUMP);
	OK(drift_step(&d, INT64_MIN, &n) == DRIFT_JUMP);
	return tap_done();
}
