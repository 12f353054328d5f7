#include "flac.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

/* FFmpeg's STREAMINFO of 96 kHz in 24 bits, in a file's beginning. */
static const uint8_t file[] = {'f', 'L', 'a', 'C', 0, 0, 0, 34, 0x20, 0, 0x20,
    0, 0, 1, 0x8e, 0, 8, 0x9d, 0x17, 0x70, 1, 0x70, 0, 4, 0x65, 0, 0xc6, 0x55,
    0x57, 0x74, 0xde, 0x7d, 0xa, 0x33, 0xa2, 0xaa, 0x73, 0xf6, 0xd6, 0x3c, 0xb1,
    0x51};

static void
test_records(void)
{
	char s[MEDIA_CODECS_SIZE];
	struct flac_config c;
	struct buf b;

	OK(flac_config_parse(&c, file, sizeof(file)) == 0);
	OK(c.streaminfo == file + 8 && c.block_samples == 8192);
	OK(c.sample_rate_hz == 96000 && c.channels == 1 && c.depth == 24);
	OK(flac_config_parse(&c, file + 8, FLAC_STREAMINFO) == 0);
	OK(c.sample_rate_hz == 96000);
	buf_init(&b, 100);
	flac_box(&b, &c);
	OK(b.len == 8 + FLAC_STREAMINFO && b.p[4] == 0x80 && b.p[7] == 34);
	OK(memcmp(b.p + 8, file + 8, FLAC_STREAMINFO) == 0);
	buf_fini(&b);
	OK(flac_codecs(s, file, sizeof(file)) == 0 && strcmp(s, "fLaC") == 0);
	for (size_t n = 0; n < sizeof(file); n++)
		if (n < FLAC_STREAMINFO || memcmp(file, "fLaC", 4) == 0)
			OK(flac_config_parse(&c, file, n) == -1);
	{
		uint8_t p[sizeof(file)];

		memcpy(p, file, sizeof(p));
		p[4] = 4; /* a comment comes first */
		OK(flac_config_parse(&c, p, sizeof(p)) == -1);
		memset(p, 0, sizeof(p));
		OK(flac_config_parse(&c, p, FLAC_STREAMINFO) == -1 &&
		    errno == EBADMSG);
	}
}

static void
test_frames(void)
{
	static const uint8_t whole[] = {0xff, 0xf8, 0xdb, 0xc, 0, 0xb5};
	static const uint8_t last[] = {
	    0xff, 0xf8, 0x7b, 0xc, 0x23, 4, 0xff, 0xa4};
	/* Its number takes two bytes, its length one. */
	static const uint8_t later[] = {
	    0xff, 0xf8, 0x6b, 0xc, 0xc2, 0x80, 0x0f, 0xa4};
	static const uint8_t usual[] = {0xff, 0xf8, 0x59, 0x18, 0, 0};

	OK(flac_samples(whole, sizeof(whole)) == 8192);
	OK(flac_samples(last, sizeof(last)) == 1280);
	OK(flac_samples(last, 6) == 0);
	OK(flac_samples(later, sizeof(later)) == 16);
	OK(flac_samples(later, 6) == 0);
	OK(flac_samples(usual, sizeof(usual)) == 4608);
	OK(flac_samples(usual, 5) == 0 && flac_samples(NULL, 0) == 0);
	OK(flac_samples(file, sizeof(file)) == 0);
}

int
main(void)
{
	test_records();
	test_frames();
	return tap_done();
}
