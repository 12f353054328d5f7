#include "flv.h"
#include "amf.h"

#include <errno.h>

enum {
	FRAME_KEY = 1,
	FRAME_GENERATED_KEY = 4,
	FRAME_COMMAND = 5,
	SOUND_EXTENDED = 9, /* SoundFormat: a FourCC follows */
	VIDEO_EXTENDED = 0x80
};

/* AVCPacketType and AACPacketType, and Enhanced RTMP's packet types. */
enum {
	PACKET_CONFIG = 0,
	PACKET_FRAME = 1,
	PACKET_END = 2,
	PACKET_FRAME_NO_OFFSET = 3
};

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

static uint32_t
fourcc(const uint8_t *p)
{
	return CODING_FOURCC(p[0], p[1], p[2], p[3]);
}

/* SI24: a signed number of 24 bits. */
static int32_t
signed_u24(const uint8_t *p)
{
	int32_t v = p[0] << 16 | p[1] << 8 | p[2];

	return v >= 0x800000 ? v - 0x1000000 : v;
}

/* Enhanced RTMP: the packet type stands in the first byte, a FourCC next. */
static int
extended(struct flv_tag *t, enum media_kind kind, const uint8_t *p, size_t len)
{
	unsigned packet = p[0] & 0x0f;

	if (len < 5)
		return malformed();
	t->coding = coding_fourcc(kind, fourcc(p + 1));
	if (t->coding == NULL || t->coding->configure == NULL)
		return unsupported();
	t->p = p + 5;
	t->len = len - 5;
	if (packet == PACKET_CONFIG) {
		t->kind = FLV_CONFIG;
	} else if (packet == PACKET_FRAME && t->coding->composition) {
		if (t->len < 3)
			return malformed();
		t->composition_ms = signed_u24(t->p);
		t->p += 3;
		t->len -= 3;
		t->kind = FLV_FRAME;
	} else if (packet == PACKET_FRAME ||
		   (packet == PACKET_FRAME_NO_OFFSET && kind == MEDIA_VIDEO)) {
		t->kind = FLV_FRAME;
	}
	return 0;
}

int
flv_video(struct flv_tag *t, const uint8_t *p, size_t len)
{
	unsigned frame;

	*t = (struct flv_tag){.kind = FLV_NOTHING};
	if (len < 1)
		return malformed();
	frame = p[0] >> 4 & 7;
	t->key = frame == FRAME_KEY || frame == FRAME_GENERATED_KEY;
	if (frame == FRAME_COMMAND)
		return 0; /* of seeking in files */
	if (p[0] & VIDEO_EXTENDED)
		return extended(t, MEDIA_VIDEO, p, len);
	t->coding = coding_legacy(MEDIA_VIDEO, p[0] & 0x0f);
	if (t->coding == NULL || t->coding->configure == NULL)
		return unsupported();
	if (len < 5)
		return malformed();
	t->p = p + 5;
	t->len = len - 5;
	if (p[1] == PACKET_CONFIG) {
		t->kind = FLV_CONFIG;
	} else if (p[1] == PACKET_FRAME) {
		t->kind = FLV_FRAME;
		t->composition_ms = signed_u24(p + 2);
	} else if (p[1] != PACKET_END) {
		return malformed();
	}
	return 0;
}

int
flv_audio(struct flv_tag *t, const uint8_t *p, size_t len)
{
	*t = (struct flv_tag){.kind = FLV_NOTHING, .key = true};
	if (len < 1)
		return malformed();
	if (p[0] >> 4 == SOUND_EXTENDED)
		return extended(t, MEDIA_AUDIO, p, len);
	t->coding = coding_legacy(MEDIA_AUDIO, p[0] >> 4);
	if (t->coding == NULL || t->coding->configure == NULL)
		return unsupported();
	if (len < 2)
		return malformed();
	t->p = p + 2;
	t->len = len - 2;
	if (p[1] == PACKET_CONFIG)
		t->kind = FLV_CONFIG;
	else if (p[1] == PACKET_FRAME)
		t->kind = FLV_FRAME;
	else
		return malformed();
	return 0;
}

/* A number that somebody claims, if it is one within bounds. */
static uint32_t
claim(double v, double factor, double max)
{
	return v > 0 && v * factor < max ? (uint32_t)(v * factor) : 0;
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
			m->has_video = true;
		else if (str_eq(key, STR("audiocodecid")))
			m->has_audio = true;
		if (number && str_eq(key, STR("width")))
			m->width = claim(amf_number(&a), 1, 65536);
		else if (number && str_eq(key, STR("height")))
			m->height = claim(amf_number(&a), 1, 65536);
		else if (number && str_eq(key, STR("framerate")))
			m->frame_rate_mhz = claim(amf_number(&a), 1000, 1e9);
		else if (amf_peek(&a) == AMF_STRING &&
			 str_eq(key, STR("encoder")))
			m->encoder = amf_string(&a);
		else
			amf_skip(&a);
	}
	return a.bad ? malformed() : 0;
}
