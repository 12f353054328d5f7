#include "rhythm.h"
#include "tap.h"

/* N frames at stamps of whole milliseconds, RATE_MHZ / 1000 a second. */
static void
play(struct rhythm *r, int n, int64_t rate_mhz)
{
	const int64_t ticks_per_ms = 90;
	int64_t last_ms = 0;

	for (int i = 1; i <= n; i++) {
		int64_t ms = (i * 1000000 + rate_mhz / 2) / rate_mhz;

		rhythm_step(r, (ms - last_ms) * ticks_per_ms);
		last_ms = ms;
	}
}

int
main(void)
{
	struct rhythm r = {0};

	/* It takes some frames to be known. */
	OK(rhythm_frame(&r) == 0);
	play(&r, 5, 30000);
	OK(rhythm_frame(&r) == 0);
	/* What is stamped coarsely is known better than any stamp says. */
	play(&r, 60, 30000);
	OK(rhythm_frame(&r) > 3000 - 20 && rhythm_frame(&r) < 3000 + 20);
	r = (struct rhythm){0};
	play(&r, 60, 59940);
	OK(rhythm_frame(&r) > 1501 - 20 && rhythm_frame(&r) < 1502 + 20);
	/* A pause, or a frame left out, ends it for a while. */
	rhythm_step(&r, 90000);
	OK(rhythm_frame(&r) == 0);
	play(&r, 20, 25000);
	OK(rhythm_frame(&r) == 3600);
	rhythm_step(&r, 7200);
	OK(rhythm_frame(&r) == 0);
	/* So do times that are none. */
	play(&r, 20, 25000);
	rhythm_step(&r, 0);
	OK(rhythm_frame(&r) == 0);
	play(&r, 20, 25000);
	rhythm_step(&r, INT64_MAX);
	OK(rhythm_frame(&r) == 0);
	play(&r, 20, 25000);
	OK(rhythm_frame(&r) == 3600);
	return tap_done();
}
