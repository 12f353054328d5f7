#include "mp.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

void
mp_init(struct mp *m, const void *p, size_t len)
{
	*m = (struct mp){.p = p, .end = (const uint8_t *)p + len};
}

bool
mp_done(const struct mp *m)
{
	return !m->bad && m->p == m->end;
}

/* Go bad: nothing more is read. */
static uint64_t
bad(struct mp *m)
{
	m->bad = true;
	m->p = m->end;
	return 0;
}

/* N bytes as a big-endian number. */
static uint64_t
number(struct mp *m, size_t n)
{
	const uint8_t *p = m->p;
	uint64_t v = 0;

	if ((size_t)(m->end - p) < n)
		return bad(m);
	m->p += n;
	if (n == sizeof(v)) {
		memcpy(&v, p, sizeof(v));
		return be64toh(v);
	}
	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static struct str
bytes(struct mp *m, uint64_t n)
{
	struct str s;

	if (m->bad || (uint64_t)(m->end - m->p) < n) {
		bad(m);
		return (struct str){0};
	}
	s = (struct str){(const char *)m->p, (size_t)n};
	m->p += n;
	return s;
}

/* The first byte of the next value. */
static uint8_t
head(struct mp *m)
{
	return (uint8_t)number(m, 1);
}

/*
 * A container's count.  Each value is at least a byte, so a count beyond
 * the bytes left is a lie.
 */
static size_t
count(struct mp *m, uint64_t n, size_t per_item)
{
	if (m->bad || n > (uint64_t)(m->end - m->p) / per_item)
		return (size_t)bad(m);
	return (size_t)n;
}

size_t
mp_map(struct mp *m)
{
	uint8_t b = head(m);

	if ((b & 0xf0) == 0x80)
		return count(m, b & 0x0f, 2);
	if (b == 0xde)
		return count(m, number(m, 2), 2);
	if (b == 0xdf)
		return count(m, number(m, 4), 2);
	return (size_t)bad(m);
}

size_t
mp_array(struct mp *m)
{
	uint8_t b = head(m);

	if ((b & 0xf0) == 0x90)
		return count(m, b & 0x0f, 1);
	if (b == 0xdc)
		return count(m, number(m, 2), 1);
	if (b == 0xdd)
		return count(m, number(m, 4), 1);
	return (size_t)bad(m);
}

struct str
mp_str_any(struct mp *m)
{
	uint8_t b = head(m);

	if ((b & 0xe0) == 0xa0)
		return bytes(m, b & 0x1f);
	if (b >= 0xd9 && b <= 0xdb)
		return bytes(m, number(m, (size_t)1 << (b - 0xd9)));
	bad(m);
	return (struct str){0};
}

struct str
mp_bin(struct mp *m)
{
	uint8_t b = head(m);

	if (b >= 0xc4 && b <= 0xc6)
		return bytes(m, number(m, (size_t)1 << (b - 0xc4)));
	bad(m);
	return (struct str){0};
}

uint64_t
mp_uint_any(struct mp *m)
{
	uint8_t b = head(m);

	if (b < 0x80)
		return b;
	if (b >= 0xcc && b <= 0xcf)
		return number(m, (size_t)1 << (b - 0xcc));
	return bad(m);
}

struct str
mp_ext(struct mp *m, uint8_t type)
{
	uint8_t b = head(m);
	uint64_t n = 0;

	if (b >= 0xd4 && b <= 0xd8)
		n = 1U << (b - 0xd4);
	else if (b >= 0xc7 && b <= 0xc9)
		n = number(m, (size_t)1 << (b - 0xc7));
	else
		bad(m);
	if (head(m) != type)
		bad(m);
	return bytes(m, n);
}

bool
mp_bool(struct mp *m)
{
	uint8_t b = head(m);

	if (b == 0xc2 || b == 0xc3)
		return b == 0xc3;
	return bad(m) != 0;
}

enum mp_type
mp_peek(const struct mp *m)
{
	uint8_t b;

	if (m->bad || m->p == m->end)
		return MP_NONE;
	b = *m->p;
	if (b < 0x80 || (b >= 0xcc && b <= 0xcf))
		return MP_UINT;
	if ((b & 0xe0) == 0xa0 || (b >= 0xd9 && b <= 0xdb))
		return MP_STR;
	if ((b & 0xf0) == 0x80 || b == 0xde || b == 0xdf)
		return MP_MAP;
	if ((b & 0xf0) == 0x90 || b == 0xdc || b == 0xdd)
		return MP_ARRAY;
	if (b >= 0xc4 && b <= 0xc6)
		return MP_BIN;
	if (b == 0xc2 || b == 0xc3)
		return MP_BOOL;
	return b == 0xc0 ? MP_NIL : MP_OTHER;
}

static void
skip(struct mp *m, unsigned depth)
{
	enum mp_type type = mp_peek(m);
	size_t n;
	uint8_t b;

	switch (type) {
	case MP_STR:
		(void)mp_str(m);
		return;
	case MP_BIN:
		(void)mp_bin(m);
		return;
	case MP_UINT:
		(void)mp_uint(m);
		return;
	case MP_MAP:
	case MP_ARRAY:
		if (depth == MP_MAX_DEPTH) {
			bad(m);
			return;
		}
		n = type == MP_MAP ? 2 * mp_map(m) : mp_array(m);
		for (; n > 0 && !m->bad; n--)
			skip(m, depth + 1);
		return;
	case MP_NIL:
	case MP_BOOL:
	case MP_OTHER:
	case MP_NONE:
		break;
	}
	b = head(m);
	if (b >= 0xe0 || b == 0xc0 || b == 0xc2 || b == 0xc3)
		return; /* in the byte itself */
	if (b == 0xca || b == 0xcb)
		(void)bytes(m, b == 0xca ? 4 : 8); /* floats */
	else if (b >= 0xd0 && b <= 0xd3)
		(void)bytes(m, 1U << (b - 0xd0)); /* signed */
	else if (b >= 0xd4 && b <= 0xd8)
		(void)bytes(m, 1 + (1U << (b - 0xd4))); /* fixext */
	else if (b >= 0xc7 && b <= 0xc9)
		(void)bytes(m, 1 + number(m, (size_t)1 << (b - 0xc7)));
	else
		bad(m);
}

void
mp_skip(struct mp *m)
{
	skip(m, 0);
}

struct str
mp_raw(struct mp *m)
{
	const uint8_t *start = m->p;

	mp_skip(m);
	if (m->bad)
		return (struct str){0};
	return (struct str){(const char *)start, (size_t)(m->p - start)};
}

/*
 * Like skip(), but it tells "not yet" from "never": what remains to be read
 * is kept as a stack of counts.
 */
ptrdiff_t
mp_size(const void *p, size_t len)
{
	uint64_t left[MP_MAX_DEPTH + 1] = {1};
	unsigned depth = 0;
	struct mp m;

	mp_init(&m, p, len);
	for (;;) {
		enum mp_type type = mp_peek(&m);
		uint64_t n;

		if (type == MP_NONE)
			return 0;
		left[depth]--;
		if (type == MP_MAP || type == MP_ARRAY) {
			uint8_t b = *m.p++;

			if (b == 0xdc || b == 0xde)
				n = number(&m, 2);
			else if (b == 0xdd || b == 0xdf)
				n = number(&m, 4);
			else
				n = b & 0x0f;
			if (m.bad)
				return 0;
			if (depth == MP_MAX_DEPTH)
				goto never;
			left[++depth] = type == MP_MAP ? 2 * n : n;
		} else {
			if (*m.p == 0xc1)
				goto never;
			mp_skip(&m);
			if (m.bad)
				return 0;
		}
		while (left[depth] == 0) {
			if (depth == 0)
				return m.p - (const uint8_t *)p;
			depth--;
		}
	}
never:
	errno = EBADMSG;
	return -1;
}

static int
pack_write(void *data, const char *p, size_t n)
{
	return buf_put(data, p, n);
}

void
mp_packer(msgpack_packer *pk, struct buf *b)
{
	msgpack_packer_init(pk, b, pack_write);
}

void
mp_put_str(msgpack_packer *pk, struct str s)
{
	msgpack_pack_str(pk, s.len);
	msgpack_pack_str_body(pk, s.p, s.len);
}

void
mp_put_ext(msgpack_packer *pk, uint8_t type, struct str s)
{
	msgpack_pack_ext(pk, s.len, (int8_t)type);
	msgpack_pack_ext_body(pk, s.p, s.len);
}

void
mp_put_bin(msgpack_packer *pk, struct str s)
{
	msgpack_pack_bin(pk, s.len);
	msgpack_pack_bin_body(pk, s.p, s.len);
}
