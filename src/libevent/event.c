#include "event.h"
#include "clock.h"
#include "mp.h"
#include "uuid.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

/* Keys of the envelope, in the order in which they are written. */
enum key {
	KEY_SEQ,
	KEY_VERSION,
	KEY_ID,
	KEY_SOURCE,
	KEY_TYPE,
	KEY_SUBJECT,
	KEY_TIME,
	KEY_TRACEPARENT,
	KEY_EXPECT,
	KEY_DATAVERSION,
	KEY_DATA,
	KEYS
};

static const struct str key_names[KEYS] = {
    [KEY_SEQ] = {"seq", 3},
    [KEY_VERSION] = {"version", 7},
    [KEY_ID] = {"id", 2},
    [KEY_SOURCE] = {"source", 6},
    [KEY_TYPE] = {"type", 4},
    [KEY_SUBJECT] = {"subject", 7},
    [KEY_TIME] = {"time", 4},
    [KEY_TRACEPARENT] = {"traceparent", 11},
    [KEY_EXPECT] = {"expect", 6},
    [KEY_DATAVERSION] = {"dataversion", 11},
    [KEY_DATA] = {"data", 4},
};

/* The key NAME, or KEYS.  Its length leaves few to compare it with. */
static enum key
key_find(struct str name)
{
#define IS(literal) (memcmp(name.p, literal, sizeof(literal) - 1) == 0)
	switch (name.len) {
	case 2:
		return IS("id") ? KEY_ID : KEYS;
	case 3:
		return IS("seq") ? KEY_SEQ : KEYS;
	case 4:
		return IS("type")   ? KEY_TYPE
		       : IS("time") ? KEY_TIME
		       : IS("data") ? KEY_DATA
				    : KEYS;
	case 6:
		return IS("source")   ? KEY_SOURCE
		       : IS("expect") ? KEY_EXPECT
				      : KEYS;
	case 7:
		return IS("version")   ? KEY_VERSION
		       : IS("subject") ? KEY_SUBJECT
				       : KEYS;
	case 11:
		return IS("traceparent")   ? KEY_TRACEPARENT
		       : IS("dataversion") ? KEY_DATAVERSION
					   : KEYS;
	default:
		return KEYS;
	}
#undef IS
}

/* Bytes that V, and a string of N bytes, take in their shortest form. */
static size_t
uint_size(uint64_t v)
{
	if (v < 0x80)
		return 1;
	return v <= UINT8_MAX    ? 2
	       : v <= UINT16_MAX ? 3
	       : v <= UINT32_MAX ? 5
				 : 9;
}

static size_t
str_size(size_t n)
{
	return n + (n < 32 ? 1 : n <= UINT8_MAX ? 2 : n <= UINT16_MAX ? 3 : 5);
}

/* The N last bytes of V behind HEAD; the place behind them. */
static uint8_t *
put_number(uint8_t *p, uint8_t head, uint64_t v, size_t n)
{
	*p++ = head;
	v = htobe64(v);
	memcpy(p, (const uint8_t *)&v + sizeof(v) - n, n);
	return p + n;
}

static uint8_t *
put_uint(uint8_t *p, uint64_t v)
{
	switch (uint_size(v)) {
	case 1:
		*p = (uint8_t)v;
		return p + 1;
	case 2:
		return put_number(p, 0xcc, v, 1);
	case 3:
		return put_number(p, 0xcd, v, 2);
	case 5:
		return put_number(p, 0xce, v, 4);
	default:
		return put_number(p, 0xcf, v, 8);
	}
}

static uint8_t *
put_str(uint8_t *p, struct str s)
{
	switch (str_size(s.len) - s.len) {
	case 1:
		*p++ = (uint8_t)(0xa0 | s.len);
		break;
	case 2:
		p = put_number(p, 0xd9, s.len, 1);
		break;
	case 3:
		p = put_number(p, 0xda, s.len, 2);
		break;
	default:
		p = put_number(p, 0xdb, s.len, 4);
		break;
	}
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	return p + s.len;
}

static uint8_t *
put_key(uint8_t *p, enum key k)
{
	return put_str(p, key_names[k]);
}

/* What event_encode() writes of E. */
static size_t
encoded_size(const struct event *e)
{
	static const size_t keys = sizeof("id") + sizeof("source") +
				   sizeof("type") + sizeof("subject") +
				   sizeof("time") + sizeof("data");
	size_t n = 1 + keys + str_size(e->id.len) + str_size(e->source.len) +
		   str_size(e->type_name.len) + str_size(e->subject.len) +
		   uint_size(e->time_us) + e->data.len;

	if (e->seq != 0)
		n += sizeof("seq") + uint_size(e->seq);
	if (e->version != 0)
		n += sizeof("version") + uint_size(e->version);
	if (e->traceparent.len > 0)
		n += sizeof("traceparent") + str_size(e->traceparent.len);
	if (e->expect != EVENT_ANY)
		n += sizeof("expect") + uint_size(e->expect);
	if (e->data_version > 1)
		n += sizeof("dataversion") + uint_size(e->data_version);
	return n;
}

/*
 * The log encodes every event that it stores, so this does without a packer's
 * call and check for each value: the size is known before.
 */
int
event_encode(const struct event *e, struct buf *b)
{
	unsigned pairs = 6U + (e->seq != 0) + (e->version != 0) +
			 (e->traceparent.len > 0) + (e->expect != EVENT_ANY) +
			 (e->data_version > 1);
	size_t size = encoded_size(e);
	uint8_t *p;

	if (buf_reserve(b, size) == -1)
		return -1;
	p = b->p + b->len;
	*p++ = (uint8_t)(0x80 | pairs);
	if (e->seq != 0)
		p = put_uint(put_key(p, KEY_SEQ), e->seq);
	if (e->version != 0)
		p = put_uint(put_key(p, KEY_VERSION), e->version);
	p = put_str(put_key(p, KEY_ID), e->id);
	p = put_str(put_key(p, KEY_SOURCE), e->source);
	p = put_str(put_key(p, KEY_TYPE), e->type_name);
	p = put_str(put_key(p, KEY_SUBJECT), e->subject);
	p = put_uint(put_key(p, KEY_TIME), e->time_us);
	if (e->traceparent.len > 0)
		p = put_str(put_key(p, KEY_TRACEPARENT), e->traceparent);
	if (e->expect != EVENT_ANY)
		p = put_uint(put_key(p, KEY_EXPECT), e->expect);
	if (e->data_version > 1)
		p = put_uint(put_key(p, KEY_DATAVERSION), e->data_version);
	p = put_key(p, KEY_DATA);
	if (e->data.len > 0)
		memcpy(p, e->data.p, e->data.len);
	assert(p + e->data.len == b->p + b->len + size);
	b->len += size;
	return 0;
}

static const char *
envelope_fault(const struct event *e)
{
	if (e->id.len == 0 || e->id.len > EVENT_MAX_ID || !str_graphic(e->id))
		return "id is not 1 to 64 printable bytes";
	if (e->source.len == 0 || e->source.len > EVENT_MAX_SOURCE ||
	    !str_graphic(e->source))
		return "source is not 1 to 128 printable bytes";
	if (e->subject.len == 0 || e->subject.len > EVENT_MAX_SUBJECT ||
	    !str_graphic(e->subject))
		return "subject is not 1 to 255 printable bytes";
	if (e->traceparent.len > EVENT_MAX_TRACEPARENT ||
	    !str_graphic(e->traceparent))
		return "traceparent is not at most 64 printable bytes";
	if (e->type_name.len == 0 || e->type_name.len > EVENT_MAX_ID ||
	    !str_graphic(e->type_name))
		return "type is not 1 to 64 printable bytes";
	if (e->data.len == 0)
		return "data is missing";
	if (e->data.len > EVENT_MAX_DATA)
		return "data is longer than 1 MiB";
	return NULL;
}

int
event_decode(struct event *e, const void *p, size_t len, const char **why)
{
	struct event got = {.expect = EVENT_ANY, .data_version = 1};
	unsigned seen = 0;
	uint64_t version = 1;
	const struct schema *s;
	const char *fault;
	struct mp m;

	*why = "not a msgpack map of an event";
	if (len > EVENT_MAX) {
		*why = "longer than an event may be";
		goto bad;
	}
	mp_init(&m, p, len);
	for (size_t n = mp_map(&m); n > 0 && !m.bad; n--) {
		enum key k = key_find(mp_str(&m));

		if (k == KEYS) {
			mp_skip(&m);
			continue;
		}
		if (seen & 1U << k) {
			*why = "an attribute is there twice";
			goto bad;
		}
		seen |= 1U << k;
		switch (k) {
		case KEY_SEQ:
			got.seq = mp_uint(&m);
			break;
		case KEY_VERSION:
			got.version = mp_uint(&m);
			break;
		case KEY_ID:
			got.id = mp_str(&m);
			break;
		case KEY_SOURCE:
			got.source = mp_str(&m);
			break;
		case KEY_TYPE:
			got.type_name = mp_str(&m);
			break;
		case KEY_SUBJECT:
			got.subject = mp_str(&m);
			break;
		case KEY_TIME:
			got.time_us = mp_uint(&m);
			break;
		case KEY_TRACEPARENT:
			got.traceparent = mp_str(&m);
			break;
		case KEY_EXPECT:
			got.expect = mp_uint(&m);
			break;
		case KEY_DATAVERSION:
			version = mp_uint(&m);
			break;
		case KEY_DATA:
			got.data = mp_peek(&m) == MP_MAP ? mp_raw(&m)
							 : (struct str){0};
			m.bad = m.bad || got.data.len == 0;
			break;
		case KEYS:
			break;
		}
	}
	if (!mp_done(&m))
		goto bad;
	if (version == 0 || version > EVENT_MAX_DATA_VERSION) {
		*why = "dataversion is not 1 to 65535";
		goto bad;
	}
	got.data_version = (unsigned)version;
	if ((fault = envelope_fault(&got)) != NULL) {
		*why = fault;
		goto bad;
	}
	s = schema_named(got.type_name);
	got.type = s != NULL ? s->type : EVENT_NONE;
	*e = got;
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

int
event_begin(struct event *e, enum event_type type, const char *source,
    struct str subject, char id[])
{
	const struct schema *s = schema_of(type);

	if (s == NULL) {
		errno = EINVAL;
		return -1;
	}
	if (uuid_v7(id) == -1)
		return -1;
	*e = (struct event){
	    .time_us = clock_real_us(),
	    .expect = EVENT_ANY,
	    .data_version = s->version,
	    .id = str_from(id),
	    .source = str_from(source),
	    .subject = subject,
	    .type_name = s->name,
	    .type = type,
	};
	return 0;
}

bool
event_about(const struct event *e, const char *const *pattern, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str p = str_from(pattern[i]);
		bool prefix = p.len > 0 && p.p[p.len - 1] == '*';

		if (prefix
			? str_starts(e->subject, (struct str){p.p, p.len - 1})
			: str_eq(e->subject, p))
			return true;
	}
	return n == 0;
}
