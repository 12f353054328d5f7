#include "av1.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* SVT-AV1's record as FFmpeg has it, 320x180; libaom's, 10 bits and HDR. */
static const uint8_t svt[] = {
    0x81, 0, 0xc, 0, 0xa, 0xb, 0, 0, 0, 4, 0x3c, 0xfe, 0xcc, 2, 0xf8, 0, 0x40};
static const uint8_t aom[] = {0x81, 0, 0x4c, 0, 0xa, 0xe, 0, 0, 0, 4, 0x3c,
    0xfe, 0xcc, 0xda, 0xf9, 0x50, 0x91, 0, 0x90, 0x40};
/* The beginning of a temporal unit of it, the last OBU without its size. */
static const uint8_t unit[] = {0x12, 0, 0xa, 0xb, 0, 0, 0, 4, 0x3c, 0xfe, 0xcc,
    2, 0xf8, 0, 0x40, 0x30, 0x14, 0, 0x21};

static void
test_records(void)
{
	char s[MEDIA_CODECS_SIZE];
	struct av1_sequence q;
	struct av1_obu obu;
	struct buf b;

	OK(av1_config_parse(&q, &obu, svt, sizeof(svt)) == 0);
	OK(q.width == 320 && q.height == 180 && q.depth == 8);
	OK(q.profile == 0 && q.level == 0 && q.tier == 0 && !q.mono);
	OK(q.subsampled_x && q.subsampled_y);
	OK(av1_codecs(s, svt, sizeof(svt)) == 0);
	OK(strcmp(s, "av01.0.00M.08") == 0);
	buf_init(&b, 4096);
	OK(av1_config_build(&b, &obu) == 0);
	OK(b.len == sizeof(svt) && memcmp(b.p, svt, b.len) == 0);
	buf_fini(&b);

	OK(av1_config_parse(&q, &obu, aom, sizeof(aom)) == 0);
	OK(q.width == 320 && q.height == 180 && q.depth == 10);
	OK(q.colour.primaries == 9 && q.colour.transfer == 16);
	OK(av1_codecs(s, aom, sizeof(aom)) == 0);
	OK(strcmp(s, "av01.0.00M.10.0.110.09.16.09.0") == 0);

	/* Bare OBUs, and a record without any: level 4.0, high tier. */
	OK(av1_config_parse(&q, &obu, svt + 4, sizeof(svt) - 4) == 0);
	OK(q.width == 320);
	{
		static const uint8_t bare[] = {0x81, 8, 0x8c, 0};

		OK(av1_config_parse(&q, &obu, bare, sizeof(bare)) == 0);
		OK(q.width == 0 && obu.p == NULL);
		OK(av1_codecs(s, bare, sizeof(bare)) == 0);
		OK(strcmp(s, "av01.0.08H.08") == 0);
		OK(av1_config_parse(&q, &obu, bare, 3) == -1);
	}
	OK(av1_config_parse(&q, &obu, NULL, 0) == -1 && errno == EBADMSG);
	for (size_t n = 5; n < sizeof(aom); n++) {
		uint8_t *cut = malloc(n);

		memcpy(cut, aom, n);
		if (av1_config_parse(&q, &obu, cut, n) == 0)
			OK(!"a cut record was taken");
		free(cut);
	}
}

static void
test_facts(void)
{
	struct media_track t = {.kind = MEDIA_VIDEO,
	    .codec = MEDIA_AV1,
	    .config = svt,
	    .config_len = sizeof(svt)};
	struct codec_facts f;

	OK(av1_facts(&f, &t) == 0 && f.width == 320 && f.depth == 8);
	t.config_len = 4; /* its size is nowhere */
	OK(av1_facts(&f, &t) == -1 && errno == EBADMSG);
}

static void
test_obus(void)
{
	struct av1_sequence q;
	struct av1_obus it;
	struct av1_obu o;
	struct buf b;

	av1_obus_init(&it, unit, sizeof(unit));
	OK(av1_obus_next(&it, &o) && o.type == AV1_DELIMITER && o.len == 2);
	OK(av1_obus_next(&it, &o) && o.type == AV1_SEQUENCE && o.sized);
	OK(av1_obus_next(&it, &o) && o.type == AV1_FRAME && !o.sized);
	OK(o.body_len == 3 && o.len == 4);
	buf_init(&b, 100);
	av1_obu_put(&b, &o);
	OK(b.len == 5 && b.p[0] == 0x32 && b.p[1] == 3 && b.p[2] == 0x14);
	buf_fini(&b);
	OK(!av1_obus_next(&it, &o) && !it.bad);
	OK(av1_sequence_find(&q, &o, unit, sizeof(unit)) == 0);
	OK(q.width == 320);
	OK(av1_sequence_find(&q, &o, unit, 2) == -1);

	/* A size that the bytes do not hold, and one that never ends. */
	av1_obus_init(&it, unit, 10);
	OK(av1_obus_next(&it, &o) && !av1_obus_next(&it, &o) && it.bad);
	{
		static const uint8_t endless[] = {
		    0xa, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1};

		av1_obus_init(&it, endless, sizeof(endless));
		OK(!av1_obus_next(&it, &o) && it.bad);
	}
}

int
main(void)
{
	test_records();
	test_facts();
	test_obus();
	return tap_done();
}
