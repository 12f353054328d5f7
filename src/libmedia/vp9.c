#include "vp9.h"
#include "bits.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	FULL_BOX = 4,
	PAYLOAD = 8,
	VERSION = 1,
	SYNC_CODE = 0x498342,
	CHROMA_420 = 1,
	CHROMA_422 = 2,
	CHROMA_444 = 3,
	SPACE_RGB = 7, /* of color_space (7.2.2) */
	DEFAULT_MHZ = 30000
};

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

/* uncompressed_header() up to show_frame: true when it is a keyframe's. */
static bool
key_head(struct bits *b, unsigned *profile)
{
	unsigned low;

	if (bits_get(b, 2) != 2) /* frame_marker */
		return false;
	low = bits_get(b, 1);
	*profile = bits_get(b, 1) << 1 | low;
	if (*profile == 3 && bits_get(b, 1) != 0)
		return false;
	if (bits_get(b, 1) != 0) /* show_existing_frame */
		return false;
	if (bits_get(b, 1) != 0) /* frame_type */
		return false;
	bits_skip(b, 2);
	return bits_get(b, 24) == SYNC_CODE && !b->bad;
}

bool
vp9_is_key(const uint8_t *p, size_t len)
{
	unsigned profile;
	struct bits b;

	bits_init(&b, p, len);
	return key_head(&b, &profile);
}

/* color_config() (6.2.2).  0 or -1. */
static int
colours(struct bits *b, struct vp9_config *c)
{
	/* Table 7.2.2 in the words of H.273. */
	static const struct colour of[SPACE_RGB + 1] = {
	    {COLOUR_UNSAID, COLOUR_UNSAID, COLOUR_UNSAID, false},
	    {COLOUR_BT601, COLOUR_BT601, COLOUR_BT601, false},
	    {COLOUR_BT709, COLOUR_BT709, COLOUR_BT709, false},
	    {COLOUR_BT601, COLOUR_BT601, COLOUR_BT601, false},
	    {COLOUR_SMPTE240, COLOUR_SMPTE240, COLOUR_SMPTE240, false},
	    {COLOUR_BT2020, COLOUR_UNSAID, COLOUR_BT2020, false},
	    {COLOUR_UNSAID, COLOUR_UNSAID, COLOUR_UNSAID, false},
	    {COLOUR_BT709, COLOUR_SRGB, COLOUR_RGB, true}};
	bool odd = c->profile & 1; /* 4:2:0 is for the even ones */
	unsigned space, x = 1, y = 1;

	c->depth = 8;
	if (c->profile >= 2)
		c->depth = bits_get(b, 1) ? 12 : 10;
	space = bits_get(b, 3);
	c->colour = of[space];
	if (space == SPACE_RGB) {
		if (!odd)
			return -1;
		x = y = 0;
	} else {
		c->colour.full_range = bits_get(b, 1);
		if (odd) {
			x = bits_get(b, 1);
			y = bits_get(b, 1);
		}
	}
	if (odd && (bits_get(b, 1) != 0 || (x && y)))
		return -1;
	/* 4:4:0 has no number of its own. */
	c->chroma = x && y ? CHROMA_420 : x || y ? CHROMA_422 : CHROMA_444;
	return 0;
}

int
vp9_key_parse(struct vp9_config *out, const uint8_t *p, size_t len)
{
	struct vp9_config c = {.level = 0};
	struct bits b;

	bits_init(&b, p, len);
	if (!key_head(&b, &c.profile) || colours(&b, &c) == -1)
		return bad();
	c.width = bits_get(&b, 16) + 1;
	c.height = bits_get(&b, 16) + 1;
	if (b.bad || c.width > UINT16_MAX || c.height > UINT16_MAX)
		return bad();
	*out = c;
	return 0;
}

int
vp9_config_parse(struct vp9_config *out, const uint8_t *p, size_t len)
{
	static const uint8_t full[FULL_BOX] = {VERSION};
	struct vp9_config c = {.width = 0};

	if (len >= FULL_BOX + PAYLOAD && memcmp(p, full, FULL_BOX) == 0) {
		p += FULL_BOX;
		len -= FULL_BOX;
	}
	if (len < PAYLOAD)
		return bad();
	c.profile = p[0];
	c.level = p[1];
	c.depth = p[2] >> 4;
	c.chroma = p[2] >> 1 & 7;
	c.colour = (struct colour){p[3], p[4], p[5], p[2] & 1};
	if (c.profile > 3 || (c.depth != 8 && c.depth != 10 && c.depth != 12) ||
	    c.chroma > CHROMA_444)
		return bad();
	*out = c;
	return 0;
}

/* The least level of table A.1 for pictures of C at MHZ. */
static unsigned
least_level(const struct vp9_config *c, unsigned mhz)
{
	static const struct {
		unsigned level;
		uint64_t rate, size; /* luma samples: a second, a picture */
	} table[] = {{10, 829440, 36864}, {11, 2764800, 73728},
	    {20, 4608000, 122880}, {21, 9216000, 245760},
	    {30, 20736000, 552960}, {31, 36864000, 983040},
	    {40, 83558400, 2228224}, {41, 160432128, 2228224},
	    {50, 311951360, 8912896}, {51, 588251136, 8912896},
	    {52, 1176502272, 8912896}, {60, 1176502272, 35651584},
	    {61, 2353004544, 35651584}, {62, 4706009088, 35651584}};
	uint64_t size = (uint64_t)c->width * c->height;
	uint64_t rate = size * (mhz > 0 ? mhz : DEFAULT_MHZ) / 1000;
	size_t i = 0, last = sizeof(table) / sizeof(table[0]) - 1;

	while (i < last && (rate > table[i].rate || size > table[i].size))
		i++;
	return table[i].level;
}

int
vp9_config_build(
    struct buf *out, const struct vp9_config *c, unsigned frame_rate_mhz)
{
	unsigned level =
	    c->level > 0 ? c->level : least_level(c, frame_rate_mhz);
	const uint8_t p[FULL_BOX + PAYLOAD] = {VERSION, 0, 0, 0,
	    (uint8_t)c->profile, (uint8_t)level,
	    (uint8_t)(c->depth << 4 | c->chroma << 1 |
		      (unsigned)c->colour.full_range),
	    (uint8_t)c->colour.primaries, (uint8_t)c->colour.transfer,
	    (uint8_t)c->colour.matrix, 0, 0};

	return buf_put(out, p, sizeof(p));
}

int
vp9_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	struct vp9_config c;
	int n;

	if (vp9_config_parse(&c, p, len) == -1)
		return -1;
	n = snprintf(dst, MEDIA_CODECS_SIZE, "vp09.%02u.%02u.%02u", c.profile,
	    c.level, c.depth);
	if (colour_plain(&c.colour) && c.chroma <= CHROMA_420)
		return 0;
	(void)snprintf(dst + n, MEDIA_CODECS_SIZE - (size_t)n,
	    ".%02u.%02u.%02u.%02u.%02u", c.chroma, c.colour.primaries,
	    c.colour.transfer, c.colour.matrix, c.colour.full_range);
	return 0;
}

int
vp9_facts(struct codec_facts *f, const struct media_track *t)
{
	struct vp9_config c;

	if (vp9_config_parse(&c, t->config, t->config_len) == -1)
		return -1;
	/* Its record does not say: the keyframes do, or who read them. */
	if (t->width == 0 || t->height == 0)
		return bad();
	*f = (struct codec_facts){.width = t->width,
	    .height = t->height,
	    .depth = c.depth,
	    .colour = c.colour};
	return 0;
}
