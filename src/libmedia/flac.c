#include "flac.h"
#include "bits.h"
#include "box.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MARK = 4, BLOCK_HEAD = 4, LAST_BLOCK = 0x80, MIN_BLOCK = 16 };

int
flac_config_parse(struct flac_config *out, const uint8_t *p, size_t len)
{
	struct flac_config c = {.streaminfo = p};
	struct bits b;

	if (len >= MARK + BLOCK_HEAD && memcmp(p, "fLaC", MARK) == 0) {
		/* STREAMINFO, type 0, must come first. */
		if ((p[MARK] & 0x7f) != 0)
			goto bad;
		c.streaminfo = p + MARK + BLOCK_HEAD;
		len -= MARK + BLOCK_HEAD;
	}
	if (len < FLAC_STREAMINFO)
		goto bad;
	bits_init(&b, c.streaminfo, FLAC_STREAMINFO);
	bits_skip(&b, 16);
	c.block_samples = bits_get(&b, 16);
	bits_skip(&b, 24 + 24);
	c.sample_rate_hz = bits_get(&b, 20);
	c.channels = bits_get(&b, 3) + 1;
	c.depth = bits_get(&b, 5) + 1;
	if (c.block_samples < MIN_BLOCK || c.sample_rate_hz == 0 || c.depth < 4)
		goto bad;
	*out = c;
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

void
flac_box(struct buf *out, const struct flac_config *c)
{
	box_u32(out, 0); /* version and flags */
	box_u32(out, (uint32_t)LAST_BLOCK << 24 | FLAC_STREAMINFO);
	(void)buf_put(out, c->streaminfo, FLAC_STREAMINFO);
}

/* How long the frame's number that begins with BYTE is, coded as UTF-8 is. */
static unsigned
number_len(uint8_t byte)
{
	unsigned ones = 0;

	while (ones < 8 && (byte & 0x80u >> ones) != 0)
		ones++;
	return ones == 0 ? 1 : ones;
}

unsigned
flac_samples(const uint8_t *p, size_t len)
{
	unsigned code;
	size_t at;

	/* The sync code, and what is reserved. */
	if (len < 6 || p[0] != 0xff || (p[1] & 0xfe) != 0xf8 || (p[3] & 1) != 0)
		return 0;
	code = p[2] >> 4;
	if (code == 0)
		return 0;
	if (code == 1)
		return 192;
	if (code < 6)
		return 576u << (code - 2);
	if (code > 7)
		return 256u << (code - 8);
	at = 4 + number_len(p[4]);
	if (at + (code == 7 ? 2 : 1) > len)
		return 0;
	return code == 6 ? p[at] + 1u : (unsigned)(p[at] << 8 | p[at + 1]) + 1;
}

int
flac_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	struct flac_config c;

	if (flac_config_parse(&c, p, len) == -1)
		return -1;
	(void)snprintf(dst, MEDIA_CODECS_SIZE, "fLaC");
	return 0;
}

int
flac_facts(struct codec_facts *f, const struct media_track *t)
{
	struct flac_config c;

	if (flac_config_parse(&c, t->config, t->config_len) == -1)
		return -1;
	*f = (struct codec_facts){.clock_hz = c.sample_rate_hz,
	    .sample_rate_hz = c.sample_rate_hz,
	    .channels = c.channels,
	    .depth = c.depth,
	    .frame_samples = c.block_samples};
	return 0;
}
