#include "avc.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

/* A phone's baseline 720x480 record, and x264's high one of 1280x718. */
static const uint8_t phone[] = {1, 0x42, 0xe0, 0x1e, 0xff, 1, 0, 0x14, 0x27,
    0x42, 0xe0, 0x1e, 0xa9, 0x18, 0x16, 0x87, 0xb6, 0, 0xd4, 0x18, 4, 0x1a,
    0xdb, 0xa, 0xd7, 0xbd, 0xf0, 0x10, 1, 0, 4, 0x28, 0xde, 9, 0xc8};
static const uint8_t x264[] = {1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, 0x19, 0x67,
    0x64, 0, 0x1f, 0xac, 0xd9, 0x40, 0x50, 5, 0xbf, 0xac, 4, 0x40, 0, 0, 0xfa,
    0x40, 0, 0x3a, 0x98, 3, 0xc6, 0xc, 0x65, 0x80, 1, 0, 6, 0x68, 0xeb, 0xe3,
    0xcb, 0x22, 0xc0, 0xfd, 0xf8, 0xf8, 0};

static void
test_records(void)
{
	struct avc_config c;
	char s[MEDIA_CODECS_SIZE];
	struct buf b;

	OK(avc_config_parse(&c, phone, sizeof(phone)) == 0);
	OK(c.length_size == 4 && c.sets == 2);
	OK(c.sps.width == 720 && c.sps.height == 480);
	OK(c.sps.profile == 66 && c.sps.level == 30);
	OK(c.sps.reorder_frames == 0);
	OK(avc_codecs(s, phone, sizeof(phone)) == 0);
	OK(strcmp(s, "avc1.42e01e") == 0);

	OK(avc_config_parse(&c, x264, sizeof(x264)) == 0);
	OK(c.sps.width == 1280 && c.sps.height == 718);
	OK(c.sps.profile == 100 && c.sps.reorder_frames == 2);
	OK(c.sps.frame_rate_mhz == 29970);
	OK(c.sps.frame_rate_num * 1001 == c.sps.frame_rate_den * 30000);
	OK(c.sps.sar_width == 1 && c.sps.sar_height == 1);
	OK(avc_codecs(s, x264, sizeof(x264)) == 0);
	OK(strcmp(s, "avc1.64001f") == 0);

	/* What is built of its sets is the record again. */
	buf_init(&b, 4096);
	OK(avc_config_build(&b, c.set, c.sets) == 0);
	OK(b.len == sizeof(x264) && memcmp(b.p, x264, b.len) == 0);
	buf_reset(&b);
	OK(avc_config_build(&b, c.set, 1) == -1 && errno == EBADMSG);
	OK(avc_config_build(&b, c.set + 1, 1) == -1 && b.len == 0);
	buf_fini(&b);
}

static void
test_cut_records(void)
{
	/* No part of a record is one; bytes past the end are never read. */
	for (size_t n = 0; n < sizeof(phone); n++) {
		uint8_t *p = malloc(n + 1);
		struct avc_config c;

		memcpy(p, phone, n);
		if (avc_config_parse(&c, p, n) == 0)
			OK(!"a cut record was taken");
		free(p);
	}
}

static void
test_nals(void)
{
	static const uint8_t annexb[] = {0, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x67, 1,
	    0, 0, 3, 0, 0, 0, 1, 0, 0, 1, 0x65, 0x88, 0, 0};
	static const uint8_t prefixed[] = {
	    0, 2, 9, 0xf0, 0, 0, 0, 1, 0x65, 0, 9, 1};
	struct avc_nals it;
	struct avc_nal n;

	avc_nals_init(&it, annexb, sizeof(annexb), 0);
	OK(avc_nals_next(&it, &n) && n.type == AVC_AUD && n.len == 2);
	OK(avc_nals_next(&it, &n) && n.type == AVC_SPS && n.len == 5);
	OK(avc_nals_next(&it, &n) && n.type == AVC_IDR && n.len == 2);
	OK(!avc_nals_next(&it, &n) && !it.bad);

	avc_nals_init(&it, prefixed, sizeof(prefixed), 2);
	OK(avc_nals_next(&it, &n) && n.type == AVC_AUD);
	OK(avc_nals_next(&it, &n) && n.type == AVC_IDR && n.len == 1);
	OK(!avc_nals_next(&it, &n) && it.bad);

	avc_nals_init(&it, annexb, 3, 0);
	OK(!avc_nals_next(&it, &n));
	avc_nals_init(&it, NULL, 0, 4);
	OK(!avc_nals_next(&it, &n) && !it.bad);
}

int
main(void)
{
	test_records();
	test_cut_records();
	test_nals();
	return tap_done();
}
