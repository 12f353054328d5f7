#include "hevc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	NAL_HEAD = 2,
	RECORD_HEAD = 23,
	RECORD_PTL = 1, /* where its profile, tier and level are */
	RECORD_LENGTH_SIZE = 4,
	PTL_BYTES = sizeof(((struct hevc_sps *)0)->profile_tier_level)
};

bool
hevc_nals_next(struct avc_nals *it, struct avc_nal *nal)
{
	while (avc_nals_next(it, nal)) {
		unsigned layer;

		if (nal->len < NAL_HEAD)
			continue;
		nal->type = nal->p[0] >> 1 & 0x3f;
		layer = (nal->p[0] & 1u) << 5 | nal->p[1] >> 3;
		if (layer == 0)
			return true;
	}
	return false;
}

/* The arrays of sets from P to END, COUNT of them, into C. */
static int
take_arrays(
    struct hevc_config *c, unsigned count, const uint8_t *p, const uint8_t *end)
{
	while (count-- > 0) {
		unsigned type, n;

		if (end - p < 3)
			return -1;
		type = *p & 0x3f;
		n = (unsigned)(p[1] << 8 | p[2]);
		p += 3;
		while (n-- > 0) {
			size_t len;

			if (end - p < 2)
				return -1;
			len = (size_t)(p[0] << 8 | p[1]);
			p += 2;
			if (len <= NAL_HEAD || len > (size_t)(end - p) ||
			    (*p >> 1 & 0x3f) != type ||
			    c->sets == HEVC_MAX_SETS)
				return -1;
			c->set[c->sets++] = (struct avc_nal){p, len, type};
			p += len;
		}
	}
	return 0;
}

/* What is found of sets in the LEN bytes at P, in Annex B's form. */
static void
take_annexb(struct hevc_config *c, const uint8_t *p, size_t len)
{
	struct avc_nals it;
	struct avc_nal nal;

	avc_nals_init(&it, p, len, 0);
	while (c->sets < HEVC_MAX_SETS && hevc_nals_next(&it, &nal))
		if (nal.type >= HEVC_VPS && nal.type <= HEVC_PPS)
			c->set[c->sets++] = nal;
}

int
hevc_config_parse(struct hevc_config *c, const uint8_t *p, size_t len)
{
	static const uint8_t start_code[] = {0, 0, 1};
	bool annexb =
	    len == 0 || (len > 3 && (memcmp(p, start_code, 3) == 0 ||
					memcmp(p + 1, start_code, 3) == 0));

	c->sets = 0;
	c->sps = (struct hevc_sps){.width = 0};
	/* Version 0 is what some wrote before the standard was one. */
	if (!annexb && (len < RECORD_HEAD || p[0] > 1))
		goto bad;
	c->length_size = annexb ? 0 : (p[21] & 3) + 1;
	if (annexb)
		take_annexb(c, p, len);
	else if (c->length_size == 3 ||
		 take_arrays(c, p[22], p + RECORD_HEAD, p + len) == -1)
		goto bad;
	for (size_t i = c->sets; i-- > 0;)
		if (c->set[i].type == HEVC_SPS &&
		    hevc_sps_parse(&c->sps, c->set[i].p, c->set[i].len) == -1)
			goto bad;
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

/* What a record says before its arrays, of which there are ARRAYS. */
static void
put_head(struct buf *out, const struct hevc_sps *s, unsigned arrays)
{
	uint8_t head[RECORD_HEAD] = {1};

	memcpy(head + RECORD_PTL, s->profile_tier_level, PTL_BYTES);
	head[13] = 0xf0; /* min_spatial_segmentation_idc: not known */
	head[15] = 0xfc; /* parallelismType: not known */
	head[16] = (uint8_t)(0xfc | s->chroma_format);
	head[17] = (uint8_t)(0xf8 | (s->luma_depth - 8));
	head[18] = (uint8_t)(0xf8 | (s->chroma_depth - 8));
	/* 19, 20: the average frame rate, not known. */
	head[21] = (uint8_t)(s->sublayers << 3 | (unsigned)s->nested << 2 |
			     (RECORD_LENGTH_SIZE - 1));
	head[22] = (uint8_t)arrays;
	(void)buf_put(out, head, sizeof(head));
}

/* How many of the N at SET are of TYPE. */
static unsigned
count(const struct avc_nal *set, size_t n, unsigned type)
{
	unsigned k = 0;

	for (size_t i = 0; i < n; i++)
		k += set[i].type == type;
	return k;
}

static void
put_array(struct buf *out, const struct avc_nal *set, size_t n, unsigned type)
{
	unsigned k = count(set, n, type);
	/* Complete: none of them are in the stream. */
	const uint8_t head[3] = {
	    (uint8_t)(0x80 | type), (uint8_t)(k >> 8), (uint8_t)k};

	if (k == 0)
		return;
	(void)buf_put(out, head, sizeof(head));
	for (size_t i = 0; i < n; i++) {
		const uint8_t length[2] = {
		    (uint8_t)(set[i].len >> 8), (uint8_t)set[i].len};

		if (set[i].type != type)
			continue;
		(void)buf_put(out, length, sizeof(length));
		(void)buf_put(out, set[i].p, set[i].len);
	}
}

int
hevc_config_build(struct buf *out, const struct avc_nal *set, size_t n)
{
	static const unsigned types[] = {
	    HEVC_VPS, HEVC_SPS, HEVC_PPS, HEVC_SEI_PREFIX, HEVC_SEI_SUFFIX};
	enum { TYPES = sizeof(types) / sizeof(types[0]), NEEDED = 3 };
	size_t begin = out->len;
	struct hevc_sps s = {.width = 0};
	unsigned arrays = 0;

	for (size_t i = n; i-- > 0;)
		if (set[i].len > UINT16_MAX ||
		    (set[i].type == HEVC_SPS &&
			hevc_sps_parse(&s, set[i].p, set[i].len) == -1))
			goto bad;
	for (size_t i = 0; i < TYPES; i++) {
		bool any = count(set, n, types[i]) > 0;

		if (!any && i < NEEDED)
			goto bad;
		arrays += any;
	}
	put_head(out, &s, arrays);
	for (size_t i = 0; i < TYPES; i++)
		put_array(out, set, n, types[i]);
	if (out->failed) {
		out->failed = false;
		out->len = begin;
		errno = EMSGSIZE;
		return -1;
	}
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

int
hevc_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	static const char *const space[] = {"", "A", "B", "C"};
	uint32_t compatible = 0;
	size_t constraints = 6;
	int n;

	if (len < RECORD_HEAD || p[0] > 1) {
		errno = EBADMSG;
		return -1;
	}
	p += RECORD_PTL;
	/* The first flag is the lowest bit there. */
	for (unsigned i = 0; i < 32; i++)
		compatible |= (uint32_t)(p[1 + i / 8] >> (7 - i % 8) & 1) << i;
	n = snprintf(dst, MEDIA_CODECS_SIZE, "hvc1.%s%u.%" PRIX32 ".%c%u",
	    space[p[0] >> 6], p[0] & 0x1fu, compatible, p[0] & 0x20 ? 'H' : 'L',
	    p[11]);
	/* Bytes of zero at the end are left out. */
	while (constraints > 0 && p[4 + constraints] == 0)
		constraints--;
	for (size_t i = 0; i < constraints; i++)
		n += snprintf(
		    dst + n, MEDIA_CODECS_SIZE - (size_t)n, ".%X", p[5 + i]);
	return 0;
}

int
hevc_facts(struct codec_facts *f, const struct media_track *t)
{
	struct hevc_config c;
	const struct hevc_sps *s = &c.sps;

	if (hevc_config_parse(&c, t->config, t->config_len) == -1)
		return -1;
	if (c.length_size == 0 || count(c.set, c.sets, HEVC_VPS) == 0 ||
	    s->width == 0 || count(c.set, c.sets, HEVC_PPS) == 0) {
		errno = EBADMSG;
		return -1;
	}
	*f = (struct codec_facts){.width = s->width,
	    .height = s->height,
	    .sar_width = s->sar_width,
	    .sar_height = s->sar_height,
	    .depth = s->luma_depth,
	    .frame_rate_num = s->frame_rate_num,
	    .frame_rate_den = s->frame_rate_den,
	    .reorder_frames = s->reorder_frames,
	    .colour = s->colour};
	return 0;
}
