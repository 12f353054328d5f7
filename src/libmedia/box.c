#include "box.h"

static void
put(struct buf *b, uint64_t v, unsigned bytes)
{
	uint8_t s[8];

	for (unsigned i = 0; i < bytes; i++)
		s[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
	(void)buf_put(b, s, bytes);
}

void
box_u8(struct buf *b, unsigned v)
{
	put(b, v, 1);
}

void
box_u16(struct buf *b, unsigned v)
{
	put(b, v, 2);
}

void
box_u32(struct buf *b, uint32_t v)
{
	put(b, v, 4);
}

void
box_u64(struct buf *b, uint64_t v)
{
	put(b, v, 8);
}

void
box_zero(struct buf *b, size_t n)
{
	while (n-- > 0)
		put(b, 0, 1);
}

void
box_patch(struct buf *b, size_t at, uint32_t v)
{
	if (b->failed)
		return;
	for (unsigned i = 0; i < 4; i++)
		b->p[at + i] = (uint8_t)(v >> 8 * (3 - i));
}

size_t
box_begin(struct buf *b, uint32_t type)
{
	size_t begin = b->len;

	box_u32(b, 0);
	box_u32(b, type);
	return begin;
}

size_t
box_begin_full(struct buf *b, uint32_t type, unsigned version, uint32_t flags)
{
	size_t begin = box_begin(b, type);

	box_u32(b, version << 24 | flags);
	return begin;
}

void
box_end(struct buf *b, size_t begin)
{
	box_patch(b, begin, (uint32_t)(b->len - begin));
}
