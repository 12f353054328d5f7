#include "mp3.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

static void
test_frames(void)
{
	static const struct {
		uint8_t p[4];
		size_t len;
		unsigned samples, rate_hz, channels;
	} sound[] = {{{0xff, 0xfb, 0x90, 0}, 417, 1152, 44100, 2},
	    {{0xff, 0xfb, 0x92, 0}, 418, 1152, 44100, 2},
	    {{0xff, 0xfb, 0xe4, 0xc0}, 960, 1152, 48000, 1},
	    {{0xff, 0xf3, 0x70, 0}, 182, 576, 22050, 2},
	    {{0xff, 0xe3, 0x18, 0xc4}, 72, 576, 8000, 1}};
	static const uint8_t broken[][4] = {{0xfe, 0xfb, 0x90, 0}, /* no sync */
	    {0xff, 0xeb, 0x90, 0},  /* a version that is reserved */
	    {0xff, 0xfd, 0x90, 0},  /* layer II */
	    {0xff, 0xfb, 0x9c, 0},  /* a rate that is reserved */
	    {0xff, 0xfb, 0xf0, 0},  /* a bit rate that is not allowed */
	    {0xff, 0xfb, 0x00, 0}}; /* "free" */
	struct mp3_frame f;
	uint8_t p[1000] = {0};

	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++) {
		memcpy(p, sound[i].p, 4);
		OK(mp3_frame_parse(&f, p, sizeof(p)) == 0);
		OK(f.len == sound[i].len && f.samples == sound[i].samples);
		OK(f.sample_rate_hz == sound[i].rate_hz);
		OK(f.channels == sound[i].channels);
		OK(mp3_frame_parse(&f, p, f.len - 1) == -1);
	}
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		memcpy(p, broken[i], 4);
		OK(mp3_frame_parse(&f, p, sizeof(p)) == -1 && errno == EBADMSG);
	}
	for (size_t n = 0; n < 4; n++)
		OK(mp3_frame_parse(&f, sound[0].p, n) == -1);
}

static void
test_records(void)
{
	static const uint8_t joint[420] = {0xff, 0xfb, 0x92, 0x64};
	static const uint8_t stereo[420] = {0xff, 0xfa, 0x50, 0};
	struct media_track t = {.kind = MEDIA_AUDIO, .codec = MEDIA_MP3};
	struct codec_facts facts;
	struct mp3_frame f, g;

	/* What changes from frame to frame is not in it. */
	OK(mp3_frame_parse(&f, joint, sizeof(joint)) == 0);
	OK(mp3_frame_parse(&g, stereo, sizeof(stereo)) == 0);
	OK(memcmp(f.record, g.record, MP3_RECORD) == 0);
	t.config = f.record;
	t.config_len = MP3_RECORD;
	OK(mp3_facts(&facts, &t) == 0);
	OK(facts.clock_hz == 44100 && facts.frame_samples == 1152);
	OK(facts.channels == 2);
	OK(mp3_object_type(f.record, MP3_RECORD) == 0x6b);
	t.config_len = 0;
	OK(mp3_facts(&facts, &t) == -1 && errno == EBADMSG);
}

int
main(void)
{
	test_frames();
	test_records();
	return tap_done();
}
