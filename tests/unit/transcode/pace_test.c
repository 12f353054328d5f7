/* Keeping up: what is given up, when, and when it is tried again. */
#include "pace.h"
#include "tap.h"

enum { SECOND = 1000000, FRAME = 40000 };

static int64_t now_us;

/* Pictures of AGE_US for LENGTH_US; how often STEP was the answer. */
static unsigned
go(struct pace *p, int64_t length_us, int64_t age_us, enum pace_step step)
{
	unsigned n = 0;

	for (int64_t end_us = now_us + length_us; now_us < end_us;
	     now_us += FRAME)
		n += pace_step(p, now_us, age_us) == step;
	return n;
}

int
main(void)
{
	struct pace p;

	now_us = SECOND;
	pace_init(&p, 3, 10 * SECOND);
	OK(go(&p, 600 * (int64_t)SECOND, 50000, PACE_KEEP) == 15000);
	/* A burst of the network is no lack of time. */
	OK(go(&p, SECOND, 900000, PACE_DROP) == 0);
	OK(go(&p, SECOND, 50000, PACE_DROP) == 0);
	OK(go(&p, SECOND, 900000, PACE_DROP) == 0);
	OK(go(&p, SECOND, 300000, PACE_DROP) == 0);
	/* Late for good: one after the other, down to none. */
	OK(go(&p, 3 * SECOND, 900000, PACE_DROP) == 1 && p.dropped == 1);
	OK(go(&p, 20 * SECOND, 900000, PACE_DROP) == 2 && p.dropped == 3);
	OK(go(&p, 20 * SECOND, 900000, PACE_DROP) == 0);
	/* Neither late nor early: nothing is tried. */
	OK(go(&p, 60 * SECOND, 300000, PACE_RESTORE) == 0);
	/* Time to spare: one comes back after so long, then the next. */
	OK(go(&p, 9 * SECOND, 50000, PACE_RESTORE) == 0);
	OK(go(&p, 2 * SECOND, 50000, PACE_RESTORE) == 1 && p.dropped == 2);
	OK(go(&p, 8 * SECOND, 50000, PACE_RESTORE) == 0);
	/* That was too much: it is tried again after twice as long. */
	OK(go(&p, 3 * SECOND, 900000, PACE_DROP) == 1 && p.dropped == 3);
	OK(go(&p, 19 * SECOND, 50000, PACE_RESTORE) == 0);
	OK(go(&p, 2 * SECOND, 50000, PACE_RESTORE) == 1);
	OK(go(&p, 3 * SECOND, 900000, PACE_DROP) == 1);
	OK(go(&p, 39 * SECOND, 50000, PACE_RESTORE) == 0);
	OK(go(&p, 2 * SECOND, 50000, PACE_RESTORE) == 1);
	/* It holds: whatever comes later begins with the shortest wait. */
	OK(go(&p, 39 * SECOND, 50000, PACE_RESTORE) == 0);
	OK(go(&p, 4 * SECOND, 50000, PACE_RESTORE) == 1 && p.dropped == 1);
	OK(go(&p, 120 * SECOND, 50000, PACE_RESTORE) == 1 && p.dropped == 0);
	OK(go(&p, 3 * SECOND, 900000, PACE_DROP) == 1);
	OK(go(&p, 9 * SECOND, 50000, PACE_RESTORE) == 0);
	OK(go(&p, 2 * SECOND, 50000, PACE_RESTORE) == 1);
	/* However often it fails, it is tried again some time. */
	for (int i = 0; i < 20; i++) {
		(void)go(&p, 3 * SECOND, 900000, PACE_DROP);
		OK(go(&p, 161 * SECOND, 50000, PACE_RESTORE) >= 1);
	}
	return tap_done();
}
