#include "cmaf.h"
#include "box.h"
#include "boxes.h"
#include "entry.h"

#include <errno.h>

enum {
	TRACK_ID = 1, /* a CMAF track is alone in its files */
	/* trun's flags (8.8.8), and tfhd's (8.8.7). */
	TRUN_DATA_OFFSET = 0x1,
	TRUN_FIRST_FLAGS = 0x4,
	TRUN_DURATION = 0x100,
	TRUN_SIZE = 0x200,
	TRUN_FLAGS = 0x400,
	TRUN_OFFSET = 0x800,
	TFHD_DURATION = 0x8,
	TFHD_FLAGS = 0x20,
	TFHD_BASE_IS_MOOF = 0x20000,
	/* A sample's flags (8.8.3.1): others are needed, or not. */
	SAMPLE_KEY = 0x2000000,
	SAMPLE_INTER = 0x1010000
};

#define BOX(a, b, c, d) CODEC_BOX(a, b, c, d)

/* How wide the picture is shown, in 16.16. */
static uint32_t
shown_width(const struct codec_facts *f)
{
	uint64_t width = f->width;

	if (f->sar_width > 0 && f->sar_height > 0)
		width = width * f->sar_width / f->sar_height;
	if (width > UINT16_MAX)
		width = f->width;
	return (uint32_t)width << 16;
}

/* Sample tables, empty: the samples are in fragments. */
static void
stbl(struct buf *b, const struct media_track *t, const struct codec_facts *f)
{
	static const uint32_t empty[] = {BOX('s', 't', 't', 's'),
	    BOX('s', 't', 's', 'c'), BOX('s', 't', 'c', 'o')};
	size_t box = box_begin(b, BOX('s', 't', 'b', 'l'));
	size_t inner = box_begin_full(b, BOX('s', 't', 's', 'd'), 0, 0);

	box_u32(b, 1);
	entry_put(b, t, f);
	box_end(b, inner);
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		inner = box_begin_full(b, empty[i], 0, 0);
		box_u32(b, 0);
		box_end(b, inner);
	}
	inner = box_begin_full(b, BOX('s', 't', 's', 'z'), 0, 0);
	box_zero(b, 8);
	box_end(b, inner);
	box_end(b, box);
}

static void
mdia(struct buf *b, const struct media_track *t, const struct codec_facts *f,
    uint32_t timescale)
{
	size_t box = box_begin(b, BOX('m', 'd', 'i', 'a')), inner;
	bool video = t->kind == MEDIA_VIDEO;

	boxes_mdhd(b, timescale, 0); /* how long: in fragments */
	boxes_hdlr(b, video);
	inner = box_begin(b, BOX('m', 'i', 'n', 'f'));
	boxes_media(b, video);
	stbl(b, t, f);
	box_end(b, inner);
	box_end(b, box);
}

static void
moov(struct buf *b, const struct media_track *t, const struct codec_facts *f,
    uint32_t timescale)
{
	size_t box = box_begin(b, BOX('m', 'o', 'o', 'v')), inner, trex;

	boxes_mvhd(b, timescale, 0, TRACK_ID + 1);
	inner = box_begin(b, BOX('t', 'r', 'a', 'k'));
	boxes_tkhd(b, TRACK_ID, 0, shown_width(f), f->height << 16);
	mdia(b, t, f, timescale);
	box_end(b, inner);
	inner = box_begin(b, BOX('m', 'v', 'e', 'x'));
	trex = box_begin_full(b, BOX('t', 'r', 'e', 'x'), 0, 0);
	box_u32(b, TRACK_ID);
	box_u32(b, 1); /* the only sample description */
	box_zero(b, 12);
	box_end(b, trex);
	box_end(b, inner);
	box_end(b, box);
}

/* The end of what began at BEGIN: 0, or -1 and OUT cut back to there. */
static int
whole(struct buf *out, size_t begin)
{
	if (!out->failed)
		return 0;
	out->failed = false;
	out->len = begin;
	errno = EMSGSIZE;
	return -1;
}

int
cmaf_init(const struct media_track *t, uint32_t timescale, struct buf *out)
{
	static const uint32_t brand[] = {BOX('c', 'm', 'f', 'c'),
	    BOX('i', 's', 'o', '6'), BOX('m', 'p', '4', '1')};
	size_t begin = out->len;
	struct codec_facts f;

	if (codec_of(t->codec) == NULL) {
		errno = EBADMSG;
		return -1;
	}
	if (codec_of(t->codec)->facts(&f, t) == -1)
		return -1;
	boxes_ftyp(out, brand, sizeof(brand) / sizeof(brand[0]));
	moov(out, t, &f, timescale);
	return whole(out, begin);
}

static uint32_t
sample_flags(const struct cmaf_sample *s)
{
	return s->key ? SAMPLE_KEY : SAMPLE_INTER;
}

/* What differs between F's samples and so must be told for each. */
static uint32_t
differences(const struct cmaf_fragment *f)
{
	const struct cmaf_sample *s = f->sample;
	uint32_t flags = TRUN_DATA_OFFSET | TRUN_SIZE;

	for (size_t i = 0; i < f->samples; i++) {
		if (s[i].duration != s[0].duration)
			flags |= TRUN_DURATION;
		if (s[i].offset != 0)
			flags |= TRUN_OFFSET;
		if (i > 0 && s[i].key != s[f->samples - 1].key)
			flags |= TRUN_FLAGS;
	}
	/* Mostly all are alike but the first. */
	if ((flags & TRUN_FLAGS) == 0 && s[0].key != s[f->samples - 1].key)
		flags |= TRUN_FIRST_FLAGS;
	return flags;
}

static size_t
trun(struct buf *b, const struct cmaf_fragment *f, uint32_t flags)
{
	size_t box = box_begin_full(b, BOX('t', 'r', 'u', 'n'), 1, flags), at;

	box_u32(b, (uint32_t)f->samples);
	at = b->len;
	box_u32(b, 0);
	if (flags & TRUN_FIRST_FLAGS)
		box_u32(b, sample_flags(&f->sample[0]));
	for (size_t i = 0; i < f->samples; i++) {
		const struct cmaf_sample *s = &f->sample[i];

		if (flags & TRUN_DURATION)
			box_u32(b, s->duration);
		box_u32(b, s->bytes);
		if (flags & TRUN_FLAGS)
			box_u32(b, sample_flags(s));
		if (flags & TRUN_OFFSET)
			box_u32(b, (uint32_t)s->offset);
	}
	box_end(b, box);
	return at;
}

int
cmaf_head(const struct cmaf_fragment *f, struct buf *out)
{
	size_t begin = out->len, moof, inner, traf, offset_at;
	uint64_t bytes = 8;
	uint32_t flags;

	for (size_t i = 0; i < f->samples; i++)
		bytes += f->sample[i].bytes;
	if (f->samples == 0 || f->samples > UINT32_MAX || bytes > INT32_MAX) {
		errno = EINVAL;
		return -1;
	}
	flags = differences(f);
	moof = box_begin(out, BOX('m', 'o', 'o', 'f'));
	inner = box_begin_full(out, BOX('m', 'f', 'h', 'd'), 0, 0);
	box_u32(out, f->sequence);
	box_end(out, inner);
	traf = box_begin(out, BOX('t', 'r', 'a', 'f'));
	inner = box_begin_full(out, BOX('t', 'f', 'h', 'd'), 0,
	    TFHD_BASE_IS_MOOF | TFHD_DURATION | TFHD_FLAGS);
	box_u32(out, TRACK_ID);
	box_u32(out, f->sample[0].duration);
	box_u32(out, sample_flags(&f->sample[f->samples - 1]));
	box_end(out, inner);
	inner = box_begin_full(out, BOX('t', 'f', 'd', 't'), 1, 0);
	box_u64(out, f->dts);
	box_end(out, inner);
	offset_at = trun(out, f, flags);
	box_end(out, traf);
	box_end(out, moof);
	box_u32(out, (uint32_t)bytes);
	box_u32(out, BOX('m', 'd', 'a', 't'));
	/* The samples begin behind mdat's head, counted from moof. */
	box_patch(out, offset_at, (uint32_t)(out->len - moof));
	return whole(out, begin);
}
