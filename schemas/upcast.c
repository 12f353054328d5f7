#include "upcast.h"
#include "num.h"

/*
 * Rates of television are whole thousands of frames in 1001 s; what those were
 * rounded to is told by being within half a millihertz of one.
 */
void
upcast_TrackStarted_2(struct TrackStarted *now, struct TrackStarted_gone *was)
{
	uint64_t mhz = was->frame_rate_mhz, num = mhz, den = 1000;
	uint64_t per_1001 = (mhz * 1001 + 500000) / 1000000 * 1000;
	uint64_t divisor;

	if (mhz == 0)
		return;
	if (mhz % 1000 != 0 && (per_1001 * 1000 + 500) / 1001 == mhz) {
		num = per_1001;
		den = 1001;
	}
	divisor = num_gcd(num, den);
	now->frame_rate_num = num / divisor;
	now->frame_rate_den = den / divisor;
}
