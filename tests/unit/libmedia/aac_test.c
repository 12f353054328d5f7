#include "aac.h"
#include "tap.h"

#include <string.h>

static const struct {
	const char *codecs;
	unsigned core_hz, out_hz, channels, samples;
	size_t len;
	uint8_t p[8];
} sound[] = {
    {"mp4a.40.2", 44100, 44100, 2, 1024, 2, {0x12, 0x10}},
    {"mp4a.40.2", 48000, 48000, 2, 1024, 2, {0x11, 0x90}},
    {"mp4a.40.2", 48000, 48000, 2, 960, 2, {0x11, 0x94}},
    /* What ffmpeg writes: LC, and a word that there is no SBR. */
    {"mp4a.40.2", 44100, 44100, 1, 1024, 5, {0x12, 0x08, 0x56, 0xe5, 0}},
    /* HE-AAC: SBR of 24000 core to 48000; and with parametric stereo. */
    {"mp4a.40.5", 24000, 48000, 2, 1024, 4, {0x2b, 0x11, 0x88, 0}},
    {"mp4a.40.29", 24000, 48000, 2, 1024, 4, {0xeb, 0x09, 0x88, 0}},
    /* A rate of its own, 47999; and 7.1 channels. */
    {"mp4a.40.2", 47999, 47999, 2, 1024, 5, {0x17, 0x80, 0x5d, 0xbf, 0x90}},
    {"mp4a.40.2", 48000, 48000, 8, 1024, 2, {0x11, 0xb8}},
};

static void
test_configs(void)
{
	static const uint8_t broken[][4] = {
	    {0, 0, 0, 0}, {0x16, 0x90, 0, 0}, {0x17, 0xff, 0xff, 0xff}};
	struct aac_config c;
	char s[MEDIA_CODECS_SIZE];

	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++) {
		OK(aac_config_parse(&c, sound[i].p, sound[i].len) == 0);
		OK(c.core_rate_hz == sound[i].core_hz);
		OK(c.sample_rate_hz == sound[i].out_hz);
		OK(c.channels == sound[i].channels);
		OK(c.frame_samples == sound[i].samples);
		OK(aac_codecs(s, sound[i].p, sound[i].len) == 0);
		OK(strcmp(s, sound[i].codecs) == 0);
		OK(aac_config_parse(&c, sound[i].p, 1) == -1);
	}
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		OK(aac_config_parse(&c, broken[i], 4) == -1);
	OK(aac_config_parse(&c, NULL, 0) == -1);
}

static void
test_adts(void)
{
	/* LC, 44100 Hz, 2 channels, a frame of 10 bytes; then one too long. */
	uint8_t p[] = {0xff, 0xf1, 0x50, 0x80, 0x01, 0x5f, 0xfc, 1, 2, 3};
	struct aac_adts a;
	struct aac_config c;

	OK(aac_adts_parse(&a, p, sizeof(p)) == 0);
	OK(a.header_len == 7 && a.frame_len == 10);
	OK(aac_config_parse(&c, a.asc, sizeof(a.asc)) == 0);
	OK(c.core_rate_hz == 44100 && c.channels == 2 && c.object_type == 2);
	OK(aac_adts_parse(&a, p, sizeof(p) - 1) == -1);
	for (size_t n = 0; n < 7; n++)
		OK(aac_adts_parse(&a, p, n) == -1);
	p[1] = 0xf0; /* with a CRC, the header is longer */
	OK(aac_adts_parse(&a, p, sizeof(p)) == 0 && a.header_len == 9);
	p[0] = 0xfe;
	OK(aac_adts_parse(&a, p, sizeof(p)) == -1);
}

int
main(void)
{
	test_configs();
	test_adts();
	return tap_done();
}
