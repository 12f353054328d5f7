#include "opus.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

/* libopus' heads: stereo, and 5.1. */
static const uint8_t stereo[] = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, 2,
    0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0};
static const uint8_t surround[] = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, 6,
    0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 1, 4, 2, 0, 4, 1, 2, 3, 5};

static void
test_heads(void)
{
	static const uint8_t dops[] = {
	    0, 6, 1, 0x38, 0, 0, 0xbb, 0x80, 0, 0, 1, 4, 2, 0, 4, 1, 2, 3, 5};
	char s[MEDIA_CODECS_SIZE];
	struct opus_config c;
	struct buf b;

	OK(opus_config_parse(&c, stereo, sizeof(stereo)) == 0);
	OK(c.channels == 2 && c.preskip == 312 && c.input_rate_hz == 48000);
	OK(c.family == 0 && c.mapping_len == 0);
	OK(opus_config_parse(&c, surround, sizeof(surround)) == 0);
	OK(c.channels == 6 && c.family == 1 && c.mapping_len == 8);
	buf_init(&b, 100);
	opus_box(&b, &c);
	OK(b.len == sizeof(dops) && memcmp(b.p, dops, b.len) == 0);
	buf_reset(&b);
	OK(opus_config_build(&b, 1) == 0);
	OK(opus_config_parse(&c, b.p, b.len) == 0);
	OK(c.channels == 1 && c.preskip == 0 && c.input_rate_hz == 48000);
	OK(opus_config_build(&b, 3) == -1 && errno == EBADMSG);
	buf_fini(&b);
	OK(opus_codecs(s, stereo, sizeof(stereo)) == 0);
	OK(strcmp(s, "opus") == 0);

	for (size_t n = 0; n < sizeof(surround); n++)
		OK(opus_config_parse(&c, surround, n) == -1);
	{
		uint8_t p[sizeof(stereo)];

		memcpy(p, stereo, sizeof(p));
		p[9] = 3; /* three channels need a mapping */
		OK(opus_config_parse(&c, p, sizeof(p)) == -1);
		p[9] = 2;
		p[8] = 16;
		OK(opus_config_parse(&c, p, sizeof(p)) == -1);
	}
}

static void
test_packets(void)
{
	static const struct {
		uint8_t p[2];
		unsigned samples;
	} packet[] = {{{0xfc, 0}, 960}, {{0xfd, 0}, 1920}, {{0xe0, 0}, 120},
	    {{0x18, 0}, 2880}, {{0x68, 0}, 960}, {{0x60, 0}, 480},
	    {{0xff, 6}, 5760}, {{0xff, 7}, 0}, {{0xff, 0}, 0}};

	for (size_t i = 0; i < sizeof(packet) / sizeof(packet[0]); i++)
		OK(opus_samples(packet[i].p, 2) == packet[i].samples);
	OK(opus_samples(packet[0].p, 1) == 960);
	OK(opus_samples(packet[6].p, 1) == 0 && opus_samples(NULL, 0) == 0);
}

int
main(void)
{
	test_heads();
	test_packets();
	return tap_done();
}
