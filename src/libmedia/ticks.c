#include "ticks.h"

int64_t
ticks_rescale(int64_t v, uint32_t num, uint32_t den, uint32_t hz)
{
	__extension__ typedef __int128 wide;
	wide x = (wide)v * num * hz;

	x += x >= 0 ? den / 2 : -(wide)(den / 2);
	x /= den;
	if (x > INT64_MAX)
		return INT64_MAX;
	if (x < INT64_MIN)
		return INT64_MIN;
	return (int64_t)x;
}
