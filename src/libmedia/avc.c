#include "avc.h"
#include "annexb.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { RECORD_HEAD = 6, RECORD_LENGTH_SIZE = 4 };

void
avc_nals_init(
    struct avc_nals *it, const uint8_t *p, size_t len, unsigned length_size)
{
	*it = (struct avc_nals){p, len > 0 ? p + len : p, length_size, false};
}

static bool
annexb_next(struct avc_nals *it, struct avc_nal *nal)
{
	while (it->p < it->end) {
		const uint8_t *begin = annexb_start(it->p, it->end);
		const uint8_t *next;

		if (begin == it->end)
			break;
		begin += 3;
		next = annexb_start(begin, it->end);
		it->p = next;
		/* Zeros at the end belong to the next start code (B.1). */
		while (next > begin && next[-1] == 0)
			next--;
		if (next > begin) {
			*nal = (struct avc_nal){
			    begin, (size_t)(next - begin), *begin & 0x1f};
			return true;
		}
	}
	it->p = it->end;
	return false;
}

bool
avc_nals_next(struct avc_nals *it, struct avc_nal *nal)
{
	if (it->length_size == 0)
		return annexb_next(it, nal);
	while (!it->bad && it->p < it->end) {
		size_t n = 0;

		if ((size_t)(it->end - it->p) < it->length_size) {
			it->bad = true;
			break;
		}
		for (unsigned i = 0; i < it->length_size; i++)
			n = n << 8 | *it->p++;
		if (n > (size_t)(it->end - it->p)) {
			it->bad = true;
			break;
		}
		it->p += n;
		if (n > 0) {
			*nal = (struct avc_nal){
			    it->p - n, n, it->p[-(ptrdiff_t)n] & 0x1f};
			return true;
		}
	}
	return false;
}

/* COUNT length-prefixed sets of TYPE from the cursor into C. */
static int
take_sets(struct avc_config *c, unsigned count, unsigned type,
    const uint8_t **p, const uint8_t *end)
{
	for (unsigned i = 0; i < count; i++) {
		size_t n;

		if (end - *p < 2)
			return -1;
		n = (size_t)((*p)[0] << 8 | (*p)[1]);
		*p += 2;
		if (n == 0 || n > (size_t)(end - *p) || (**p & 0x1f) != type)
			return -1;
		c->set[c->sets++] = (struct avc_nal){*p, n, type};
		*p += n;
	}
	return 0;
}

int
avc_config_parse(struct avc_config *c, const uint8_t *p, size_t len)
{
	const uint8_t *end;
	unsigned count;

	c->sets = 0;
	/* Longer than its fields: an extension of high profiles, passed over.
	 */
	if (len <= RECORD_HEAD || p[0] != 1)
		goto bad;
	end = p + len;
	c->length_size = (p[4] & 3) + 1;
	count = p[5] & 0x1f;
	p += RECORD_HEAD;
	if (c->length_size == 3 || count == 0 ||
	    take_sets(c, count, AVC_SPS, &p, end) == -1 || p == end)
		goto bad;
	count = *p++;
	if (count == 0 || take_sets(c, count, AVC_PPS, &p, end) == -1)
		goto bad;
	return avc_sps_parse(&c->sps, c->set[0].p, c->set[0].len);
bad:
	errno = EBADMSG;
	return -1;
}

/* The sets of TYPE among the N at SET, counted and one after the other. */
static unsigned
put_sets(struct buf *out, const struct avc_nal *set, size_t n, unsigned type,
    uint8_t count_bits)
{
	size_t at = out->len;
	unsigned count = 0;

	(void)buf_put(out, &count_bits, 1);
	for (size_t i = 0; i < n; i++) {
		const uint8_t length[2] = {
		    (uint8_t)(set[i].len >> 8), (uint8_t)set[i].len};

		if (set[i].type != type)
			continue;
		count++;
		(void)buf_put(out, length, sizeof(length));
		(void)buf_put(out, set[i].p, set[i].len);
	}
	if (!out->failed)
		out->p[at] |= (uint8_t)count;
	return count;
}

int
avc_config_build(struct buf *out, const struct avc_nal *set, size_t n)
{
	size_t begin = out->len;
	const struct avc_nal *sps = NULL;
	struct avc_sps s;
	unsigned count_sps, count_pps;

	for (size_t i = 0; i < n; i++) {
		if (set[i].len > UINT16_MAX)
			goto bad;
		if (sps == NULL && set[i].type == AVC_SPS)
			sps = &set[i];
	}
	if (sps == NULL || avc_sps_parse(&s, sps->p, sps->len) == -1)
		goto bad;
	{
		const uint8_t head[RECORD_HEAD - 1] = {1, sps->p[1], sps->p[2],
		    sps->p[3], 0xfc | (RECORD_LENGTH_SIZE - 1)};

		(void)buf_put(out, head, sizeof(head));
	}
	count_sps = put_sets(out, set, n, AVC_SPS, 0xe0);
	count_pps = put_sets(out, set, n, AVC_PPS, 0);
	if (s.profile == 100 || s.profile == 110 || s.profile == 122 ||
	    s.profile == 144) {
		const uint8_t high[4] = {(uint8_t)(0xfc | s.chroma_format),
		    (uint8_t)(0xf8 | (s.luma_depth - 8)),
		    (uint8_t)(0xf8 | (s.chroma_depth - 8)), 0};

		(void)buf_put(out, high, sizeof(high));
	}
	if (out->failed || count_sps > AVC_MAX_SPS || count_pps == 0 ||
	    count_pps > AVC_MAX_PPS) {
		bool full = out->failed;

		out->failed = false;
		out->len = begin;
		errno = full ? EMSGSIZE : EBADMSG;
		return -1;
	}
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

int
avc_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	if (len <= RECORD_HEAD || p[0] != 1) {
		errno = EBADMSG;
		return -1;
	}
	(void)snprintf(
	    dst, MEDIA_CODECS_SIZE, "avc1.%02x%02x%02x", p[1], p[2], p[3]);
	return 0;
}

int
avc_facts(struct codec_facts *f, const struct media_track *t)
{
	struct avc_config c;
	const struct avc_sps *s = &c.sps;

	if (avc_config_parse(&c, t->config, t->config_len) == -1)
		return -1;
	*f = (struct codec_facts){.width = s->width,
	    .height = s->height,
	    .sar_width = s->sar_width,
	    .sar_height = s->sar_height,
	    .depth = s->luma_depth,
	    .frame_rate_num = s->frame_rate_num,
	    .frame_rate_den = s->frame_rate_den,
	    .reorder_frames = s->reorder_frames,
	    .colour = colour_unsaid()};
	return 0;
}
