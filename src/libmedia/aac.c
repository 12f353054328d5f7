#include "aac.h"
#include "bits.h"

#include <errno.h>
#include <stdio.h>

enum {
	TYPE_SBR = 5,
	TYPE_ER_BSAC = 22,
	TYPE_PS = 29,
	TYPE_ESCAPE = 31,
	RATE_ESCAPE = 15,
	CORE_SAMPLES = 1024,
	SHORT_SAMPLES = 960,
	MAX_RATE_HZ = 192000
};

/* Table 1.18; the escape and the reserved ones are 0. */
static const unsigned rates_hz[16] = {96000, 88200, 64000, 48000, 44100, 32000,
    24000, 22050, 16000, 12000, 11025, 8000, 7350, 0, 0, 0};

/* Table 1.19: channels of a channelConfiguration. */
static const unsigned channels_of[16] = {
    0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0};

static unsigned
object_type(struct bits *b)
{
	unsigned t = bits_get(b, 5);

	return t == TYPE_ESCAPE ? 32 + bits_get(b, 6) : t;
}

static unsigned
sample_rate(struct bits *b)
{
	unsigned i = bits_get(b, 4);

	return i == RATE_ESCAPE ? bits_get(b, 24) : rates_hz[i];
}

int
aac_config_parse(struct aac_config *out, const uint8_t *p, size_t len)
{
	struct aac_config c = {0};
	struct bits b;

	bits_init(&b, p, len);
	c.object_type = c.core_type = object_type(&b);
	c.core_rate_hz = c.sample_rate_hz = sample_rate(&b);
	c.channels = channels_of[bits_get(&b, 4)];
	if (c.object_type == TYPE_SBR || c.object_type == TYPE_PS) {
		/* Explicit, hierarchical: the extension comes first. */
		c.sample_rate_hz = sample_rate(&b);
		c.core_type = object_type(&b);
		if (c.core_type == TYPE_ER_BSAC)
			bits_skip(&b, 4);
	}
	/* frameLengthFlag leads the GASpecificConfig of all AAC types. */
	c.frame_samples = bits_get(&b, 1) ? SHORT_SAMPLES : CORE_SAMPLES;
	if (b.bad || len > AAC_MAX_ASC || c.core_type == 0 ||
	    c.core_rate_hz == 0 || c.core_rate_hz > MAX_RATE_HZ ||
	    c.sample_rate_hz == 0 || c.sample_rate_hz > MAX_RATE_HZ) {
		errno = EBADMSG;
		return -1;
	}
	/* Parametric stereo makes two channels of one. */
	if (c.object_type == TYPE_PS && c.channels == 1)
		c.channels = 2;
	*out = c;
	return 0;
}

int
aac_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	struct aac_config c;

	if (aac_config_parse(&c, p, len) == -1)
		return -1;
	(void)snprintf(dst, MEDIA_CODECS_SIZE, "mp4a.40.%u", c.object_type);
	return 0;
}

int
aac_adts_parse(struct aac_adts *a, const uint8_t *p, size_t len)
{
	struct bits b;
	unsigned profile, rate, channels, blocks;
	size_t header_len = AAC_ADTS_SIZE, frame_len;

	bits_init(&b, p, len < AAC_ADTS_SIZE ? len : AAC_ADTS_SIZE);
	if (bits_get(&b, 12) != 0xfff)
		goto bad;
	bits_skip(&b, 1);         /* ID */
	if (bits_get(&b, 2) != 0) /* layer */
		goto bad;
	if (bits_get(&b, 1) == 0) /* protection_absent */
		header_len += 2;
	profile = bits_get(&b, 2);
	rate = bits_get(&b, 4);
	bits_skip(&b, 1);
	channels = bits_get(&b, 3);
	bits_skip(&b, 4);
	frame_len = bits_get(&b, 13);
	bits_skip(&b, 11);
	blocks = bits_get(&b, 2);
	if (b.bad || rates_hz[rate] == 0 || channels == 0 || blocks != 0 ||
	    frame_len < header_len || frame_len > len)
		goto bad;
	a->header_len = header_len;
	a->frame_len = frame_len;
	a->asc[0] = (uint8_t)((profile + 1) << 3 | rate >> 1);
	a->asc[1] = (uint8_t)((rate & 1) << 7 | channels << 3);
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

int
aac_facts(struct codec_facts *f, const struct media_track *t)
{
	struct aac_config c;

	if (aac_config_parse(&c, t->config, t->config_len) == -1)
		return -1;
	*f = (struct codec_facts){.clock_hz = c.core_rate_hz,
	    .sample_rate_hz = c.sample_rate_hz,
	    .channels = c.channels > 0 ? c.channels : t->channels,
	    .depth = 16,
	    .frame_samples = c.frame_samples};
	return 0;
}
