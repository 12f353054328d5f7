#ifndef RTMPD_AMF_H
#define RTMPD_AMF_H

#include "buf.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A bounded cursor over AMF0 (Adobe, "Action Message Format -- AMF 0", 2007),
 * the form of RTMP's commands and of FLV's script data.  It allocates
 * nothing.  The first thing that does not fit makes the cursor bad; what is
 * read from a bad cursor is 0, false or empty.
 */
struct amf {
	const uint8_t *p, *end;
	bool bad;
};

/* The markers of section 2.1; AMF_NONE at the end and on a bad cursor. */
enum amf_type {
	AMF_NUMBER = 0x00,
	AMF_BOOLEAN = 0x01,
	AMF_STRING = 0x02,
	AMF_OBJECT = 0x03,
	AMF_NULL = 0x05,
	AMF_UNDEFINED = 0x06,
	AMF_REFERENCE = 0x07,
	AMF_ECMA_ARRAY = 0x08,
	AMF_OBJECT_END = 0x09,
	AMF_STRICT_ARRAY = 0x0a,
	AMF_DATE = 0x0b,
	AMF_LONG_STRING = 0x0c,
	AMF_UNSUPPORTED = 0x0d,
	AMF_XML = 0x0f,
	AMF_TYPED_OBJECT = 0x10,
	AMF_NONE = 0x100
};

/* Values nested deeper than this make the cursor bad. */
enum { AMF_MAX_DEPTH = 16 };

void amf_init(struct amf *a, const void *p, size_t len);

/* What the next value is, without reading it. */
enum amf_type amf_peek(const struct amf *a);

/* Read a value of that type; a string may be a short or a long one. */
double amf_number(struct amf *a);
bool amf_boolean(struct amf *a);
struct str amf_string(struct amf *a);

/* One value of any type, with all that is in it. */
void amf_skip(struct amf *a);

/*
 * Enter an object, a typed object or an ECMA array, then ask for its next
 * key until false; after each true, exactly one value is to be read.
 */
void amf_object(struct amf *a);
bool amf_key(struct amf *a, struct str *key);

/* Append a value, or a key inside an object, to B; check b->failed. */
void amf_put_number(struct buf *b, double v);
void amf_put_boolean(struct buf *b, bool v);
void amf_put_string(struct buf *b, struct str s); /* at most 65535 bytes */
void amf_put_null(struct buf *b);
void amf_put_array(struct buf *b, uint32_t n); /* then its N values */
void amf_put_object(struct buf *b);
void amf_put_key(struct buf *b, struct str key);
void amf_put_end(struct buf *b);

#endif
