#include "tap.h"
#include "vp9.h"

#include <errno.h>
#include <string.h>

/* libvpx' keyframes of 320x180: profile 0, and 2 in 10 bits of BT.2020. */
static const uint8_t key0[] = {
    0x82, 0x49, 0x83, 0x42, 0, 0x13, 0xf0, 0xb, 0x36, 4, 0x38, 0x24};
static const uint8_t key2[] = {
    0x92, 0x49, 0x83, 0x42, 0x50, 9, 0xf8, 5, 0x9b, 3, 0x1c, 0x12};
static const uint8_t inter[] = {0x86, 0, 0x40, 0x92, 0x80, 0, 0, 0, 0};
/* What FFmpeg makes of the first. */
static const uint8_t vpcc[] = {1, 0, 0, 0, 0, 0xb, 0x82, 2, 2, 2, 0, 0};

static void
test_frames(void)
{
	struct vp9_config c;

	OK(vp9_key_parse(&c, key0, sizeof(key0)) == 0);
	OK(c.width == 320 && c.height == 180 && c.depth == 8);
	OK(c.profile == 0 && c.chroma == 1);
	OK(c.colour.primaries == COLOUR_UNSAID && !c.colour.full_range);
	OK(vp9_key_parse(&c, key2, sizeof(key2)) == 0);
	OK(c.width == 320 && c.height == 180 && c.depth == 10);
	OK(c.profile == 2 && c.colour.primaries == COLOUR_BT2020);
	OK(vp9_is_key(key0, sizeof(key0)) && vp9_is_key(key2, sizeof(key2)));
	OK(!vp9_is_key(inter, sizeof(inter)) && !vp9_is_key(NULL, 0));
	OK(vp9_key_parse(&c, inter, sizeof(inter)) == -1 && errno == EBADMSG);
	for (size_t n = 0; n < 9; n++)
		OK(vp9_key_parse(&c, key0, n) == -1);
}

static void
test_records(void)
{
	char s[MEDIA_CODECS_SIZE];
	struct vp9_config c, d;
	struct buf b;

	OK(vp9_key_parse(&c, key0, sizeof(key0)) == 0);
	buf_init(&b, 100);
	OK(vp9_config_build(&b, &c, 25000) == 0);
	OK(b.len == sizeof(vpcc) && memcmp(b.p, vpcc, b.len) == 0);
	/* Its payload alone is taken, too. */
	OK(vp9_config_parse(&d, vpcc + 4, sizeof(vpcc) - 4) == 0);
	OK(d.level == 11 && d.depth == 8 && d.chroma == 1);
	OK(vp9_codecs(s, vpcc, sizeof(vpcc)) == 0);
	OK(strcmp(s, "vp09.00.11.08") == 0);

	/* 1080p at 60 frames is level 4.1; what is said is not doubted. */
	c.width = 1920;
	c.height = 1080;
	buf_reset(&b);
	OK(vp9_config_build(&b, &c, 60000) == 0 && b.p[5] == 41);
	c.level = 62;
	buf_reset(&b);
	OK(vp9_config_build(&b, &c, 60000) == 0 && b.p[5] == 62);

	OK(vp9_key_parse(&c, key2, sizeof(key2)) == 0);
	c.colour.transfer = 16;
	buf_reset(&b);
	OK(vp9_config_build(&b, &c, 0) == 0);
	OK(vp9_codecs(s, b.p, b.len) == 0);
	OK(strcmp(s, "vp09.02.11.10.01.09.16.09.00") == 0);
	buf_fini(&b);

	for (size_t n = 0; n < 8; n++)
		OK(vp9_config_parse(&d, vpcc, n) == -1 && errno == EBADMSG);
	/* What WebM has is something else. */
	OK(vp9_config_parse(
	       &d, (const uint8_t *)"\1\1\0\2\1\x0b\3\1\x08\4\1\1", 12) == -1);
}

static void
test_facts(void)
{
	struct media_track t = {.kind = MEDIA_VIDEO,
	    .codec = MEDIA_VP9,
	    .config = vpcc,
	    .config_len = sizeof(vpcc)};
	struct codec_facts f;

	OK(vp9_facts(&f, &t) == -1 && errno == EBADMSG); /* no size */
	t.width = 320;
	t.height = 180;
	OK(vp9_facts(&f, &t) == 0 && f.width == 320 && f.height == 180);
}

int
main(void)
{
	test_frames();
	test_records();
	test_facts();
	return tap_done();
}
