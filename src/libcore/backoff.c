#include "backoff.h"

uint64_t
backoff_us(uint64_t tries, uint64_t first_ms, uint64_t random)
{
	uint64_t us = first_ms * 1000;
	const uint64_t max_us = BACKOFF_MAX_MS * UINT64_C(1000);

	while (--tries > 0 && us < max_us)
		us *= 2;
	if (us > max_us)
		us = max_us;
	return us - random % (us / 2 + 1);
}
