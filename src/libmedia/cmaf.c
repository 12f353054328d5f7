#include "cmaf.h"
#include "aac.h"
#include "avc.h"
#include "box.h"
#include "boxes.h"

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
	SAMPLE_INTER = 0x1010000,
	/* MPEG-4 descriptors' tags (ISO/IEC 14496-1, 7.2.2.1). */
	DESCR_ES = 3,
	DESCR_DECODER = 4,
	DESCR_SPECIFIC = 5,
	DESCR_SL = 6,
	MPEG4_AUDIO = 0x40,
	STREAM_AUDIO = 0x15
};

#define BOX(a, b, c, d) CODEC_BOX(a, b, c, d)

/* What a track's boxes say of it beside its codec's record. */
struct look {
	unsigned width, height, sar_width, sar_height;
	unsigned rate_hz, channels;
};

/* How wide the picture is shown, in 16.16. */
static uint32_t
shown_width(const struct look *l)
{
	uint64_t width = l->width;

	if (l->sar_width > 0 && l->sar_height > 0)
		width = width * l->sar_width / l->sar_height;
	if (width > UINT16_MAX)
		width = l->width;
	return (uint32_t)width << 16;
}

static void
avc1(struct buf *b, const struct media_track *t, const struct look *l)
{
	size_t box = box_begin(b, BOX('a', 'v', 'c', '1')), inner;

	box_zero(b, 6);
	box_u16(b, 1); /* data reference */
	box_zero(b, 16);
	box_u16(b, l->width);
	box_u16(b, l->height);
	box_u32(b, 0x480000); /* 72 dpi, as everybody says */
	box_u32(b, 0x480000);
	box_u32(b, 0);
	box_u16(b, 1);
	box_zero(b, 32); /* compressor's name */
	box_u16(b, 0x18);
	box_u16(b, 0xffff);
	inner = box_begin(b, BOX('a', 'v', 'c', 'C'));
	(void)buf_put(b, t->config, t->config_len);
	box_end(b, inner);
	if (l->sar_width > 0 && l->sar_height > 0) {
		inner = box_begin(b, BOX('p', 'a', 's', 'p'));
		box_u32(b, l->sar_width);
		box_u32(b, l->sar_height);
		box_end(b, inner);
	}
	box_end(b, box);
}

/* A descriptor of N bytes; ours are all shorter than 128. */
static void
descriptor(struct buf *b, unsigned tag, size_t n)
{
	box_u8(b, tag);
	box_u8(b, (unsigned)n);
}

static void
mp4a(struct buf *b, const struct media_track *t, const struct look *l)
{
	size_t box = box_begin(b, BOX('m', 'p', '4', 'a')), esds;
	size_t specific = t->config_len, decoder = 13 + 2 + specific;

	box_zero(b, 6);
	box_u16(b, 1);
	box_zero(b, 8);
	box_u16(b, l->channels);
	box_u16(b, 16);
	box_u32(b, 0);
	box_u32(b, l->rate_hz <= UINT16_MAX ? l->rate_hz << 16 : 0);
	esds = box_begin_full(b, BOX('e', 's', 'd', 's'), 0, 0);
	descriptor(b, DESCR_ES, 3 + 2 + decoder + 2 + 1);
	box_u16(b, 0); /* in MP4 files the track says which (14496-14, 3.1) */
	box_u8(b, 0);
	descriptor(b, DESCR_DECODER, decoder);
	box_u8(b, MPEG4_AUDIO);
	box_u8(b, STREAM_AUDIO);
	box_zero(b, 3 + 4 + 4); /* buffer, bit rates: not known */
	descriptor(b, DESCR_SPECIFIC, specific);
	(void)buf_put(b, t->config, specific);
	descriptor(b, DESCR_SL, 1);
	box_u8(b, 2); /* predefined: MP4 */
	box_end(b, esds);
	box_end(b, box);
}

/* Sample tables, empty: the samples are in fragments. */
static void
stbl(struct buf *b, const struct media_track *t, const struct look *l)
{
	static const uint32_t empty[] = {BOX('s', 't', 't', 's'),
	    BOX('s', 't', 's', 'c'), BOX('s', 't', 'c', 'o')};
	size_t box = box_begin(b, BOX('s', 't', 'b', 'l'));
	size_t inner = box_begin_full(b, BOX('s', 't', 's', 'd'), 0, 0);

	box_u32(b, 1);
	if (t->codec == MEDIA_H264)
		avc1(b, t, l);
	else
		mp4a(b, t, l);
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
mdia(struct buf *b, const struct media_track *t, const struct look *l,
    uint32_t timescale)
{
	size_t box = box_begin(b, BOX('m', 'd', 'i', 'a')), inner;
	bool video = t->kind == MEDIA_VIDEO;

	boxes_mdhd(b, timescale, 0); /* how long: in fragments */
	boxes_hdlr(b, video);
	inner = box_begin(b, BOX('m', 'i', 'n', 'f'));
	boxes_media(b, video);
	stbl(b, t, l);
	box_end(b, inner);
	box_end(b, box);
}

static void
moov(struct buf *b, const struct media_track *t, const struct look *l,
    uint32_t timescale)
{
	size_t box = box_begin(b, BOX('m', 'o', 'o', 'v')), inner, trex;

	boxes_mvhd(b, timescale, 0, TRACK_ID + 1);
	inner = box_begin(b, BOX('t', 'r', 'a', 'k'));
	boxes_tkhd(b, TRACK_ID, 0, shown_width(l), l->height << 16);
	mdia(b, t, l, timescale);
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

/* What T's configuration record says; see cmaf_init. */
static int
look_at(const struct media_track *t, struct look *l)
{
	struct avc_config avc;
	struct aac_config aac;

	*l = (struct look){0};
	if (t->codec == MEDIA_H264) {
		if (avc_config_parse(&avc, t->config, t->config_len) == -1)
			return -1;
		l->width = avc.sps.width;
		l->height = avc.sps.height;
		l->sar_width = avc.sps.sar_width;
		l->sar_height = avc.sps.sar_height;
		return 0;
	}
	if (t->codec == MEDIA_AAC) {
		if (aac_config_parse(&aac, t->config, t->config_len) == -1)
			return -1;
		l->rate_hz = aac.core_rate_hz;
		l->channels = aac.channels > 0 ? aac.channels : t->channels;
		return 0;
	}
	errno = EBADMSG;
	return -1;
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
	struct look l;

	if (look_at(t, &l) == -1)
		return -1;
	boxes_ftyp(out, brand, sizeof(brand) / sizeof(brand[0]));
	moov(out, t, &l, timescale);
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
