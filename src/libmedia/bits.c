#include "bits.h"

enum { MAX_BYTES = 65536 };

void
bits_init(struct bits *b, const uint8_t *p, size_t len)
{
	*b = (struct bits){
	    .p = p, .end = 8 * (len < MAX_BYTES ? len : MAX_BYTES)};
}

uint32_t
bits_get(struct bits *b, unsigned n)
{
	uint32_t v = 0;

	if (b->bad || n > b->end - b->bit) {
		b->bad = true;
		return 0;
	}
	for (unsigned i = 0; i < n; i++, b->bit++)
		v = v << 1 | (b->p[b->bit / 8] >> (7 - b->bit % 8) & 1);
	return v;
}

void
bits_skip(struct bits *b, size_t n)
{
	if (b->bad || n > b->end - b->bit)
		b->bad = true;
	else
		b->bit += n;
}

uint32_t
bits_ue(struct bits *b)
{
	unsigned zeros = 0;

	while (bits_get(b, 1) == 0) {
		if (b->bad || ++zeros > 31) {
			b->bad = true;
			return 0;
		}
	}
	return (UINT32_C(1) << zeros) - 1 + bits_get(b, zeros);
}

int32_t
bits_se(struct bits *b)
{
	uint32_t k = bits_ue(b);

	return k % 2 == 1 ? (int32_t)(k / 2 + 1) : -(int32_t)(k / 2);
}
