#include "av1.h"

#include <errno.h>
#include <stdio.h>

enum {
	RECORD_HEAD = 4,
	RECORD_MARK = 0x81, /* marker and version; no OBU begins so */
	MAX_LEB128 = 8,
	HAS_SIZE = 2,
	HAS_EXTENSION = 4
};

void
av1_obus_init(struct av1_obus *it, const uint8_t *p, size_t len)
{
	*it = (struct av1_obus){p, len > 0 ? p + len : p, false};
}

/* A number of 7 bits a byte, the lowest first (4.10.5).  0 or -1. */
static int
leb128(const uint8_t **p, const uint8_t *end, uint64_t *out)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < MAX_LEB128 && *p < end; i++) {
		uint8_t byte = *(*p)++;

		v |= (uint64_t)(byte & 0x7f) << 7 * i;
		if ((byte & 0x80) == 0) {
			*out = v;
			return 0;
		}
	}
	return -1;
}

bool
av1_obus_next(struct av1_obus *it, struct av1_obu *obu)
{
	const uint8_t *begin = it->p, *p = begin;
	uint64_t size;
	uint8_t head;

	if (it->bad || p == it->end)
		return false;
	head = *p++;
	if ((head & 0x80) != 0)
		goto bad;
	if (head & HAS_EXTENSION) {
		if (p == it->end)
			goto bad;
		p++;
	}
	size = (uint64_t)(it->end - p);
	if ((head & HAS_SIZE) != 0 && (leb128(&p, it->end, &size) == -1 ||
					  size > (uint64_t)(it->end - p)))
		goto bad;
	it->p = p + size;
	*obu = (struct av1_obu){.p = begin,
	    .body = p,
	    .len = (size_t)(it->p - begin),
	    .body_len = (size_t)size,
	    .type = head >> 3 & 0xf,
	    .sized = (head & HAS_SIZE) != 0};
	return true;
bad:
	it->bad = true;
	return false;
}

void
av1_obu_put(struct buf *out, const struct av1_obu *obu)
{
	size_t head_len = obu->p[0] & HAS_EXTENSION ? 2 : 1, n = obu->body_len;
	uint8_t head[2 + MAX_LEB128];

	head[0] = obu->p[0] | HAS_SIZE;
	if (head_len == 2)
		head[1] = obu->p[1];
	do {
		head[head_len++] =
		    (uint8_t)((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
		n >>= 7;
	} while (n > 0);
	(void)buf_put(out, head, head_len);
	(void)buf_put(out, obu->body, obu->body_len);
}

int
av1_sequence_find(
    struct av1_sequence *s, struct av1_obu *obu, const uint8_t *p, size_t len)
{
	struct av1_obus it;

	av1_obus_init(&it, p, len);
	while (av1_obus_next(&it, obu))
		if (obu->type == AV1_SEQUENCE)
			return av1_sequence_parse(s, obu->body, obu->body_len);
	errno = EBADMSG;
	return -1;
}

/* What a record says of itself, when there is no sequence header in it. */
static void
record_facts(struct av1_sequence *s, const uint8_t *p)
{
	*s = (struct av1_sequence){.profile = p[1] >> 5,
	    .level = p[1] & 0x1f,
	    .tier = p[2] >> 7,
	    .depth = p[2] & 0x40 ? p[2] & 0x20 ? 12 : 10 : 8,
	    .mono = (p[2] & 0x10) != 0,
	    .subsampled_x = (p[2] & 8) != 0,
	    .subsampled_y = (p[2] & 4) != 0,
	    .chroma_position = p[2] & 3,
	    .colour = colour_unsaid()};
}

int
av1_config_parse(
    struct av1_sequence *s, struct av1_obu *obu, const uint8_t *p, size_t len)
{
	struct av1_obus it;

	if (len == 0 || p[0] != RECORD_MARK)
		return av1_sequence_find(s, obu, p, len);
	if (len < RECORD_HEAD)
		goto bad;
	av1_obus_init(&it, p + RECORD_HEAD, len - RECORD_HEAD);
	while (av1_obus_next(&it, obu))
		if (obu->type == AV1_SEQUENCE)
			return av1_sequence_parse(s, obu->body, obu->body_len);
	if (it.bad)
		goto bad;
	record_facts(s, p);
	*obu = (struct av1_obu){.p = NULL};
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

int
av1_config_build(struct buf *out, const struct av1_obu *obu)
{
	size_t begin = out->len;
	struct av1_sequence s;
	uint8_t head[RECORD_HEAD] = {RECORD_MARK};

	if (av1_sequence_parse(&s, obu->body, obu->body_len) == -1)
		return -1;
	head[1] = (uint8_t)(s.profile << 5 | s.level);
	head[2] = (uint8_t)(s.tier << 7 | (s.depth > 8 ? 0x40u : 0) |
			    (s.depth > 10 ? 0x20u : 0) | (s.mono ? 0x10u : 0) |
			    (s.subsampled_x ? 8u : 0) |
			    (s.subsampled_y ? 4u : 0) | s.chroma_position);
	(void)buf_put(out, head, sizeof(head));
	av1_obu_put(out, obu);
	if (!out->failed)
		return 0;
	out->failed = false;
	out->len = begin;
	errno = EMSGSIZE;
	return -1;
}

int
av1_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	struct av1_sequence s;
	struct av1_obu obu;
	int n;

	if (av1_config_parse(&s, &obu, p, len) == -1)
		return -1;
	n = snprintf(dst, MEDIA_CODECS_SIZE, "av01.%u.%02u%c.%02u", s.profile,
	    s.level, s.tier > 0 ? 'H' : 'M', s.depth);
	if (colour_plain(&s.colour) && !s.mono && s.subsampled_x &&
	    s.subsampled_y)
		return 0;
	(void)snprintf(dst + n, MEDIA_CODECS_SIZE - (size_t)n,
	    ".%u.%u%u%u.%02u.%02u.%02u.%u", s.mono, s.subsampled_x,
	    s.subsampled_y, s.chroma_position, s.colour.primaries,
	    s.colour.transfer, s.colour.matrix, s.colour.full_range);
	return 0;
}
