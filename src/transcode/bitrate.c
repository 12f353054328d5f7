#include "bitrate.h"

#include <stddef.h>

enum { USUAL_MHZ = 30000, MOST_MHZ = 120000, STEP_BITS = 10000 };

uint64_t
bitrate_of(unsigned width, unsigned height, unsigned frame_rate_mhz)
{
	static const struct {
		uint64_t pixels, kbit;
	} table[] = {{0, 50}, {256 * 144, 150}, {426 * 240, 350},
	    {640 * 360, 800}, {854 * 480, 1400}, {960 * 540, 1800},
	    {1280 * 720, 2800}, {1920 * 1080, 5000}, {2560 * 1440, 9000},
	    {3840 * 2160, 18000}, {7680 * 4320, 40000}};
	const size_t last = sizeof(table) / sizeof(table[0]) - 1;
	uint64_t pixels = (uint64_t)width * height, bits;
	uint64_t mhz = frame_rate_mhz;
	size_t i = 1;

	while (i < last && pixels > table[i].pixels)
		i++;
	if (pixels > table[last].pixels)
		pixels = table[last].pixels;
	bits = 1000 * table[i - 1].kbit +
	       1000 * (table[i].kbit - table[i - 1].kbit) *
		   (pixels - table[i - 1].pixels) /
		   (table[i].pixels - table[i - 1].pixels);
	/* Twice the frames are half as different from each other. */
	if (mhz > MOST_MHZ)
		mhz = MOST_MHZ;
	if (mhz > USUAL_MHZ)
		bits += bits * (mhz - USUAL_MHZ) / USUAL_MHZ / 2;
	return (bits + STEP_BITS / 2) / STEP_BITS * STEP_BITS;
}
