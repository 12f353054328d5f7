#include "event.h"
#include "mp.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* An event's data: between its msgpack map and its struct, by its schema. */

/* What the structs of all events fit into, and those of fields gone. */
union any {
#define EVENT(number, name, kept, class, subject, doc) struct name name;
#include "events.h"
};
union any_gone {
#define EVENT(number, name, kept, class, subject, doc) struct name##_gone name;
#include "events.h"
};

static int __attribute__((format(printf, 3, 4)))
fault(char *why, size_t cap, const char *fmt, ...)
{
	va_list ap;

	if (cap > 0) {
		va_start(ap, fmt);
		(void)vsnprintf(why, cap, fmt, ap);
		va_end(ap);
	}
	errno = EBADMSG;
	return -1;
}

static unsigned
version_of(const struct event *e)
{
	return e->data_version > 1 ? e->data_version : 1;
}

/* A list of fields, those that were seen of it, and where values go. */
struct fields {
	const struct schema_field *field;
	size_t count, next; /* NEXT is likely to come next */
	uint32_t seen;
	char *out; /* or NULL */
};

/* The field NAME of VERSION, whose place is *AT, or NULL. */
static inline const struct schema_field *
field_find(struct fields *l, struct str name, unsigned version, size_t *at)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct schema_field *f;

		*at = l->next + i < l->count ? l->next + i
					     : l->next + i - l->count;
		f = &l->field[*at];
		if (str_eq(f->name, name))
			return version >= f->since && version <= f->until
				   ? f
				   : NULL;
	}
	return NULL;
}

/* A personal field: as text, sealed, or gone.  NULL, or the fault. */
static const char *
personal_read(struct mp *m, const struct schema_field *f, char *out)
{
	struct personal p = {.is = PERSONAL_TEXT};
	size_t max = f->limit;

	switch (mp_peek(m)) {
	case MP_NIL:
		mp_skip(m);
		p.is = PERSONAL_GONE;
		break;
	case MP_OTHER:
		p = (struct personal){PERSONAL_SEALED, mp_ext(m, PERSONAL_EXT)};
		if (!m->bad && p.bytes.len < personal_sealed_bytes(0))
			return "is sealed too short";
		max = personal_sealed_bytes(max);
		break;
	case MP_NONE:
	case MP_BOOL:
	case MP_UINT:
	case MP_STR:
	case MP_BIN:
	case MP_MAP:
	case MP_ARRAY:
		p.bytes = f->type == FIELD_STR ? mp_str(m) : mp_bin(m);
		if (!m->bad && f->type == FIELD_STR && !str_utf8(p.bytes))
			return "is not UTF-8";
		break;
	}
	if (m->bad)
		return "is not of its type";
	if (p.bytes.len > max)
		return "is longer than it may be";
	if (out != NULL)
		memcpy(out + f->offset, &p, sizeof(p));
	return NULL;
}

/* Read one field's value into OUT, when there is one.  NULL, or the fault. */
static const char *
field_read(struct mp *m, const struct schema_field *f, char *out)
{
	uint64_t u = 0;
	bool b = false;
	struct str s = {0};

	if (f->whose.len > 0)
		return personal_read(m, f, out);
	switch (f->type) {
	case FIELD_U64:
		u = mp_uint(m);
		if (!m->bad && u > f->limit)
			return "is larger than it may be";
		break;
	case FIELD_BOOL:
		b = mp_bool(m);
		break;
	case FIELD_STR:
		s = mp_str(m);
		if (!m->bad && !str_utf8(s))
			return "is not UTF-8";
		break;
	case FIELD_BIN:
		s = mp_bin(m);
		break;
	}
	if (m->bad)
		return "is not of its type";
	if (s.len > f->limit)
		return "is longer than it may be";
	if (out == NULL)
		return NULL;
	if (f->type == FIELD_U64)
		memcpy(out + f->offset, &u, sizeof(u));
	else if (f->type == FIELD_BOOL)
		memcpy(out + f->offset, &b, sizeof(b));
	else
		memcpy(out + f->offset, &s, sizeof(s));
	return NULL;
}

/* A field of L that VERSION requires and that was not seen, or NULL. */
static const struct schema_field *
missing(const struct fields *l, unsigned version)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct schema_field *f = &l->field[i];

		if (f->need == FIELD_REQUIRED && !(l->seen & 1U << i) &&
		    version >= f->since && version <= f->until)
			return f;
	}
	return NULL;
}

/*
 * Walk E's data by schema S, into OUT and GONE when there are such.  STRICT
 * refuses fields that the schema does not have: a producer's, not a reader's,
 * view.
 */
static int
walk(const struct event *e, const struct schema *s, void *out, void *gone,
    bool strict, char *why, size_t cap)
{
	/* Of a newer version we know what it has in common with ours. */
	unsigned version =
	    version_of(e) < s->version ? version_of(e) : s->version;
	struct fields now = {.field = s->field, .count = s->fields, .out = out};
	struct fields was = {.field = s->gone, .count = s->gones, .out = gone};
	const struct schema_field *f;
	struct mp m;

	/* The newest version has none of those. */
	if (version == s->version)
		was.count = 0;
	mp_init(&m, e->data.p, e->data.len);
	for (size_t n = mp_map(&m); n > 0 && !m.bad; n--) {
		struct str name = mp_str(&m);
		struct fields *l = &now;
		const char *wrong;
		size_t at;

		if (m.bad)
			break;
		if ((f = field_find(l, name, version, &at)) == NULL &&
		    was.count > 0)
			f = field_find(l = &was, name, version, &at);
		if (f == NULL) {
			if (strict)
				return fault(why, cap, "%.*s has no field %.*s",
				    STRF(s->name),
				    (int)(name.len < 64 ? name.len : 64),
				    name.p);
			mp_skip(&m);
			continue;
		}
		if (l->seen & 1U << at)
			return fault(
			    why, cap, "%.*s is there twice", STRF(f->name));
		l->seen |= 1U << at;
		l->next = at + 1;
		if ((wrong = field_read(&m, f, l->out)) != NULL)
			return fault(why, cap, "%.*s %s", STRF(f->name), wrong);
	}
	if (!mp_done(&m))
		return fault(why, cap, "data is not a msgpack map");
	if ((f = missing(&now, version)) != NULL ||
	    (f = missing(&was, version)) != NULL)
		return fault(why, cap, "%.*s is missing", STRF(f->name));
	return 0;
}

int
event_validate(const struct event *e, char *why, size_t cap)
{
	const struct schema *s = schema_of(e->type);

	if (s == NULL)
		return fault(why, cap, "no schema for the type %.*s",
		    STRF(e->type_name));
	if (e->data_version > s->version)
		return fault(why, cap,
		    "dataversion %u of %.*s is newer than %u, which is known "
		    "here",
		    e->data_version, STRF(s->name), s->version);
	return walk(e, s, NULL, NULL, true, why, cap);
}

int
event_get(const struct event *e, enum event_type type, void *out)
{
	const struct schema *s = schema_of(type);
	union any_gone gone;

	if (s == NULL || e->type != type) {
		errno = EBADMSG;
		return -1;
	}
	memset(out, 0, s->size);
	if (version_of(e) >= s->version)
		return walk(e, s, out, NULL, false, NULL, 0);
	memset(&gone, 0, sizeof(gone));
	if (walk(e, s, out, &gone, false, NULL, 0) == -1)
		return -1;
	for (const struct schema_version *v = s->newer; v->version != 0; v++)
		if (v->version > version_of(e))
			v->upcast(out, &gone);
	return 0;
}

/* One field's value, whatever its type. */
struct value {
	uint64_t number;
	bool truth;
	struct str bytes;
	enum personal_is is;
};

/* The value of F in the struct at FROM; whether there is anything to say. */
static bool
value_get(struct value *v, const struct schema_field *f, const char *from)
{
	struct personal p;

	*v = (struct value){.is = PERSONAL_TEXT};
	from += f->offset;
	if (f->whose.len > 0) {
		memcpy(&p, from, sizeof(p));
		v->is = p.is;
		v->bytes = p.bytes;
	} else if (f->type == FIELD_U64) {
		memcpy(&v->number, from, sizeof(v->number));
	} else if (f->type == FIELD_BOOL) {
		memcpy(&v->truth, from, sizeof(v->truth));
	} else {
		memcpy(&v->bytes, from, sizeof(v->bytes));
	}
	return f->need == FIELD_REQUIRED || v->number != 0 || v->truth ||
	       v->bytes.len > 0 || v->is != PERSONAL_TEXT;
}

static void
value_put(
    msgpack_packer *pk, const struct schema_field *f, const struct value *v)
{
	if (v->is == PERSONAL_SEALED)
		mp_put_ext(pk, PERSONAL_EXT, v->bytes);
	else if (v->is == PERSONAL_GONE)
		msgpack_pack_nil(pk);
	else if (f->type == FIELD_U64)
		msgpack_pack_uint64(pk, v->number);
	else if (f->type == FIELD_BOOL && v->truth)
		msgpack_pack_true(pk);
	else if (f->type == FIELD_BOOL)
		msgpack_pack_false(pk);
	else if (f->type == FIELD_STR)
		mp_put_str(pk, v->bytes);
	else
		mp_put_bin(pk, v->bytes);
}

int
event_put(enum event_type type, const void *in, struct buf *b)
{
	const struct schema *s = schema_of(type);
	size_t before = b->len, pairs = 0;
	msgpack_packer pk;
	struct value v;

	if (s == NULL) {
		errno = EINVAL;
		return -1;
	}
	mp_packer(&pk, b);
	for (size_t i = 0; i < s->fields; i++)
		pairs += value_get(&v, &s->field[i], in);
	msgpack_pack_map(&pk, pairs);
	for (size_t i = 0; i < s->fields; i++)
		if (value_get(&v, &s->field[i], in)) {
			mp_put_str(&pk, s->field[i].name);
			value_put(&pk, &s->field[i], &v);
		}
	if (b->failed) {
		b->len = before;
		return -1;
	}
	return 0;
}

int
event_renew(const struct event *e, struct event *out, struct buf *b)
{
	const struct schema *s = schema_of(e->type);
	union any data;

	if (s == NULL || version_of(e) >= s->version) {
		*out = *e;
		return 0;
	}
	buf_reset(b);
	if (event_get(e, e->type, &data) == -1 ||
	    event_put(e->type, &data, b) == -1)
		return -1;
	*out = *e;
	out->data = buf_str(b);
	out->data_version = s->version;
	return 0;
}

const char *
event_unsealed(const struct event *e)
{
	const struct schema *s = schema_of(e->type);
	union any data;
	struct value v;

	if (s == NULL || !s->personal || event_get(e, e->type, &data) == -1)
		return NULL;
	for (size_t i = 0; i < s->fields; i++)
		if (s->field[i].whose.len > 0 &&
		    value_get(&v, &s->field[i], (const char *)&data) &&
		    v.is == PERSONAL_TEXT && v.bytes.len > 0)
			return s->field[i].name.p;
	return NULL;
}
