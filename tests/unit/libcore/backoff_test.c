#include "backoff.h"
#include "tap.h"

int
main(void)
{
	const uint64_t max_us = BACKOFF_MAX_MS * UINT64_C(1000);

	OK(backoff_us(1, 100, 0) == 100000);
	OK(backoff_us(2, 100, 0) == 200000);
	OK(backoff_us(5, 100, 0) == 1600000);
	OK(backoff_us(10, 100, 0) == 51200000);
	OK(backoff_us(11, 100, 0) == max_us);
	OK(backoff_us(1000000, 100, 0) == max_us);
	OK(backoff_us(1, 1, 0) == 1000);
	/* Chance takes away up to a half, never more. */
	for (uint64_t random = 0; random < 100; random++) {
		uint64_t us = backoff_us(1, 100, random * UINT64_C(9973));

		if (us < 50000 || us > 100000)
			OK(us >= 50000 && us <= 100000);
	}
	OK(backoff_us(1, 100, 50000) == 50000);
	OK(backoff_us(11, 100, UINT64_MAX) >= max_us / 2);
	return tap_done();
}
