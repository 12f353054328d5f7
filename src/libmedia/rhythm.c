#include "rhythm.h"

enum {
	STEADY = 8, /* so many show that there is a rhythm */
	ONE = 256,
	SHARE = 16 /* of an interval in the mean */
};

/* Past this an interval is a pause; times ONE it fits by far. */
static const int64_t max_interval = INT64_C(1) << 40;

void
rhythm_step(struct rhythm *r, int64_t interval)
{
	int64_t off;

	if (interval <= 0 || interval > max_interval) {
		*r = (struct rhythm){.mean_256 = 0};
		return;
	}
	off = interval * ONE - r->mean_256;
	/* A quarter is more than any coarse stamp is off. */
	if (off > r->mean_256 / 4 || off < -r->mean_256 / 4) {
		*r = (struct rhythm){.mean_256 = interval * ONE};
		return;
	}
	r->mean_256 += off / SHARE;
	if (r->steady < STEADY)
		r->steady++;
}

int64_t
rhythm_frame(const struct rhythm *r)
{
	return r->steady < STEADY ? 0 : (r->mean_256 + ONE / 2) / ONE;
}
