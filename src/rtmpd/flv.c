#include "flv.h"
#include "amf.h"

#include <errno.h>

enum { FRAME_KEY = 1, FRAME_GENERATED_KEY = 4, FRAME_COMMAND = 5 };

/* AVCPacketType and AACPacketType. */
enum { PACKET_CONFIG = 0, PACKET_FRAME = 1, PACKET_END = 2 };

static int
malformed(void)
{
	errno = EBADMSG;
	return -1;
}

static int
unsupported(void)
{
	errno = ENOTSUP;
	return -1;
}

/* SI24: a signed number of 24 bits. */
static int32_t
signed_u24(const uint8_t *p)
{
	int32_t v = p[0] << 16 | p[1] << 8 | p[2];

	return v >= 0x800000 ? v - 0x1000000 : v;
}

/* What Enhanced RTMP calls PACKET, whose form T's codec has a word in. */
static int
extended_kind(struct flv_tag *t, enum extended_packet packet)
{
	switch (packet) {
	case EXTENDED_SEQUENCE_START:
		t->kind = FLV_CONFIG;
		return 0;
	case EXTENDED_TS_SEQUENCE_START:
		t->kind = FLV_DESCRIPTOR;
		return 0;
	case EXTENDED_CHANNELS:
		t->kind = FLV_CHANNELS;
		return 0;
	case EXTENDED_CODED_FRAMES:
		t->kind = FLV_FRAME;
		if (!t->coding->composition)
			return 0;
		if (t->len < 3)
			return malformed();
		t->composition_ms = signed_u24(t->p);
		t->p += 3;
		t->len -= 3;
		return 0;
	case EXTENDED_CODED_FRAMES_X:
		t->kind = FLV_FRAME;
		return 0;
	case EXTENDED_METADATA:
		t->kind = FLV_METADATA;
		return 0;
	case EXTENDED_SEQUENCE_END:
	default:
		return 0;
	}
}

static int
next_extended(struct flv *f, struct flv_tag *t)
{
	struct extended_part part;
	int rc = extended_next(&f->extended, &part);

	if (rc != 1)
		return rc;
	*t = (struct flv_tag){.kind = FLV_NOTHING,
	    .coding = coding_fourcc(f->kind, part.fourcc),
	    .fourcc = part.fourcc,
	    .track = part.track,
	    .key = f->extended.key,
	    .offset_ns = f->extended.offset_ns,
	    .p = part.p,
	    .len = part.len};
	if (t->coding == NULL || t->coding->configure == NULL)
		return unsupported();
	return extended_kind(t, f->extended.packet) == 0 ? 1 : -1;
}

/* Where the packet type stands behind the first byte, if anywhere. */
static int
old_packet(struct flv_tag *t, uint8_t packet)
{
	if (packet == PACKET_CONFIG)
		t->kind = FLV_CONFIG;
	else if (packet == PACKET_FRAME)
		t->kind = FLV_FRAME;
	else if (packet != PACKET_END || t->coding->kind == MEDIA_AUDIO)
		return malformed();
	return 1;
}

static int
old_video(const struct flv *f, struct flv_tag *t)
{
	const uint8_t *p = f->p;
	unsigned frame = p[0] >> 4 & 7;

	t->key = frame == FRAME_KEY || frame == FRAME_GENERATED_KEY;
	if (frame == FRAME_COMMAND)
		return 1; /* of seeking in files */
	t->coding = coding_legacy(MEDIA_VIDEO, p[0] & 0x0f);
	if (t->coding == NULL || t->coding->configure == NULL)
		return unsupported();
	if (f->len < 5)
		return malformed();
	t->p = p + 5;
	t->len = f->len - 5;
	if (p[1] == PACKET_FRAME)
		t->composition_ms = signed_u24(p + 2);
	return old_packet(t, p[1]);
}

static int
old_audio(const struct flv *f, struct flv_tag *t)
{
	t->key = true;
	t->coding = coding_legacy(MEDIA_AUDIO, f->p[0] >> 4);
	if (t->coding == NULL || t->coding->configure == NULL)
		return unsupported();
	if (t->coding->id != MEDIA_AAC) {
		t->kind = FLV_FRAME;
		t->p = f->p + 1;
		t->len = f->len - 1;
		return 1;
	}
	if (f->len < 2)
		return malformed();
	t->p = f->p + 2;
	t->len = f->len - 2;
	return old_packet(t, f->p[1]);
}

void
flv_begin(struct flv *f, enum media_kind kind, const uint8_t *p, size_t len)
{
	*f = (struct flv){.kind = kind, .p = p, .len = len, .form = FLV_OLD};
}

int
flv_next(struct flv *f, struct flv_tag *t)
{
	*t = (struct flv_tag){.kind = FLV_NOTHING};
	if (f->form == FLV_OLD && extended_is(f->kind, f->p, f->len)) {
		f->form = FLV_EXTENDED;
		if (extended_begin(&f->extended, f->kind, f->p, f->len) == -1)
			return -1;
	}
	if (f->form == FLV_EXTENDED)
		return next_extended(f, t);
	if (f->form == FLV_OVER)
		return 0;
	f->form = FLV_OVER;
	if (f->len == 0)
		return malformed();
	return f->kind == MEDIA_VIDEO ? old_video(f, t) : old_audio(f, t);
}

/* A number that somebody claims, if it is one within bounds. */
static uint32_t
claim(double v, double factor, double max)
{
	return v > 0 && v * factor < max ? (uint32_t)(v * factor) : 0;
}

/* How many keys the object at A has, which is stepped over. */
static unsigned
count_keys(struct amf *a)
{
	struct str key;
	unsigned n = 0;

	if (amf_peek(a) != AMF_OBJECT && amf_peek(a) != AMF_ECMA_ARRAY) {
		amf_skip(a);
		return 0;
	}
	amf_object(a);
	while (amf_key(a, &key)) {
		amf_skip(a);
		n++;
	}
	return n;
}

int
flv_metadata(struct flv_metadata *m, const uint8_t *p, size_t len)
{
	struct str name, key;
	struct amf a;

	*m = (struct flv_metadata){.encoder = {"", 0}};
	amf_init(&a, p, len);
	name = amf_string(&a);
	if (str_eq(name, STR("@setDataFrame")))
		name = amf_string(&a);
	if (a.bad)
		return malformed();
	if (!str_eq(name, STR("onMetaData")))
		return 1;
	amf_object(&a);
	while (amf_key(&a, &key)) {
		bool number = amf_peek(&a) == AMF_NUMBER;

		if (str_eq(key, STR("videocodecid")))
			m->videos++;
		else if (str_eq(key, STR("audiocodecid")))
			m->audios++;
		if (number && str_eq(key, STR("width")))
			m->width = claim(amf_number(&a), 1, 65536);
		else if (number && str_eq(key, STR("height")))
			m->height = claim(amf_number(&a), 1, 65536);
		else if (number && str_eq(key, STR("framerate")))
			m->frame_rate_mhz = claim(amf_number(&a), 1000, 1e9);
		else if (amf_peek(&a) == AMF_STRING &&
			 str_eq(key, STR("encoder")))
			m->encoder = amf_string(&a);
		else if (str_eq(key, STR("videoTrackIdInfoMap")))
			m->videos += count_keys(&a);
		else if (str_eq(key, STR("audioTrackIdInfoMap")))
			m->audios += count_keys(&a);
		else
			amf_skip(&a);
	}
	return a.bad ? malformed() : 0;
}
