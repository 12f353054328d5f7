#include "cmaf_track.h"

#include <errno.h>

/* Octets of a sample entry before its boxes, its head among them. */
enum { VISUAL_ENTRY = 8 + 78, AUDIO_ENTRY = 8 + 28 };

/* Descriptors (ISO/IEC 14496-1, 7.2.2.1), and what they tell of codecs. */
enum {
	DESCR_ES = 3,
	DESCR_DECODER = 4,
	DESCR_SPECIFIC = 5,
	OBJECT_MP3 = 0x6b,
	OBJECT_MP3_LSF = 0x69
};

#define BOX(a, b, c, d) CODEC_BOX(a, b, c, d)

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

/* LEN octets at P, of which some were read. */
struct octets {
	const uint8_t *p;
	size_t len;
};

static void
pass(struct octets *o, size_t n)
{
	o->p += n;
	o->len -= n;
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* O becomes the body of the box of TYPE in it.  0, or -1. */
static int
find_box(struct octets *o, uint32_t type)
{
	while (o->len >= 8) {
		uint32_t bytes = be32(o->p);

		if (bytes < 8 || bytes > o->len)
			return bad();
		if (be32(o->p + 4) == type) {
			*o = (struct octets){o->p + 8, bytes - 8};
			return 0;
		}
		pass(o, bytes);
	}
	return bad();
}

/* The record stands in its box as NUT has it, behind SKIP octets. */
static int
plain(struct octets o, size_t skip, struct buf *out)
{
	if (o.len < skip)
		return bad();
	pass(&o, skip);
	return buf_put(out, o.p, o.len);
}

static int
as_it_is(struct octets o, struct media_track *t, struct buf *out)
{
	(void)t;
	return plain(o, 0, out);
}

/* Its frames tell all that there is. */
static int
nothing(struct octets o, struct media_track *t, struct buf *out)
{
	(void)o;
	(void)t;
	(void)out;
	return 0;
}

/* A full box's version and flags, then a METADATA_BLOCK of FLAC. */
static int
streaminfo(struct octets o, struct media_track *t, struct buf *out)
{
	(void)t;
	return plain(o, 4 + 4, out);
}

/* OpusSpecificBox (4.3.2 of its mapping) to OpusHead (RFC 7845, 5.1). */
static int
opus_head(struct octets o, struct media_track *t, struct buf *out)
{
	const uint8_t *p = o.p;

	(void)t;
	if (o.len < 11)
		return bad();
	(void)buf_puts(out, "OpusHead");
	(void)buf_put(out,
	    (const uint8_t[]){
		1, p[1], p[3], p[2], p[7], p[6], p[5], p[4], p[9], p[8]},
	    10);
	return buf_put(out, p + 10, o.len - 10);
}

/* O becomes what is in its descriptor of TAG (14496-1, 8.3.3). */
static int
enter(struct octets *o, unsigned tag)
{
	size_t n = 0, i = 1;

	if (o->len < 2 || o->p[0] != tag)
		return bad();
	for (; i < o->len && i <= 4; i++) {
		n = n << 7 | (o->p[i] & 0x7f);
		if ((o->p[i] & 0x80) == 0)
			break;
	}
	if (i == o->len || i > 4 || n > o->len - i - 1)
		return bad();
	*o = (struct octets){o->p + i + 1, n};
	return 0;
}

/* The AudioSpecificConfig in an ES descriptor, unless it is MP3. */
static int
specific(struct octets o, struct media_track *t, struct buf *out)
{
	if (o.len < 4)
		return bad();
	pass(&o, 4);
	if (enter(&o, DESCR_ES) == -1 || o.len < 3)
		return bad();
	pass(&o, 3);
	if (enter(&o, DESCR_DECODER) == -1 || o.len < 13)
		return bad();
	if (o.p[0] == OBJECT_MP3 || o.p[0] == OBJECT_MP3_LSF) {
		t->codec = MEDIA_MP3;
		return 0;
	}
	pass(&o, 13);
	return enter(&o, DESCR_SPECIFIC) == 0 ? plain(o, 0, out) : -1;
}

/* Where sample entries have their configuration, and in which form. */
static const struct form {
	uint32_t entry, box;
	enum media_codec codec;
	int (*read)(struct octets o, struct media_track *t, struct buf *out);
} forms[] = {
    {BOX('a', 'v', 'c', '1'), BOX('a', 'v', 'c', 'C'), MEDIA_H264, as_it_is},
    {BOX('h', 'v', 'c', '1'), BOX('h', 'v', 'c', 'C'), MEDIA_HEVC, as_it_is},
    {BOX('a', 'v', '0', '1'), BOX('a', 'v', '1', 'C'), MEDIA_AV1, as_it_is},
    {BOX('v', 'p', '0', '9'), BOX('v', 'p', 'c', 'C'), MEDIA_VP9, nothing},
    {BOX('m', 'p', '4', 'a'), BOX('e', 's', 'd', 's'), MEDIA_AAC, specific},
    {BOX('O', 'p', 'u', 's'), BOX('d', 'O', 'p', 's'), MEDIA_OPUS, opus_head},
    {BOX('f', 'L', 'a', 'C'), BOX('d', 'f', 'L', 'a'), MEDIA_FLAC, streaminfo},
    {BOX('a', 'c', '-', '3'), BOX('d', 'a', 'c', '3'), MEDIA_AC3, nothing},
    {BOX('e', 'c', '-', '3'), BOX('d', 'e', 'c', '3'), MEDIA_EAC3, nothing},
};

static const struct form *
form_of(uint32_t entry)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i].entry == entry)
			return &forms[i];
	return NULL;
}

int
cmaf_track(
    const struct cmaf_header *h, struct media_track *t, struct buf *config)
{
	const struct form *form = form_of(h->entry_type);
	size_t fixed = h->video ? VISUAL_ENTRY : AUDIO_ENTRY;
	struct octets o = {h->entry, h->entry_len};
	struct media_track track = {
	    .kind = h->video ? MEDIA_VIDEO : MEDIA_AUDIO,
	    .time_num = 1,
	    .time_den = h->timescale,
	    .width = h->width >> 16,
	    .height = h->height >> 16};

	if (form == NULL) {
		errno = ENOTSUP;
		return -1;
	}
	if (o.len < fixed)
		return bad();
	if (!h->video) {
		/* AudioSampleEntry (14496-12, 12.2.3.2). */
		track.channels = (unsigned)o.p[24] << 8 | o.p[25];
		track.sample_rate_hz = (unsigned)o.p[32] << 8 | o.p[33];
	}
	pass(&o, fixed);
	track.codec = form->codec;
	buf_reset(config);
	if (find_box(&o, form->box) == -1 ||
	    form->read(o, &track, config) == -1)
		return -1;
	*t = track;
	t->config = config->p;
	t->config_len = config->len;
	return 0;
}
