#include "mp3.h"

#include <errno.h>
#include <stdio.h>

enum {
	HEAD = 4,
	VERSION_1 = 3, /* 2 is MPEG-2, 0 MPEG-2.5 */
	VERSION_RESERVED = 1,
	LAYER_3 = 1,
	MONO = 3,
	MPEG1_AUDIO = 0x6b,
	MPEG2_AUDIO = 0x69
};

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

/* Version and rate of the head P into *F.  0 or -1. */
static int
head_parse(struct mp3_frame *f, const uint8_t *p)
{
	static const unsigned rates_hz[3] = {44100, 48000, 32000};
	unsigned version = p[1] >> 3 & 3, rate = p[2] >> 2 & 3;

	if (p[0] != 0xff || (p[1] & 0xe0) != 0xe0 ||
	    version == VERSION_RESERVED || (p[1] >> 1 & 3) != LAYER_3 ||
	    rate == 3)
		return -1;
	f->sample_rate_hz = rates_hz[rate];
	if (version != VERSION_1)
		f->sample_rate_hz >>= version == 0 ? 2 : 1;
	f->samples = version == VERSION_1 ? 1152 : 576;
	f->channels = p[3] >> 6 == MONO ? 1 : 2;
	return 0;
}

int
mp3_frame_parse(struct mp3_frame *out, const uint8_t *p, size_t len)
{
	/* Table 2.4.2.3 of 11172-3, and that of 13818-3. */
	static const uint8_t kbps_8[2][16] = {
	    {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 0},
	    {0, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 0}};
	struct mp3_frame f = {.len = 0};
	unsigned kbps;

	if (len < HEAD || head_parse(&f, p) == -1)
		return bad();
	kbps = 8u * kbps_8[f.samples == 1152][p[2] >> 4];
	f.len =
	    f.samples / 8 * 1000 * kbps / f.sample_rate_hz + (p[2] >> 1 & 1);
	/* A "free" rate says nothing of how long it is. */
	if (kbps == 0 || f.len > len)
		return bad();
	f.record[0] = 0xff;
	f.record[1] = p[1] & 0xfe;
	f.record[2] = p[2] & 0x0c;
	f.record[3] = f.channels == 1 ? 0xc0 : 0;
	*out = f;
	return 0;
}

unsigned
mp3_object_type(const uint8_t *record, size_t len)
{
	return len >= HEAD && (record[1] >> 3 & 3) == VERSION_1 ? MPEG1_AUDIO
								: MPEG2_AUDIO;
}

int
mp3_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	(void)p;
	(void)len;
	(void)snprintf(dst, MEDIA_CODECS_SIZE, "mp4a.40.34");
	return 0;
}

int
mp3_facts(struct codec_facts *f, const struct media_track *t)
{
	struct mp3_frame m;

	if (t->config_len != MP3_RECORD || head_parse(&m, t->config) == -1)
		return bad();
	*f = (struct codec_facts){.clock_hz = m.sample_rate_hz,
	    .sample_rate_hz = m.sample_rate_hz,
	    .channels = m.channels,
	    .depth = 16,
	    .frame_samples = m.samples};
	return 0;
}
