#include "amf.h"
#include "flv.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

/*
 * A tag's body that outlives the call it is made for, since what was parsed
 * points into it.
 */
static uint8_t body[64];

static const uint8_t *
keep(const uint8_t *p, size_t n)
{
	memcpy(body, p, n);
	return body;
}

#define BODY(...)                                                              \
	keep((const uint8_t[]){__VA_ARGS__},                                   \
	    sizeof((const uint8_t[]){__VA_ARGS__})),                           \
	    sizeof((const uint8_t[]){__VA_ARGS__})

/* The first track of a body: 0, or -1 with errno. */
static int
first(struct flv_tag *t, enum media_kind kind, const uint8_t *p, size_t len)
{
	struct flv f;

	flv_begin(&f, kind, p, len);
	return flv_next(&f, t) == 1 ? 0 : -1;
}

static int
flv_video(struct flv_tag *t, const uint8_t *p, size_t len)
{
	return first(t, MEDIA_VIDEO, p, len);
}

static int
flv_audio(struct flv_tag *t, const uint8_t *p, size_t len)
{
	return first(t, MEDIA_AUDIO, p, len);
}

static void
video(void)
{
	struct flv_tag t;

	OK(flv_video(&t, BODY(0x17, 0, 0, 0, 0, 1, 2)) == 0);
	OK(t.kind == FLV_CONFIG && t.len == 2 && t.p[0] == 1);
	OK(strcmp(t.coding->name, "H.264") == 0);
	OK(flv_video(&t, BODY(0x17, 1, 0, 0, 80, 9)) == 0);
	OK(t.kind == FLV_FRAME && t.key && t.composition_ms == 80);
	OK(flv_video(&t, BODY(0x27, 1, 0xff, 0xff, 0xfe, 9)) == 0);
	OK(t.kind == FLV_FRAME && !t.key && t.composition_ms == -2);
	OK(flv_video(&t, BODY(0x27, 1, 0x80, 0, 0, 9)) == 0);
	OK(t.composition_ms == -0x800000);
	OK(flv_video(&t, BODY(0x17, 2, 0, 0, 0)) == 0);
	OK(t.kind == FLV_NOTHING);
	OK(flv_video(&t, BODY(0x57, 0)) == 0 && t.kind == FLV_NOTHING);

	OK(flv_video(&t, BODY(0x17, 3, 0, 0, 0)) == -1 && errno == EBADMSG);
	OK(flv_video(&t, BODY(0x17, 1, 0)) == -1 && errno == EBADMSG);
	OK(flv_video(&t, NULL, 0) == -1 && errno == EBADMSG);
	OK(flv_video(&t, BODY(0x12, 0)) == -1 && errno == ENOTSUP);
	OK(strcmp(t.coding->name, "Sorenson H.263") == 0);
	OK(flv_video(&t, BODY(0x1c, 0, 0, 0, 0, 1)) == 0);
	OK(t.kind == FLV_CONFIG && t.coding->id == MEDIA_HEVC && t.len == 1);
	OK(flv_video(&t, BODY(0x1f, 0)) == -1 && errno == ENOTSUP);
	OK(t.coding == NULL);
}

static void
enhanced(void)
{
	struct flv_tag t;

	OK(flv_video(&t, BODY(0x90, 'h', 'v', 'c', '1', 1)) == 0);
	OK(t.kind == FLV_CONFIG && strcmp(t.coding->name, "HEVC") == 0);
	OK(flv_video(&t, BODY(0x90, 'v', 'v', 'c', '1', 1)) == -1);
	OK(errno == ENOTSUP && strcmp(t.coding->name, "VVC") == 0);
	OK(flv_video(&t, BODY(0x90, 'x', 'y', 'z', '1', 1)) == -1);
	OK(errno == ENOTSUP && t.coding == NULL && t.fourcc == 0x78797a31);
	OK(flv_video(&t, BODY(0x90, 'a', 'v', 'c', '1', 1)) == 0);
	OK(t.kind == FLV_CONFIG && t.len == 1);
	OK(flv_video(&t, BODY(0x91, 'a', 'v', 'c', '1', 0, 0, 7, 1)) == 0);
	OK(t.kind == FLV_FRAME && t.key && t.composition_ms == 7 && t.len == 1);
	OK(flv_video(&t, BODY(0xa3, 'a', 'v', 'c', '1', 1, 2)) == 0);
	OK(t.kind == FLV_FRAME && !t.key && t.len == 2);
	OK(flv_video(&t, BODY(0x94, 'a', 'v', 'c', '1', 1)) == 0);
	OK(t.kind == FLV_METADATA);
	OK(flv_video(&t, BODY(0x92, 'a', 'v', 'c', '1')) == 0);
	OK(t.kind == FLV_NOTHING);
	OK(flv_video(&t, BODY(0x95, 'a', 'v', '0', '1', 1)) == 0);
	OK(t.kind == FLV_DESCRIPTOR);
	/* AV1 bears no offset. */
	OK(flv_video(&t, BODY(0xa1, 'a', 'v', '0', '1', 1)) == 0);
	OK(t.kind == FLV_FRAME && !t.key && t.len == 1);
	OK(flv_video(&t, BODY(0x91, 'a', 'v', 'c', '1', 0)) == -1);
	OK(flv_video(&t, BODY(0x90, 'a', 'v')) == -1 && errno == EBADMSG);
	OK(flv_audio(&t, BODY(0x90, 'O', 'p', 'u', 's', 1)) == 0);
	OK(t.kind == FLV_CONFIG && strcmp(t.coding->name, "Opus") == 0);
	OK(flv_audio(&t, BODY(0x94, 'O', 'p', 'u', 's', 1, 2)) == 0);
	OK(t.kind == FLV_CHANNELS && t.len == 2);
	OK(flv_audio(&t, BODY(0x91, 'm', 'p', '4', 'a', 1)) == 0);
	OK(t.kind == FLV_FRAME && t.len == 1);
}

static void
tracks(void)
{
	struct flv_tag t;
	struct flv f;

	/* Two, 2001 ns late, of which the second has no room for its offset. */
	flv_begin(&f, MEDIA_VIDEO,
	    BODY(0xa7, 2, 0, 0x07, 0xd1, 0x06, 0x11, 'h', 'v', 'c', '1', 0, 0,
		0, 4, 0, 0, 9, 'x', 3, 0, 0, 2, 0, 0));
	OK(flv_next(&f, &t) == 1 && t.kind == FLV_FRAME && t.track == 0);
	OK(t.composition_ms == 9 && t.offset_ns == 2001 && t.len == 1);
	OK(flv_next(&f, &t) == -1 && errno == EBADMSG && t.track == 3);
	OK(flv_next(&f, &t) == 0);
	/* The second is of another codec, and not one of ours. */
	flv_begin(&f, MEDIA_VIDEO,
	    BODY(0x96, 0x23, 'h', 'v', 'c', '1', 0, 0, 0, 1, 'x', 'v', 'v', 'c',
		'1', 1, 0, 0, 1, 'y'));
	OK(flv_next(&f, &t) == 1 && t.kind == FLV_FRAME && t.len == 1);
	OK(flv_next(&f, &t) == -1 && errno == ENOTSUP);
	OK(strcmp(t.coding->name, "VVC") == 0);
	/* In the old form there is one. */
	flv_begin(&f, MEDIA_AUDIO, BODY(0xaf, 1, 0x21));
	OK(flv_next(&f, &t) == 1 && flv_next(&f, &t) == 0);
}

static void
audio(void)
{
	const struct coding *aac = coding_legacy(MEDIA_AUDIO, 10);
	struct coding_config c;
	struct flv_tag t;
	const char *why;

	OK(flv_audio(&t, BODY(0xaf, 0, 0x12, 0x10)) == 0);
	OK(t.kind == FLV_CONFIG && t.coding == aac && t.len == 2);
	OK(flv_audio(&t, BODY(0xaf, 1, 0x21)) == 0);
	OK(t.kind == FLV_FRAME && t.len == 1);
	OK(flv_audio(&t, BODY(0xaf, 2)) == -1 && errno == EBADMSG);
	OK(flv_audio(&t, BODY(0xaf)) == -1 && errno == EBADMSG);
	OK(flv_audio(&t, NULL, 0) == -1 && errno == EBADMSG);
	OK(flv_audio(&t, BODY(0x2f, 1)) == 0 && t.kind == FLV_FRAME);
	OK(t.coding->id == MEDIA_MP3 && t.len == 1 && t.p[0] == 1);
	OK(flv_audio(&t, BODY(0xbf, 1)) == -1 && errno == ENOTSUP);
	OK(strcmp(t.coding->name, "Speex") == 0);

	OK(coding_configure(&c, aac, BODY(0x12, 0x10), &why) == 0);
	OK(c.sample_rate_hz == 44100 && c.channels == 2);
	/* HE-AAC, explicitly: 24 kHz and 48 kHz that come out. */
	OK(coding_configure(&c, aac, BODY(0x2b, 0x11, 0x88, 0), &why) == 0);
	OK(c.sample_rate_hz == 48000 && c.channels == 2);
	OK(coding_configure(&c, aac, BODY(0x12, 0x00), &why) == -1);
	OK(errno == ENOTSUP);
	OK(coding_configure(&c, aac, BODY(0x12), &why) == -1);
	OK(errno == EBADMSG);
	OK(coding_configure(&c, aac, NULL, 0, &why) == -1);
	OK(errno == EBADMSG);
}

static void
metadata(void)
{
	struct flv_metadata m;
	struct buf b;

	buf_init(&b, 4096);
	amf_put_string(&b, STR("@setDataFrame"));
	amf_put_string(&b, STR("onMetaData"));
	amf_put_object(&b);
	amf_put_key(&b, STR("width"));
	amf_put_number(&b, 1280);
	amf_put_key(&b, STR("height"));
	amf_put_number(&b, -1e300);
	amf_put_key(&b, STR("framerate"));
	amf_put_number(&b, 29.97);
	amf_put_key(&b, STR("videocodecid"));
	amf_put_number(&b, 7);
	amf_put_key(&b, STR("videoTrackIdInfoMap"));
	amf_put_object(&b);
	amf_put_key(&b, STR("1"));
	amf_put_object(&b);
	amf_put_end(&b);
	amf_put_key(&b, STR("2"));
	amf_put_null(&b);
	amf_put_end(&b);
	amf_put_key(&b, STR("encoder"));
	amf_put_string(&b, STR("obs"));
	amf_put_key(&b, STR("other"));
	amf_put_null(&b);
	amf_put_end(&b);
	OK(flv_metadata(&m, b.p, b.len) == 0);
	OK(m.width == 1280 && m.height == 0 && m.frame_rate_mhz == 29970);
	OK(m.videos == 3 && m.audios == 0 && str_eqz(m.encoder, "obs"));
	for (size_t n = 0; n < b.len; n++)
		if (flv_metadata(&m, b.p, n) != -1 || errno != EBADMSG) {
			OK(n == b.len);
			break;
		}
	buf_reset(&b);
	amf_put_string(&b, STR("onTextData"));
	OK(flv_metadata(&m, b.p, b.len) == 1);
	buf_fini(&b);
}

int
main(void)
{
	video();
	enhanced();
	tracks();
	audio();
	metadata();
	return tap_done();
}
