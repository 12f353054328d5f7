#include "reorder.h"
#include "tap.h"

enum { FRAME = 40, SECOND = 1000 };

/* The dts of the N pictures at PTS grow, and are never above it. */
static bool
fits(unsigned delay, const int64_t *pts, size_t n)
{
	struct reorder r;
	int64_t last = INT64_MIN;

	reorder_init(&r, delay, FRAME, SECOND);
	for (size_t i = 0; i < n; i++) {
		int64_t dts = reorder_dts(&r, pts[i]);

		if (dts <= last || dts > pts[i])
			return false;
		last = dts;
	}
	return true;
}

int
main(void)
{
	static const int64_t plain[] = {0, 40, 80, 120};
	/* I P B b b, as x264 sends a pyramid. */
	static const int64_t pyramid[] = {
	    80, 240, 160, 120, 200, 400, 320, 280, 360, 440};
	struct reorder r;
	int64_t last;

	OK(fits(0, plain, 4));
	OK(fits(2, plain, 4));
	OK(fits(2, pyramid, 10));
	OK(fits(16, pyramid, 10));

	reorder_init(&r, 2, FRAME, SECOND);
	OK(reorder_dts(&r, 80) == 0);
	OK(reorder_dts(&r, 240) == 40);
	OK(reorder_dts(&r, 160) == 80);
	OK(reorder_dts(&r, 120) == 120);
	OK(reorder_dts(&r, 200) == 160);

	/* A jump, either way, begins anew instead of waiting for old times. */
	OK(reorder_dts(&r, 100000) == 100000 - 2 * FRAME);
	OK(reorder_dts(&r, 100080) == 100000 - FRAME);
	OK(reorder_dts(&r, 80) == 0);
	OK(reorder_dts(&r, 240) == 40);

	/* Told of no reordering, it still grows, and learns. */
	reorder_init(&r, 0, FRAME, SECOND);
	last = INT64_MIN;
	for (int gop = 0; gop < 10; gop++)
		for (int i = 0; i < 10; i++) {
			int64_t dts = reorder_dts(&r, pyramid[i] + 400 * gop);

			if (dts <= last ||
			    (gop > 1 && dts > pyramid[i] + 400 * gop))
				OK(!"grows and learns");
			last = dts;
		}
	OK(r.delay >= 2 && r.delay <= 4);
	return tap_done();
}
