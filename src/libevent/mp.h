#ifndef EVENT_MP_H
#define EVENT_MP_H

#include "buf.h"
#include "str.h"

#include <msgpack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A bounded cursor over MessagePack (https://msgpack.org, specification of
 * 2017).  It allocates nothing and believes no length that the bytes do
 * not hold, which msgpack-c's own unpacker does.  The first thing that
 * does not fit makes the cursor bad; what is read from a bad cursor is 0,
 * false or empty.
 */
struct mp {
	const uint8_t *p, *end;
	bool bad;
};

enum { MP_MAX_DEPTH = 16 };

void mp_init(struct mp *m, const void *p, size_t len);

/* True when M never went bad and everything was read. */
bool mp_done(const struct mp *m);

size_t mp_map(struct mp *m);   /* how many pairs follow */
size_t mp_array(struct mp *m); /* how many values follow */
static inline struct str mp_str(struct mp *m);
struct str mp_bin(struct mp *m);
static inline uint64_t mp_uint(struct mp *m);
bool mp_bool(struct mp *m);
struct str mp_ext(struct mp *m, uint8_t type); /* an ext of that type */
void mp_skip(struct mp *m);                    /* one value of any type */

/* The bytes of the next value, which is skipped. */
struct str mp_raw(struct mp *m);

/* What the next value is, without reading it. */
enum mp_type {
	MP_NONE,
	MP_NIL,
	MP_BOOL,
	MP_UINT,
	MP_STR,
	MP_BIN,
	MP_MAP,
	MP_ARRAY,
	MP_OTHER
};
enum mp_type mp_peek(const struct mp *m);

/*
 * Bytes of the one value at the start of the LEN bytes at P: 0 when it is
 * not all there yet, -1 with errno EBADMSG when it is no MessagePack or
 * nests deeper than MP_MAX_DEPTH.
 */
ptrdiff_t mp_size(const void *p, size_t len);

/* A msgpack-c packer that appends to B; check B->failed at the end. */
void mp_packer(msgpack_packer *pk, struct buf *b);

/* Pack a str, and a map key. */
void mp_put_str(msgpack_packer *pk, struct str s);
void mp_put_bin(msgpack_packer *pk, struct str s);
void mp_put_ext(msgpack_packer *pk, uint8_t type, struct str s);
#define mp_put_key(pk, literal) mp_put_str(pk, STR(literal))

/*
 * Nearly all there is to read is short strings and numbers: those are read in
 * place, and the two below see to the rest.
 */
struct str mp_str_any(struct mp *m);
uint64_t mp_uint_any(struct mp *m);

static inline struct str
mp_str(struct mp *m)
{
	struct str s;

	/* 0xa0 to 0xbf: so many bytes follow. */
	if (m->p == m->end || (*m->p & 0xe0) != 0xa0 ||
	    (*m->p & 0x1f) >= m->end - m->p)
		return mp_str_any(m);
	s = (struct str){(const char *)m->p + 1, *m->p & 0x1f};
	m->p += 1 + s.len;
	return s;
}

static inline uint64_t
mp_uint(struct mp *m)
{
	if (m->p == m->end || *m->p >= 0x80)
		return mp_uint_any(m);
	return *m->p++;
}

#endif
