#include "opus.h"
#include "box.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	HEAD_SIZE = 19,
	MAX_VERSION = 15,
	USUAL_SAMPLES = 960 /* in a packet; each tells its own */
};

int
opus_config_parse(struct opus_config *out, const uint8_t *p, size_t len)
{
	struct opus_config c = {.mapping = NULL};

	/* The upper half of the version breaks with what was before. */
	if (len < HEAD_SIZE || memcmp(p, "OpusHead", 8) != 0 ||
	    p[8] > MAX_VERSION)
		goto bad;
	c.channels = p[9];
	c.preskip = (unsigned)(p[10] | p[11] << 8);
	c.input_rate_hz = (uint32_t)p[12] | (uint32_t)p[13] << 8 |
			  (uint32_t)p[14] << 16 | (uint32_t)p[15] << 24;
	c.gain = (unsigned)(p[16] | p[17] << 8);
	c.family = p[18];
	if (c.channels == 0)
		goto bad;
	if (c.family == 0) {
		if (c.channels > 2)
			goto bad;
	} else {
		const uint8_t *m = p + HEAD_SIZE;

		if (len < HEAD_SIZE + 2 + c.channels || m[0] == 0 ||
		    m[1] > m[0])
			goto bad;
		c.mapping = m;
		c.mapping_len = 2 + c.channels;
	}
	*out = c;
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

int
opus_config_build(struct buf *out, unsigned channels)
{
	const uint8_t head[HEAD_SIZE] = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd',
	    1, (uint8_t)channels, 0, 0, OPUS_HZ & 0xff, OPUS_HZ >> 8};

	if (channels == 0 || channels > 2) {
		errno = EBADMSG;
		return -1;
	}
	return buf_put(out, head, sizeof(head));
}

void
opus_box(struct buf *out, const struct opus_config *c)
{
	box_u8(out, 0); /* version */
	box_u8(out, c->channels);
	box_u16(out, c->preskip);
	box_u32(out, c->input_rate_hz);
	box_u16(out, c->gain);
	box_u8(out, c->family);
	(void)buf_put(out, c->mapping, c->mapping_len);
}

/* What a frame of configuration number N lasts (RFC 6716, table 2). */
static unsigned
frame_samples(unsigned n)
{
	static const unsigned silk[4] = {480, 960, 1920, 2880};

	if (n < 12)
		return silk[n & 3];
	if (n < 16)
		return 480u << (n & 1);
	return 120u << (n & 3);
}

unsigned
opus_samples(const uint8_t *p, size_t len)
{
	unsigned frames, samples;

	if (len == 0)
		return 0;
	switch (p[0] & 3) {
	case 0:
		frames = 1;
		break;
	case 1:
	case 2:
		frames = 2;
		break;
	default:
		frames = len > 1 ? p[1] & 0x3f : 0;
	}
	samples = frames * frame_samples(p[0] >> 3);
	return samples <= OPUS_MAX_SAMPLES ? samples : 0;
}

int
opus_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	struct opus_config c;

	if (opus_config_parse(&c, p, len) == -1)
		return -1;
	(void)snprintf(dst, MEDIA_CODECS_SIZE, "opus");
	return 0;
}

int
opus_facts(struct codec_facts *f, const struct media_track *t)
{
	struct opus_config c;

	if (opus_config_parse(&c, t->config, t->config_len) == -1)
		return -1;
	*f = (struct codec_facts){.clock_hz = OPUS_HZ,
	    .sample_rate_hz = OPUS_HZ,
	    .channels = c.channels,
	    .depth = 16,
	    .frame_samples = USUAL_SAMPLES};
	return 0;
}
