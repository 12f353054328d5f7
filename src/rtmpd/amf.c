#include "amf.h"

#include <assert.h>
#include <string.h>

void
amf_init(struct amf *a, const void *p, size_t len)
{
	*a = (struct amf){.p = p, .end = (const uint8_t *)p + len};
	if (p == NULL)
		a->end = NULL;
}

/* The next N bytes, or NULL and a bad cursor when they are not there. */
static const uint8_t *
take(struct amf *a, size_t n)
{
	const uint8_t *p = a->p;

	if (a->bad || n > (size_t)(a->end - a->p)) {
		a->bad = true;
		return NULL;
	}
	a->p += n;
	return p;
}

static uint32_t
take_u16(struct amf *a)
{
	const uint8_t *p = take(a, 2);

	return p == NULL ? 0 : (uint32_t)p[0] << 8 | p[1];
}

static uint32_t
take_u32(struct amf *a)
{
	uint32_t high = take_u16(a);

	return high << 16 | take_u16(a);
}

static struct str
take_text(struct amf *a, size_t n)
{
	const uint8_t *p = take(a, n);

	return p == NULL ? (struct str){NULL, 0}
			 : (struct str){(const char *)p, n};
}

enum amf_type
amf_peek(const struct amf *a)
{
	if (a->bad || a->p == a->end || *a->p > AMF_TYPED_OBJECT)
		return AMF_NONE;
	return (enum amf_type) * a->p;
}

/* Step over the marker of the next value if it is TYPE, or go bad. */
static bool
enter(struct amf *a, enum amf_type type)
{
	if (amf_peek(a) != type) {
		a->bad = true;
		return false;
	}
	a->p++;
	return true;
}

double
amf_number(struct amf *a)
{
	uint64_t bits;
	double v;

	if (!enter(a, AMF_NUMBER))
		return 0;
	bits = (uint64_t)take_u32(a) << 32;
	bits |= take_u32(a);
	if (a->bad)
		return 0;
	memcpy(&v, &bits, sizeof(v));
	return v;
}

bool
amf_boolean(struct amf *a)
{
	const uint8_t *p;

	if (!enter(a, AMF_BOOLEAN) || (p = take(a, 1)) == NULL)
		return false;
	return *p != 0;
}

struct str
amf_string(struct amf *a)
{
	if (amf_peek(a) == AMF_LONG_STRING) {
		a->p++;
		return take_text(a, take_u32(a));
	}
	if (!enter(a, AMF_STRING))
		return (struct str){NULL, 0};
	return take_text(a, take_u16(a));
}

void
amf_object(struct amf *a)
{
	if (amf_peek(a) == AMF_ECMA_ARRAY) {
		a->p++;
		/* How many there are is a hint; the end marker counts. */
		(void)take_u32(a);
	} else if (amf_peek(a) == AMF_TYPED_OBJECT) {
		a->p++;
		(void)take_text(a, take_u16(a));
	} else {
		(void)enter(a, AMF_OBJECT);
	}
}

bool
amf_key(struct amf *a, struct str *key)
{
	*key = take_text(a, take_u16(a));
	if (a->bad)
		return false;
	if (key->len == 0 && amf_peek(a) == AMF_OBJECT_END) {
		a->p++;
		return false;
	}
	return true;
}

/* A value that holds no others. */
static void
skip_scalar(struct amf *a, enum amf_type type)
{
	a->p++;
	switch (type) {
	case AMF_NUMBER:
		(void)take(a, 8);
		break;
	case AMF_BOOLEAN:
		(void)take(a, 1);
		break;
	case AMF_STRING:
		(void)take(a, take_u16(a));
		break;
	case AMF_LONG_STRING:
	case AMF_XML:
		(void)take(a, take_u32(a));
		break;
	case AMF_REFERENCE:
		(void)take(a, 2);
		break;
	case AMF_DATE:
		(void)take(a, 10);
		break;
	case AMF_NULL:
	case AMF_UNDEFINED:
	case AMF_UNSUPPORTED:
		break;
	case AMF_OBJECT:
	case AMF_ECMA_ARRAY:
	case AMF_OBJECT_END:
	case AMF_STRICT_ARRAY:
	case AMF_TYPED_OBJECT:
	case AMF_NONE:
	default:
		a->bad = true;
	}
}

void
amf_skip(struct amf *a)
{
	/* What is open: an array's values left, or an object by its end. */
	struct {
		bool keyed;
		uint32_t left;
	} open[AMF_MAX_DEPTH];
	size_t depth = 0;

	do {
		enum amf_type type = amf_peek(a);

		if (type == AMF_OBJECT || type == AMF_TYPED_OBJECT ||
		    type == AMF_ECMA_ARRAY || type == AMF_STRICT_ARRAY) {
			if (depth == AMF_MAX_DEPTH) {
				a->bad = true;
				return;
			}
			open[depth].keyed = type != AMF_STRICT_ARRAY;
			open[depth].left = 0;
			if (open[depth].keyed) {
				amf_object(a);
			} else {
				a->p++;
				open[depth].left = take_u32(a);
			}
			depth++;
		} else if (type == AMF_NONE) {
			a->bad = true;
		} else {
			skip_scalar(a, type);
		}
		/* Find the next value to skip, leaving what has ended. */
		while (depth > 0 && !a->bad) {
			struct str key;

			if (open[depth - 1].keyed) {
				if (amf_key(a, &key))
					break;
			} else if (open[depth - 1].left > 0) {
				open[depth - 1].left--;
				break;
			}
			depth--;
		}
	} while (depth > 0 && !a->bad);
}

static void
put_u16(struct buf *b, size_t v)
{
	const uint8_t p[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	(void)buf_put(b, p, sizeof(p));
}

static void
put_marker(struct buf *b, enum amf_type type)
{
	const uint8_t p = (uint8_t)type;

	(void)buf_put(b, &p, 1);
}

void
amf_put_number(struct buf *b, double v)
{
	uint64_t bits;
	uint8_t p[8];

	memcpy(&bits, &v, sizeof(bits));
	for (size_t i = 0; i < sizeof(p); i++)
		p[i] = (uint8_t)(bits >> (56 - 8 * i));
	put_marker(b, AMF_NUMBER);
	(void)buf_put(b, p, sizeof(p));
}

void
amf_put_boolean(struct buf *b, bool v)
{
	const uint8_t p[2] = {AMF_BOOLEAN, v};

	(void)buf_put(b, p, sizeof(p));
}

void
amf_put_string(struct buf *b, struct str s)
{
	put_marker(b, AMF_STRING);
	amf_put_key(b, s);
}

void
amf_put_null(struct buf *b)
{
	put_marker(b, AMF_NULL);
}

void
amf_put_array(struct buf *b, uint32_t n)
{
	put_marker(b, AMF_STRICT_ARRAY);
	put_u16(b, n >> 16);
	put_u16(b, n & 0xffff);
}

void
amf_put_object(struct buf *b)
{
	put_marker(b, AMF_OBJECT);
}

void
amf_put_key(struct buf *b, struct str key)
{
	assert(key.len <= UINT16_MAX);
	put_u16(b, key.len);
	(void)buf_putstr(b, key);
}

void
amf_put_end(struct buf *b)
{
	put_u16(b, 0);
	put_marker(b, AMF_OBJECT_END);
}
