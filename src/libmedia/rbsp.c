#include "rbsp.h"

void
rbsp_init(struct rbsp *r, const uint8_t *p, size_t len, size_t head)
{
	size_t n = 0;
	unsigned zeros = 0;

	for (size_t i = head; i < len && n < sizeof(r->bytes); i++) {
		if (zeros >= 2 && p[i] == 3) {
			zeros = 0;
			continue;
		}
		zeros = p[i] == 0 ? zeros + 1 : 0;
		r->bytes[n++] = p[i];
	}
	bits_init(&r->bits, r->bytes, n);
}

void
rbsp_aspect(struct bits *b, unsigned *sar_width, unsigned *sar_height)
{
	/* Table E-1 of both. */
	static const uint8_t sar[17][2] = {{0, 0}, {1, 1}, {12, 11}, {10, 11},
	    {16, 11}, {40, 33}, {24, 11}, {20, 11}, {32, 11}, {80, 33},
	    {18, 11}, {15, 11}, {64, 33}, {160, 99}, {4, 3}, {3, 2}, {2, 1}};
	enum { EXTENDED_SAR = 255 };
	unsigned idc;

	if (bits_get(b, 1) == 0)
		return;
	idc = bits_get(b, 8);
	if (idc == EXTENDED_SAR) {
		*sar_width = bits_get(b, 16);
		*sar_height = bits_get(b, 16);
	} else if (idc < sizeof(sar) / sizeof(sar[0])) {
		*sar_width = sar[idc][0];
		*sar_height = sar[idc][1];
	}
}
