#include "tap.h"
#include "timeline.h"

enum { FRAME = 40000, SECOND = 1000000 };

/* Where the unit of T at S seconds comes out, less the timeline's start. */
static double
out(struct timeline *tl, struct timeline_track *t, double s,
    enum timeline_step want)
{
	int64_t us = 0;
	enum timeline_step step =
	    timeline_map(tl, t, (int64_t)(s * SECOND), FRAME, &us);

	if (step != want)
		printf("# at %.2f: step %d, want %d\n", s, step, want);
	OK(step == want);
	return (double)(us - TIMELINE_START_US) / SECOND;
}

#define AT(t, s, step, where)                                                  \
	do {                                                                   \
		double is = out(&tl, t, s, step);                              \
		OK(is > (where)-1e-6 && is < (where) + 1e-6);                  \
	} while (0)

int
main(void)
{
	struct timeline tl = {0};
	struct timeline_track v = {0}, a = {0};

	/* The first begins; the other keeps its distance, before it too. */
	AT(&v, 100, TIMELINE_ON, 0);
	AT(&a, 99.9, TIMELINE_ON, -0.1);
	AT(&v, 100.04, TIMELINE_ON, 0.04);
	AT(&v, 102.5, TIMELINE_ON, 2.5);
	/* A little back, or a pause that the other did not make, is none. */
	AT(&v, 102.3, TIMELINE_ON, 2.3);
	for (int i = 100; i < 110; i++)
		AT(&a, i, TIMELINE_ON, i - 100);
	AT(&v, 109, TIMELINE_ON, 9);
	/* Both jump forward, by the same; the second only follows. */
	AT(&a, 500, TIMELINE_JUMPS, 9.04);
	AT(&v, 109.04, TIMELINE_ON, 9.04);
	AT(&v, 500.02, TIMELINE_FOLLOWS, 9.06);
	AT(&a, 500.04, TIMELINE_ON, 9.08);
	/* Back to the beginning. */
	AT(&v, 0, TIMELINE_JUMPS, 9.12);
	AT(&a, 0.01, TIMELINE_FOLLOWS, 9.13);
	AT(&v, 0.04, TIMELINE_ON, 9.16);
	/* A second back is a jump too. */
	AT(&v, 3, TIMELINE_ON, 12.12);
	AT(&v, 2, TIMELINE_JUMPS, 12.16);
	return tap_done();
}
