#include "clock.h"
#include "json.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* schemas/ written out for others: JSON Schema, and a page to read. */

static const char *
type_name(enum field_type t)
{
	switch (t) {
	case FIELD_U64:
		return "integer";
	case FIELD_BOOL:
		return "boolean";
	case FIELD_STR:
		return "text";
	case FIELD_BIN:
		return "bytes";
	}
	return "";
}

static const char *
kept_name(enum event_kept kept)
{
	switch (kept) {
	case EVENT_STORED:
		return "stored";
	case EVENT_LASTING:
		return "stored, *lasting*";
	case EVENT_TRANSIENT:
		return "*transient*";
	}
	return "";
}

static const char *class_name(enum event_class class)
{
	switch (class) {
	case EVENT_MEDIA:
		return "said by media programs";
	case EVENT_VIEWER:
		return "said by weir-edged for viewers";
	case EVENT_ADMIN:
		return "said by operators";
	case EVENT_LOGD:
		return "said by weir-logd alone";
	}
	return "";
}

static json_t *
field_schema(const struct schema_field *f)
{
	json_t *o = json_object();

	switch (f->type) {
	case FIELD_U64:
		(void)json_object_set_new(o, "type", json_string("integer"));
		(void)json_object_set_new(o, "minimum", json_integer(0));
		(void)json_object_set_new(
		    o, "maximum", json_integer((json_int_t)f->limit));
		break;
	case FIELD_BOOL:
		(void)json_object_set_new(o, "type", json_string("boolean"));
		break;
	case FIELD_STR:
		(void)json_object_set_new(o, "type", json_string("string"));
		/* Bytes bound characters from above. */
		(void)json_object_set_new(
		    o, "maxLength", json_integer((json_int_t)f->limit));
		break;
	case FIELD_BIN:
		(void)json_object_set_new(o, "type", json_string("string"));
		(void)json_object_set_new(
		    o, "pattern", json_string("^([0-9a-f]{2})*$"));
		(void)json_object_set_new(
		    o, "contentEncoding", json_string("base16"));
		(void)json_object_set_new(
		    o, "maxLength", json_integer((json_int_t)(2 * f->limit)));
		break;
	}
	if (f->whose.len > 0) {
		(void)json_object_set_new(
		    o, "type", json_pack("[s,s]", "string", "null"));
		(void)json_object_set_new(
		    o, "x-personal", json_string(f->whose.p));
	}
	(void)json_object_set_new(o, "description", json_string(f->doc));
	if (*f->unit != '\0')
		(void)json_object_set_new(o, "x-unit", json_string(f->unit));
	(void)json_object_set_new(o, "x-number", json_integer(f->number));
	return o;
}

/* Those of the N fields at F that VERSION has. */
static void
add_fields(const struct schema_field *f, size_t n, unsigned version,
    json_t *fields, json_t *required)
{
	for (; n > 0; f++, n--) {
		if (version < f->since || version > f->until)
			continue;
		(void)json_object_set_new(fields, f->name.p, field_schema(f));
		if (f->need == FIELD_REQUIRED)
			(void)json_array_append_new(
			    required, json_string(f->name.p));
	}
}

static json_t *
data_schema(const struct schema *s, unsigned version)
{
	json_t *o = json_object(), *fields = json_object();
	json_t *required = json_array();

	add_fields(s->field, s->fields, version, fields, required);
	add_fields(s->gone, s->gones, version, fields, required);
	(void)json_object_set_new(o, "type", json_string("object"));
	(void)json_object_set_new(o, "properties", fields);
	(void)json_object_set_new(o, "required", required);
	return o;
}

/* Where dataversion is absent it means 1; later versions say it. */
static json_t *
event_schema(const struct schema *s, unsigned version)
{
	json_t *o = json_pack(
	    "{s:s, s:s, s:s, s:i, s:b, s:s, s:{s:{s:s}, s:{s:i}, s:o}}",
	    "title", s->name.p, "description", s->doc, "type", "object",
	    "x-number", (int)s->type, "x-stored", s->kept != EVENT_TRANSIENT,
	    "x-subject", s->subject, "properties", "type", "const", s->name.p,
	    "dataversion", "const", (int)version, "data",
	    data_schema(s, version));

	if (version > 1)
		(void)json_object_set_new(
		    o, "required", json_pack("[s]", "dataversion"));
	if (version < s->version)
		(void)json_object_set_new(o, "deprecated", json_true());
	return o;
}

/* The newest version goes by the event's name, old ones as NAME.1 and so on. */
static void
add_event(json_t *defs, json_t *any, const struct schema *s, unsigned version)
{
	char name[EVENT_MAX_ID + 16];

	if (version == s->version)
		(void)snprintf(name, sizeof(name), "%s", s->name.p);
	else
		(void)snprintf(name, sizeof(name), "%s.%u", s->name.p, version);
	(void)json_object_set_new(defs, name, event_schema(s, version));
	(void)json_array_append_new(
	    any, json_pack("{s:o}", "$ref", json_sprintf("#/$defs/%s", name)));
}

int
event_json_schema(struct buf *b)
{
	json_t *defs = json_object(), *any = json_array(), *o;
	const struct schema *s;
	int rc;

	for (size_t i = 0; (s = schema_at(i)) != NULL; i++)
		for (unsigned version = s->version; version > 0; version--)
			add_event(defs, any, s, version);
	o = json_pack("{s:s, s:s, s:s, s:s, s:[s,s,s,s,s,s,s],"
		      " s:{s:{s:s}, s:{s:s, s:i, s:i}, s:{s:s, s:i, s:i},"
		      " s:{s:s, s:i, s:i}, s:{s:s, s:s}, s:{s:s, s:i},"
		      " s:{s:s, s:i}, s:{s:s, s:i}, s:{s:s, s:i, s:i, s:i}},"
		      " s:o, s:o}",
	    "$schema", "https://json-schema.org/draft/2020-12/schema", "title",
	    "weir event", "description",
	    "An event of weir as CloudEvents 1.0 in JSON.", "type", "object",
	    "required", "specversion", "id", "source", "type", "subject",
	    "time", "data", "properties", "specversion", "const", "1.0", "id",
	    "type", "string", "minLength", 1, "maxLength", EVENT_MAX_ID,
	    "source", "type", "string", "minLength", 1, "maxLength",
	    EVENT_MAX_SOURCE, "subject", "type", "string", "minLength", 1,
	    "maxLength", EVENT_MAX_SUBJECT, "time", "type", "string", "format",
	    "date-time", "seq", "type", "integer", "minimum", 1, "version",
	    "type", "integer", "minimum", 1, "expect", "type", "integer",
	    "minimum", 0, "dataversion", "type", "integer", "minimum", 1,
	    "maximum", EVENT_MAX_DATA_VERSION, "default", 1, "anyOf", any,
	    "$defs", defs);
	if (o == NULL) {
		errno = ENOMEM;
		return -1;
	}
	{
		char *s_json = json_dumps(o, JSON_INDENT(2));

		rc = s_json == NULL || buf_puts(b, s_json) == -1 ? -1 : 0;
		free(s_json);
	}
	json_decref(o);
	return rc;
}

static void
field_row(struct buf *b, const struct schema_field *f)
{
	(void)buf_printf(b, "| `%s` | %s%s%s%s", f->name.p, type_name(f->type),
	    *f->unit ? ", " : "", f->unit,
	    f->need == FIELD_OPTIONAL ? ", optional" : "");
	if (f->until != UINT_MAX && f->since != f->until)
		(void)buf_printf(b, ", versions %u to %u", f->since, f->until);
	else if (f->until != UINT_MAX)
		(void)buf_printf(b, ", version %u alone", f->since);
	else if (f->since > 1)
		(void)buf_printf(b, ", since version %u", f->since);
	if (f->whose.len > 0)
		(void)buf_printf(b, ", *personal* of `%s`", f->whose.p);
	(void)buf_puts(b, " | ");
	if (f->type != FIELD_BOOL)
		(void)buf_printf(b, "%" PRIu64 "%s", f->limit,
		    f->type == FIELD_U64 ? "" : " bytes");
	(void)buf_printf(b, " | %s |\n", f->doc);
}

int
event_markdown(struct buf *b)
{
	const struct schema *s;

	(void)buf_puts(b,
	    "# Events\n\n"
	    "Made by `weir schema --markdown` from the tables in `schemas/`;"
	    " `make docs/events.md` writes it anew.\n"
	    "The envelope around `data` is in [log.md](log.md).\n"
	    "A *transient* event is published in order with the rest and"
	    " never stored.\n"
	    "A *lasting* one is needed by the platform; retention (`weir"
	    " compact`) keeps off it.\n"
	    "What has versions is read in the newest, whatever was written.\n"
	    "A *personal* field is stored sealed under the key of the subject"
	    " that is named, and gone when that is forgotten"
	    " ([privacy.md](privacy.md)).\n");
	for (size_t i = 0; (s = schema_at(i)) != NULL; i++) {
		(void)buf_printf(b,
		    "\n## %s\n\n%s\n\nNumber %d, subject `%s`, %s, %s.\n\n"
		    "| field | type | limit | |\n| --- | --- | --- | --- |\n",
		    s->name.p, s->doc, (int)s->type, s->subject,
		    kept_name(s->kept), class_name(s->class));
		for (size_t j = 0; j < s->fields; j++)
			field_row(b, &s->field[j]);
		for (size_t j = 0; j < s->gones; j++)
			field_row(b, &s->gone[j]);
		for (const struct schema_version *v = s->newer; v->version != 0;
		     v++)
			(void)buf_printf(b, "%sVersion %u: %s\n",
			    v == s->newer ? "\n" : "", v->version, v->doc);
	}
	return b->failed ? -1 : 0;
}
