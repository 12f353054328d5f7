#include "entry.h"
#include "box.h"
#include "flac.h"
#include "mp3.h"
#include "opus.h"

enum {
	/* MPEG-4 descriptors' tags (ISO/IEC 14496-1, 7.2.2.1). */
	DESCR_ES = 3,
	DESCR_DECODER = 4,
	DESCR_SPECIFIC = 5,
	DESCR_SL = 6,
	MPEG4_AUDIO = 0x40,
	STREAM_AUDIO = 0x15,
	DECODER_BYTES = 13, /* of it before what is specific */
	DESCR_HEAD = 2
};

#define BOX(a, b, c, d) CODEC_BOX(a, b, c, d)

/* A descriptor of N bytes; ours are all shorter than 128. */
static void
descriptor(struct buf *b, unsigned tag, size_t n)
{
	box_u8(b, tag);
	box_u8(b, (unsigned)n);
}

/* The elementary stream descriptor of what MPEG-4 calls OBJECT_TYPE. */
static void
esds(struct buf *b, unsigned object_type, const uint8_t *specific, size_t n)
{
	size_t box = box_begin_full(b, BOX('e', 's', 'd', 's'), 0, 0);
	size_t decoder = DECODER_BYTES + (n > 0 ? DESCR_HEAD + n : 0);

	descriptor(b, DESCR_ES, 3 + DESCR_HEAD + decoder + DESCR_HEAD + 1);
	box_u16(b, 0); /* in MP4 files the track says which (14496-14, 3.1) */
	box_u8(b, 0);
	descriptor(b, DESCR_DECODER, decoder);
	box_u8(b, object_type);
	box_u8(b, STREAM_AUDIO);
	box_zero(b, 3 + 4 + 4); /* buffer, bit rates: not known */
	if (n > 0) {
		descriptor(b, DESCR_SPECIFIC, n);
		(void)buf_put(b, specific, n);
	}
	descriptor(b, DESCR_SL, 1);
	box_u8(b, 2); /* predefined: MP4 */
	box_end(b, box);
}

/* The type of the box that T's record is in. */
static uint32_t
record_type(const struct media_track *t)
{
	switch (t->codec) {
	case MEDIA_H264:
		return BOX('a', 'v', 'c', 'C');
	case MEDIA_HEVC:
		return BOX('h', 'v', 'c', 'C');
	case MEDIA_AV1:
		return BOX('a', 'v', '1', 'C');
	case MEDIA_VP9:
		return BOX('v', 'p', 'c', 'C');
	case MEDIA_OPUS:
		return BOX('d', 'O', 'p', 's');
	case MEDIA_FLAC:
		return BOX('d', 'f', 'L', 'a');
	case MEDIA_AC3:
		return BOX('d', 'a', 'c', '3');
	case MEDIA_EAC3:
		return BOX('d', 'e', 'c', '3');
	case MEDIA_AAC:
	case MEDIA_MP3:
	case MEDIA_UNKNOWN:
		break;
	}
	return 0;
}

/* The box that has T's record, as ISO BMFF wants that. */
static void
record(struct buf *b, const struct media_track *t)
{
	struct opus_config opus;
	struct flac_config flac;
	size_t box;

	if (t->codec == MEDIA_AAC) {
		esds(b, MPEG4_AUDIO, t->config, t->config_len);
		return;
	}
	if (t->codec == MEDIA_MP3) {
		esds(b, mp3_object_type(t->config, t->config_len), NULL, 0);
		return;
	}
	box = box_begin(b, record_type(t));
	if (t->codec == MEDIA_OPUS &&
	    opus_config_parse(&opus, t->config, t->config_len) == 0)
		opus_box(b, &opus);
	else if (t->codec == MEDIA_FLAC &&
		 flac_config_parse(&flac, t->config, t->config_len) == 0)
		flac_box(b, &flac);
	else
		(void)buf_put(b, t->config, t->config_len);
	box_end(b, box);
}

/* 12.1.5; H.264's has none, since its record was always enough. */
static void
colr(struct buf *b, const struct colour *c)
{
	size_t box;

	if (c->primaries == COLOUR_UNSAID && c->transfer == COLOUR_UNSAID &&
	    c->matrix == COLOUR_UNSAID)
		return;
	box = box_begin(b, BOX('c', 'o', 'l', 'r'));
	box_u32(b, BOX('n', 'c', 'l', 'x'));
	box_u16(b, c->primaries);
	box_u16(b, c->transfer);
	box_u16(b, c->matrix);
	box_u8(b, c->full_range ? 0x80 : 0);
	box_end(b, box);
}

/* VisualSampleEntry, 12.1.3, behind what is common to all. */
static void
visual(struct buf *b, const struct media_track *t, const struct codec_facts *f)
{
	box_zero(b, 16);
	box_u16(b, f->width);
	box_u16(b, f->height);
	box_u32(b, 0x480000); /* 72 dpi, as everybody says */
	box_u32(b, 0x480000);
	box_u32(b, 0);
	box_u16(b, 1);
	box_zero(b, 32); /* compressor's name */
	box_u16(b, 0x18);
	box_u16(b, 0xffff);
	record(b, t);
	colr(b, &f->colour);
	if (f->sar_width > 0 && f->sar_height > 0) {
		size_t inner = box_begin(b, BOX('p', 'a', 's', 'p'));

		box_u32(b, f->sar_width);
		box_u32(b, f->sar_height);
		box_end(b, inner);
	}
}

/* AudioSampleEntry, 12.2.3, likewise. */
static void
audio(struct buf *b, const struct media_track *t, const struct codec_facts *f)
{
	box_zero(b, 8);
	box_u16(b, f->channels);
	box_u16(b, f->depth);
	box_u32(b, 0);
	box_u32(b, f->clock_hz <= UINT16_MAX ? f->clock_hz << 16 : 0);
	record(b, t);
}

void
entry_put(
    struct buf *out, const struct media_track *t, const struct codec_facts *f)
{
	size_t box = box_begin(out, codec_of(t->codec)->sample_entry);

	box_zero(out, 6);
	box_u16(out, 1); /* data reference */
	if (t->kind == MEDIA_VIDEO)
		visual(out, t, f);
	else
		audio(out, t, f);
	box_end(out, box);
}
