#include "boxes.h"
#include "box.h"
#include "codec.h"

enum { LANGUAGE_UND = 0x55c4, ENABLED_IN_MOVIE = 3 };

#define BOX(a, b, c, d) CODEC_BOX(a, b, c, d)

static void
matrix(struct buf *b)
{
	static const uint32_t unity[9] = {
	    0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};

	for (size_t i = 0; i < 9; i++)
		box_u32(b, unity[i]);
}

/* When it was made is not said, so that bytes depend on media alone. */
static unsigned
begin_timed(struct buf *b, uint32_t type, uint64_t duration, uint32_t flags,
    size_t *box)
{
	unsigned version = duration > UINT32_MAX;

	*box = box_begin_full(b, type, version, flags);
	box_zero(b, version > 0 ? 16 : 8);
	return version;
}

static void
put_duration(struct buf *b, unsigned version, uint64_t duration)
{
	if (version > 0)
		box_u64(b, duration);
	else
		box_u32(b, (uint32_t)duration);
}

void
boxes_mvhd(
    struct buf *b, uint32_t timescale, uint64_t duration, uint32_t next_track)
{
	size_t box;
	unsigned v = begin_timed(b, BOX('m', 'v', 'h', 'd'), duration, 0, &box);

	box_u32(b, timescale);
	put_duration(b, v, duration);
	box_u32(b, 0x10000);
	box_u16(b, 0x100);
	box_zero(b, 10);
	matrix(b);
	box_zero(b, 24);
	box_u32(b, next_track);
	box_end(b, box);
}

void
boxes_tkhd(struct buf *b, uint32_t track, uint64_t duration, uint32_t width,
    uint32_t height)
{
	size_t box;
	unsigned v = begin_timed(
	    b, BOX('t', 'k', 'h', 'd'), duration, ENABLED_IN_MOVIE, &box);

	box_u32(b, track);
	box_zero(b, 4);
	put_duration(b, v, duration);
	box_zero(b, 12);                   /* layer, alternate group, too */
	box_u16(b, width > 0 ? 0 : 0x100); /* volume */
	box_u16(b, 0);
	matrix(b);
	box_u32(b, width);
	box_u32(b, height);
	box_end(b, box);
}

void
boxes_mdhd(struct buf *b, uint32_t timescale, uint64_t duration)
{
	size_t box;
	unsigned v = begin_timed(b, BOX('m', 'd', 'h', 'd'), duration, 0, &box);

	box_u32(b, timescale);
	put_duration(b, v, duration);
	box_u16(b, LANGUAGE_UND);
	box_u16(b, 0);
	box_end(b, box);
}

void
boxes_hdlr(struct buf *b, bool video)
{
	size_t box = box_begin_full(b, BOX('h', 'd', 'l', 'r'), 0, 0);

	box_u32(b, 0);
	box_u32(b, video ? BOX('v', 'i', 'd', 'e') : BOX('s', 'o', 'u', 'n'));
	box_zero(b, 12);
	(void)buf_puts(b, video ? "video" : "audio");
	box_u8(b, 0);
	box_end(b, box);
}

void
boxes_media(struct buf *b, bool video)
{
	size_t box, dref, url;

	if (video) {
		box = box_begin_full(b, BOX('v', 'm', 'h', 'd'), 0, 1);
		box_zero(b, 8);
	} else {
		box = box_begin_full(b, BOX('s', 'm', 'h', 'd'), 0, 0);
		box_zero(b, 4);
	}
	box_end(b, box);
	box = box_begin(b, BOX('d', 'i', 'n', 'f'));
	dref = box_begin_full(b, BOX('d', 'r', 'e', 'f'), 0, 0);
	box_u32(b, 1);
	url = box_begin_full(b, BOX('u', 'r', 'l', ' '), 0, 1); /* this file */
	box_end(b, url);
	box_end(b, dref);
	box_end(b, box);
}

void
boxes_ftyp(struct buf *b, const uint32_t *brand, size_t n)
{
	size_t box = box_begin(b, BOX('f', 't', 'y', 'p'));

	box_u32(b, brand[0]);
	box_u32(b, 0);
	for (size_t i = 0; i < n; i++)
		box_u32(b, brand[i]);
	box_end(b, box);
}
