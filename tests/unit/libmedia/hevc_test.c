#include "cmaf.h"
#include "hevc.h"
#include "params.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* x265's records as FFmpeg has them: 1280x718 in 10 bits and HDR, 4:3 pixels,
 * with B-frames; and 320x180, the least it can. */
static const uint8_t hdr[] = {1, 2, 0x20, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 0x5d,
    0xf0, 0, 0xfc, 0xfd, 0xfa, 0xfa, 0, 0, 0xf, 3, 0xa0, 0, 1, 0, 0x18, 0x40, 1,
    0xc, 1, 0xff, 0xff, 2, 0x20, 0, 0, 3, 0, 0x90, 0, 0, 3, 0, 0, 3, 0, 0x5d,
    0x95, 0x98, 9, 0xa1, 0, 1, 0, 0x2d, 0x42, 1, 1, 2, 0x20, 0, 0, 3, 0, 0x90,
    0, 0, 3, 0, 0, 3, 0, 0x5d, 0xa0, 2, 0x80, 0x80, 0x2d, 0x1f, 0x4d, 0x96,
    0x56, 0x69, 0x24, 0xca, 0xf0, 0xe6, 0xa1, 0x22, 1, 0x20, 0x80, 0, 1, 0xf4,
    0x80, 0, 0x3a, 0x98, 4, 0xa2, 0, 1, 0, 7, 0x44, 1, 0xc1, 0x72, 0xb4, 0x62,
    0x40};
static const uint8_t plain[] = {1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 0x3c,
    0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0xf, 3, 0xa0, 0, 1, 0, 0x18, 0x40, 1,
    0xc, 1, 0xff, 0xff, 1, 0x60, 0, 0, 3, 0, 0x90, 0, 0, 3, 0, 0, 3, 0, 0x3c,
    0x95, 0x94, 9, 0xa1, 0, 1, 0, 0x2b, 0x42, 1, 1, 1, 0x60, 0, 0, 3, 0, 0x90,
    0, 0, 3, 0, 0, 3, 0, 0x3c, 0xa0, 0xa, 8, 0xc, 0x1f, 0x3e, 0x59, 0x59, 0x52,
    0x93, 0xb, 0xc0, 0x5a, 2, 0, 0, 3, 0, 2, 0, 0, 3, 0, 0x32, 0x10, 0xa2, 0, 1,
    0, 6, 0x44, 1, 0xc0, 0x73, 0xc1, 0x89};

static void
test_records(void)
{
	char s[MEDIA_CODECS_SIZE];
	struct hevc_config c;
	struct buf b;

	OK(hevc_config_parse(&c, hdr, sizeof(hdr)) == 0);
	OK(c.length_size == 4 && c.sets == 3);
	OK(c.sps.width == 1280 && c.sps.height == 718);
	OK(c.sps.luma_depth == 10 && c.sps.chroma_depth == 10);
	OK(c.sps.chroma_format == 1 && c.sps.sublayers == 1 && c.sps.nested);
	OK(c.sps.sar_width * 3 == c.sps.sar_height * 4);
	OK(c.sps.frame_rate_mhz == 29970);
	OK(c.sps.frame_rate_num * 1001 == c.sps.frame_rate_den * 30000);
	OK(c.sps.reorder_frames == 2);
	OK(c.sps.colour.primaries == COLOUR_BT2020);
	OK(c.sps.colour.transfer == 16 && c.sps.colour.matrix == 9);
	OK(hevc_codecs(s, hdr, sizeof(hdr)) == 0);
	OK(strcmp(s, "hvc1.2.4.L93.90") == 0);

	OK(hevc_config_parse(&c, plain, sizeof(plain)) == 0);
	OK(c.sps.width == 320 && c.sps.height == 180);
	OK(c.sps.frame_rate_mhz == 25000);
	OK(c.sps.colour.primaries == COLOUR_UNSAID);
	OK(hevc_codecs(s, plain, sizeof(plain)) == 0);
	OK(strcmp(s, "hvc1.1.6.L60.90") == 0);

	/* What is built of its sets is the record again. */
	buf_init(&b, 4096);
	OK(hevc_config_build(&b, c.set, c.sets) == 0);
	OK(b.len == sizeof(plain) && memcmp(b.p, plain, b.len) == 0);
	buf_reset(&b);
	OK(hevc_config_build(&b, c.set, 2) == -1 && errno == EBADMSG);
	OK(hevc_config_build(&b, c.set + 1, 2) == -1 && b.len == 0);
	OK(hevc_config_build(&b, NULL, 0) == -1);
	buf_fini(&b);
}

static void
test_codec_strings(void)
{
	uint8_t p[23] = {1, 0x61, 0x60, 0, 0, 0, 0xb0};
	char s[MEDIA_CODECS_SIZE];

	p[12] = 93;
	OK(hevc_codecs(s, p, sizeof(p)) == 0);
	OK(strcmp(s, "hvc1.A1.6.H93.B0") == 0);
	/* The longest there can be. */
	memset(p + 1, 0xff, 12);
	OK(hevc_codecs(s, p, sizeof(p)) == 0);
	OK(strcmp(s, "hvc1.C31.FFFFFFFF.H255.FF.FF.FF.FF.FF.FF") == 0);
	memset(p + 6, 0, 6);
	p[1] = 1;
	OK(hevc_codecs(s, p, sizeof(p)) == 0);
	OK(strcmp(s, "hvc1.1.FFFFFFFF.L255") == 0);
	OK(hevc_codecs(s, p, 22) == -1 && errno == EBADMSG);
}

/* A record that keeps its sets in the stream, and one that is none. */
static void
test_lacking(void)
{
	struct media_track t = {.kind = MEDIA_VIDEO,
	    .codec = MEDIA_HEVC,
	    .config = plain,
	    .config_len = sizeof(plain)};
	struct codec_facts f;
	struct hevc_config c;
	uint8_t p[sizeof(plain)];

	OK(hevc_facts(&f, &t) == 0 && f.width == 320 && f.height == 180);
	memcpy(p, plain, sizeof(p));
	p[22] = 0;
	OK(hevc_config_parse(&c, p, 23) == 0 && c.sps.width == 0);
	t.config = p;
	t.config_len = 23;
	OK(hevc_facts(&f, &t) == -1 && errno == EBADMSG);
	/* A VPS and an SPS only. */
	p[22] = 2;
	t.config_len = sizeof(p) - 11;
	OK(hevc_config_parse(&c, p, t.config_len) == 0 && c.sets == 2);
	OK(hevc_facts(&f, &t) == -1);
	OK(hevc_config_parse(&c, NULL, 0) == 0 && c.sets == 0);

	/* No part of a record is one; bytes past the end are never read. */
	for (size_t n = 1; n < sizeof(plain); n++) {
		uint8_t *cut = malloc(n);

		memcpy(cut, plain, n);
		if (hevc_config_parse(&c, cut, n) == 0)
			OK(!"a cut record was taken");
		free(cut);
	}
}

static void
test_stream(void)
{
	static const uint8_t annexb[] = {0, 0, 0, 1, 0x46, 1, 0x50, 0, 0, 1,
	    0x26, 1, 0xaf, 0, 0, 1, 0x28, 9, 0xaf, 0, 0, 1, 0x26, 0, 0, 1};
	struct avc_nals it;
	struct avc_nal n;
	struct hevc_config c;
	struct params *ps = params_open(MEDIA_HEVC);
	struct buf b;

	/* The third is of another layer, the fourth has no whole header. */
	avc_nals_init(&it, annexb, sizeof(annexb), 0);
	OK(hevc_nals_next(&it, &n) && n.type == HEVC_AUD);
	OK(hevc_nals_next(&it, &n) && n.type == 19 && n.len == 3);
	OK(!hevc_nals_next(&it, &n) && !it.bad);

	OK(hevc_config_parse(&c, hdr, sizeof(hdr)) == 0);
	OK(params_load(ps, c.set, c.sets) == 1);
	OK(params_load(ps, c.set, c.sets) == 0);
	OK(hevc_config_parse(&c, plain, sizeof(plain)) == 0);
	OK(!params_has(ps, &c.set[1]) && params_put(ps, &c.set[1]) == 1);
	OK(params_put(ps, &c.set[0]) == 1 && params_put(ps, &c.set[2]) == 1);
	n = (struct avc_nal){annexb + 10, 3, 19};
	OK(params_put(ps, &n) == -1 && errno == EBADMSG);
	buf_init(&b, 4096);
	OK(params_record(ps, &b) == 0);
	OK(b.len == sizeof(plain) && memcmp(b.p, plain, b.len) == 0);
	buf_fini(&b);
	params_close(ps);
}

int
main(void)
{
	test_records();
	test_codec_strings();
	test_lacking();
	test_stream();
	return tap_done();
}
