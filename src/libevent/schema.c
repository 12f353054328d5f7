#include "schema.h"
#include "upcast.h"

#include <limits.h>
#include <string.h>

#define STR_INIT(literal)                                                      \
	{                                                                      \
		literal, sizeof(literal) - 1                                   \
	}

/* clang-format off */
#define EVENT(number, name, kept, class, subject, doc)                         \
	static const struct schema_field name##_fields[] = {
#define NEWER(name, since, number, field, type, unit, limit, need, doc)        \
	{number, STR_INIT(#field), FIELD_##type, FIELD_##need,                 \
	    offsetof(struct name, field), limit, since, UINT_MAX, unit, doc,   \
	    {0}},
#define FIELD(name, number, field, type, unit, limit, need, doc)               \
	{number, STR_INIT(#field), FIELD_##type, FIELD_##need,                 \
	    offsetof(struct name, field), limit, 1, UINT_MAX, unit, doc, {0}},
#define PERSONAL(name, number, field, type, unit, limit, need, whose, doc)     \
	{number, STR_INIT(#field), FIELD_##type, FIELD_##need,                 \
	    offsetof(struct name, field), limit, 1, UINT_MAX, unit, doc,       \
	    STR_INIT(#whose)},
#define END(name) };
#include "events.h"

/* No array is empty: these two end with one that is not counted. */
#define EVENT(number, name, kept, class, subject, doc)                         \
	static const struct schema_field name##_gones[] = {
#define GONE(name, since, last, number, field, type, unit, limit, need, doc)   \
	{number, STR_INIT(#field), FIELD_##type, FIELD_##need,                 \
	    offsetof(struct name##_gone, field), limit, since, last, unit,     \
	    doc, {0}},
#define END(name) {0}};
#include "events.h"

#define VERSION(name, version, doc)                                            \
	static void call_##name##_##version(void *now, void *was)              \
	{                                                                      \
		upcast_##name##_##version(now, was);                           \
	}
#include "events.h"

#define EVENT(number, name, kept, class, subject, doc)                         \
	static const struct schema_version name##_newer[] = {
#define VERSION(name, version, doc) {version, doc, call_##name##_##version},
#define END(name) {0}};
#include "events.h"
/* clang-format on */

/* Which events have personal fields. */
enum {
#define EVENT(number, name, kept, class, subject, doc) name##_personal = 0
#define PERSONAL(name, number, field, type, unit, limit, need, whose, doc) +1
#define END(name) ,
#include "events.h"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct schema schemas[] = {
#define EVENT(number, name, kept, class, subject, doc)                         \
	{EVENT_##name, STR_INIT(#name), EVENT_##kept, EVENT_##class, subject,  \
	    doc, COUNT(name##_newer), name##_fields, COUNT(name##_fields),     \
	    name##_gones, COUNT(name##_gones) - 1, name##_newer,               \
	    name##_personal > 0, sizeof(struct name)},
#include "events.h"
};

/* Decoders keep one bit a field. */
#define EVENT(number, name, kept, class, subject, doc)                         \
	_Static_assert(COUNT(name##_fields) <= SCHEMA_MAX_FIELDS &&            \
			   COUNT(name##_gones) - 1 <= SCHEMA_MAX_FIELDS,       \
	    #name " has too many fields");
#include "events.h"

const struct schema *
schema_of(enum event_type type)
{
	for (size_t i = 0; i < COUNT(schemas); i++)
		if (schemas[i].type == type)
			return &schemas[i];
	return NULL;
}

const struct schema *
schema_named(struct str name)
{
	for (size_t i = 0; i < COUNT(schemas); i++)
		if (schemas[i].name.len == name.len &&
		    memcmp(schemas[i].name.p, name.p, name.len) == 0)
			return &schemas[i];
	return NULL;
}

const struct schema *
schema_at(size_t i)
{
	return i < COUNT(schemas) ? &schemas[i] : NULL;
}

const struct schema_field *
schema_field(const struct schema *s, struct str name, unsigned version)
{
	for (size_t i = 0; i < s->fields; i++)
		if (str_eq(s->field[i].name, name))
			return version >= s->field[i].since ? &s->field[i]
							    : NULL;
	for (size_t i = 0; i < s->gones; i++)
		if (str_eq(s->gone[i].name, name))
			return version >= s->gone[i].since &&
				       version <= s->gone[i].until
				   ? &s->gone[i]
				   : NULL;
	return NULL;
}
