#include "json.h"
#include "clock.h"
#include "hex.h"
#include "mp.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *
text(struct str s)
{
	return json_stringn(s.p, s.len);
}

static json_t *
hexadecimal(struct str s)
{
	char *digits = malloc(2 * s.len + 1);
	json_t *j;

	if (digits == NULL)
		return NULL;
	hex_encode(digits, (const uint8_t *)s.p, s.len);
	j = json_stringn(digits, 2 * s.len);
	free(digits);
	return j;
}

/* Any msgpack value that our schemas use; others become null: so do personal
 * fields that are gone, or sealed. */
static json_t *
value_to_json(struct mp *m)
{
	switch (mp_peek(m)) {
	case MP_UINT:
		return json_integer((json_int_t)mp_uint(m));
	case MP_BOOL:
		return json_boolean(mp_bool(m));
	case MP_STR:
		return text(mp_str(m));
	case MP_BIN:
		return hexadecimal(mp_bin(m));
	case MP_NONE:
	case MP_NIL:
	case MP_MAP:
	case MP_ARRAY:
	case MP_OTHER:
		break;
	}
	mp_skip(m);
	return json_null();
}

static json_t *
data_to_json(struct str data)
{
	json_t *o = json_object();
	struct mp m;

	mp_init(&m, data.p, data.len);
	for (size_t n = mp_map(&m); n > 0 && !m.bad; n--) {
		struct str key = mp_str(&m);
		char name[65];

		if (str_copy(name, sizeof(name), key) == -1)
			mp_skip(&m);
		else
			(void)json_object_set_new(o, name, value_to_json(&m));
	}
	if (m.bad) {
		json_decref(o);
		errno = EBADMSG;
		return NULL;
	}
	return o;
}

static int
dump(const char *p, size_t n, void *arg)
{
	return buf_put(arg, p, n);
}

static int
write_json(json_t *o, size_t flags, struct buf *b)
{
	size_t before = b->len;

	if (json_dump_callback(o, dump, b, flags) == -1 || b->failed) {
		b->len = before;
		errno = !b->failed ? EBADMSG : b->starved ? ENOMEM : EMSGSIZE;
		return -1;
	}
	return 0;
}

/* E, whose data is DATA, which is used up. */
static json_t *
envelope_to_json(const struct event *e, json_t *data)
{
	char time[CLOCK_RFC3339_SIZE];
	json_t *o = json_object();

	clock_rfc3339(e->time_us, time);
	(void)json_object_set_new(o, "specversion", json_string("1.0"));
	if (e->seq != 0)
		(void)json_object_set_new(
		    o, "seq", json_integer((json_int_t)e->seq));
	(void)json_object_set_new(o, "time", json_string(time));
	(void)json_object_set_new(o, "type", text(e->type_name));
	(void)json_object_set_new(o, "subject", text(e->subject));
	if (e->version != 0)
		(void)json_object_set_new(
		    o, "version", json_integer((json_int_t)e->version));
	if (e->expect != EVENT_ANY)
		(void)json_object_set_new(
		    o, "expect", json_integer((json_int_t)e->expect));
	(void)json_object_set_new(o, "source", text(e->source));
	(void)json_object_set_new(o, "id", text(e->id));
	if (e->traceparent.len > 0)
		(void)json_object_set_new(
		    o, "traceparent", text(e->traceparent));
	if (e->data_version > 1)
		(void)json_object_set_new(
		    o, "dataversion", json_integer(e->data_version));
	(void)json_object_set_new(o, "data", data);
	return o;
}

int
event_to_json(const struct event *e, struct buf *b)
{
	struct event newest;
	struct buf renewed;
	json_t *data, *o;
	int rc = -1;

	buf_init(&renewed, EVENT_MAX);
	if (event_renew(e, &newest, &renewed) == 0 &&
	    (data = data_to_json(newest.data)) != NULL) {
		o = envelope_to_json(&newest, data);
		rc = write_json(o, JSON_COMPACT, b);
		json_decref(o);
	}
	buf_fini(&renewed);
	return rc;
}

static int __attribute__((format(printf, 3, 4)))
refuse(char *why, size_t cap, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, cap, fmt, ap);
	va_end(ap);
	errno = EBADMSG;
	return -1;
}

/* Pack one field of the data by its schema. */
static int
pack_field(msgpack_packer *pk, const struct schema_field *f, const json_t *v,
    char *why, size_t cap)
{
	struct str s = {json_string_value(v), json_string_length(v)};

	if (f->whose.len > 0 && json_is_null(v)) {
		msgpack_pack_nil(pk); /* it is gone */
		return 0;
	}
	switch (f->type) {
	case FIELD_U64:
		if (!json_is_integer(v) || json_integer_value(v) < 0)
			return refuse(why, cap,
			    "%.*s is not a whole number from 0", STRF(f->name));
		msgpack_pack_uint64(pk, (uint64_t)json_integer_value(v));
		return 0;
	case FIELD_BOOL:
		if (!json_is_boolean(v))
			return refuse(why, cap, "%.*s is not true or false",
			    STRF(f->name));
		if (json_is_true(v))
			msgpack_pack_true(pk);
		else
			msgpack_pack_false(pk);
		return 0;
	case FIELD_STR:
		if (!json_is_string(v))
			return refuse(
			    why, cap, "%.*s is not text", STRF(f->name));
		mp_put_str(pk, s);
		return 0;
	case FIELD_BIN:
		break;
	}
	if (json_is_string(v) && s.len % 2 == 0) {
		uint8_t *bytes = malloc(s.len / 2 + 1);
		int bad =
		    bytes == NULL || hex_decode(bytes, s.p, s.len / 2) == -1;

		if (!bad)
			mp_put_bin(
			    pk, (struct str){(const char *)bytes, s.len / 2});
		free(bytes);
		if (!bad)
			return 0;
	}
	return refuse(
	    why, cap, "%.*s is not text of hexadecimal digits", STRF(f->name));
}

/* Something did not fit into B: as WHAT says, or there is no memory. */
static int
overfull(const struct buf *b, char *why, size_t cap, const char *name,
    const char *what)
{
	if (!b->starved)
		return refuse(
		    why, cap, "%s is longer than %s may be", name, what);
	(void)refuse(why, cap, "out of memory");
	errno = ENOMEM;
	return -1;
}

/* Say that VERSION of S has no field NAME, when another has: which one. */
static int
no_field(const struct schema *s, unsigned version, const char *name, char *why,
    size_t cap)
{
	for (unsigned v = 1; v <= s->version; v++)
		if (schema_field(s, str_from(name), v) != NULL)
			return refuse(why, cap,
			    "%.*s has %.64s in dataversion %u, not in %u",
			    STRF(s->name), name, v, version);
	return refuse(why, cap, "%.*s has no field %.64s", STRF(s->name), name);
}

static int
pack_data(struct buf *b, const struct schema *s, unsigned version, json_t *data,
    char *why, size_t cap)
{
	msgpack_packer pk;
	const char *name;
	json_t *v;

	if (!json_is_object(data))
		return refuse(why, cap, "data is not an object");
	mp_packer(&pk, b);
	msgpack_pack_map(&pk, json_object_size(data));
	json_object_foreach(data, name, v)
	{
		const struct schema_field *f =
		    schema_field(s, str_from(name), version);

		if (f == NULL)
			return no_field(s, version, name, why, cap);
		mp_put_str(&pk, f->name);
		if (pack_field(&pk, f, v, why, cap) == -1)
			return -1;
	}
	if (b->failed)
		return overfull(b, why, cap, "data", "an event");
	return 0;
}

/* An attribute's text, kept in B; its place is told by offset, since B may
 * still move. */
struct kept {
	size_t at, len;
};

static int
keep_text(struct buf *b, const json_t *v, const char *name, struct kept *out,
    char *why, size_t cap)
{
	if (!json_is_string(v))
		return refuse(why, cap, "%s is not text", name);
	out->at = b->len;
	out->len = json_string_length(v);
	if (buf_put(b, json_string_value(v), out->len) == -1)
		return overfull(b, why, cap, name, "it");
	return 0;
}

static struct str
kept_str(const struct buf *b, struct kept k)
{
	return (struct str){(const char *)b->p + k.at, k.len};
}

static int
read_object(struct event *e, json_t *o, struct buf *b, char *why, size_t cap)
{
	enum { ID, SOURCE, TYPE, SUBJECT, TRACEPARENT, TEXTS };
	static const char *const text_name[TEXTS] = {
	    "id", "source", "type", "subject", "traceparent"};
	struct event got = {.expect = EVENT_ANY, .data_version = 1};
	struct kept kept[TEXTS] = {{0}}, data;
	const struct schema *s;
	json_t *body = NULL, *v;
	const char *name;

	json_object_foreach(o, name, v)
	{
		int i;

		for (i = 0; i < TEXTS && strcmp(name, text_name[i]) != 0; i++)
			;
		if (i < TEXTS) {
			if (keep_text(b, v, name, &kept[i], why, cap) == -1)
				return -1;
		} else if (strcmp(name, "data") == 0) {
			body = v;
		} else if (strcmp(name, "time") == 0) {
			if (!json_is_string(v) ||
			    clock_parse(json_string_value(v), &got.time_us) ==
				-1)
				return refuse(why, cap,
				    "time is not a date-time of RFC 3339");
		} else if (strcmp(name, "expect") == 0) {
			if (!json_is_integer(v) || json_integer_value(v) < 0)
				return refuse(why, cap,
				    "expect is not a whole number from 0");
			got.expect = (uint64_t)json_integer_value(v);
		} else if (strcmp(name, "dataversion") == 0) {
			if (!json_is_integer(v) || json_integer_value(v) < 1 ||
			    json_integer_value(v) > EVENT_MAX_DATA_VERSION)
				return refuse(
				    why, cap, "dataversion is not 1 to 65535");
			got.data_version = (unsigned)json_integer_value(v);
		} else if (strcmp(name, "specversion") == 0) {
			if (!json_is_string(v) ||
			    strcmp(json_string_value(v), "1.0") != 0)
				return refuse(
				    why, cap, "specversion is not \"1.0\"");
		} else if (strcmp(name, "seq") != 0 &&
			   strcmp(name, "version") != 0 &&
			   strcmp(name, "datacontenttype") != 0 &&
			   strcmp(name, "dataschema") != 0) {
			return refuse(why, cap, "%.64s is no attribute", name);
		}
	}
	if (kept[TYPE].len == 0)
		return refuse(why, cap, "type is missing");
	if (kept[SUBJECT].len == 0)
		return refuse(why, cap, "subject is missing");
	if (body == NULL)
		return refuse(why, cap, "data is missing");
	if ((s = schema_named(kept_str(b, kept[TYPE]))) == NULL)
		return refuse(why, cap, "no schema for the type %.*s",
		    (int)kept[TYPE].len, (const char *)b->p + kept[TYPE].at);
	if (got.data_version > s->version)
		return refuse(why, cap,
		    "dataversion %u of %.*s is newer than %u, which is known "
		    "here",
		    got.data_version, STRF(s->name), s->version);
	data.at = b->len;
	if (pack_data(b, s, got.data_version, body, why, cap) == -1)
		return -1;
	data.len = b->len - data.at;
	got.type = s->type;
	got.type_name = s->name;
	got.id = kept_str(b, kept[ID]);
	got.source = kept_str(b, kept[SOURCE]);
	got.subject = kept_str(b, kept[SUBJECT]);
	got.traceparent = kept_str(b, kept[TRACEPARENT]);
	got.data = kept_str(b, data);
	*e = got;
	return 0;
}

int
event_from_json(
    struct event *e, struct str line, struct buf *keep, char *why, size_t cap)
{
	json_error_t error;
	json_t *o;
	int rc;

	buf_reset(keep);
	if (line.len > EVENT_MAX_JSON)
		return refuse(why, cap, "longer than an event may be");
	/* Depth is bounded by jansson itself (2048 levels, no recursion on
	 * our side), size by the line. */
	o = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, &error);
	if (o == NULL) {
		/* Not the text near it: that may be somebody's name. */
		(void)refuse(why, cap, "not JSON: %.*s (column %d)",
		    (int)(strstr(error.text, " near ") != NULL
			      ? strstr(error.text, " near ") - error.text
			      : (ptrdiff_t)strlen(error.text)),
		    error.text, error.column);
		if (json_error_code(&error) == json_error_out_of_memory)
			errno = ENOMEM;
		return -1;
	}
	rc = json_is_object(o) ? read_object(e, o, keep, why, cap)
			       : refuse(why, cap, "not a JSON object");
	json_decref(o);
	return rc;
}
