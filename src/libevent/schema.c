#include "schema.h"

#include <string.h>

#define EVENT(number, name, kept, class, subject, doc)                         \
	static const struct schema_field name##_fields[] = {
#define FIELD(name, number, field, type, unit, limit, need, doc)               \
	{number, STR_INIT(#field), FIELD_##type, FIELD_##need,                 \
	    offsetof(struct name, field), limit, unit, doc},
#define END(name)                                                              \
	}                                                                      \
	;
#define STR_INIT(literal)                                                      \
	{                                                                      \
		literal, sizeof(literal) - 1                                   \
	}
#include "events.h"
#undef EVENT
#undef FIELD
#undef END

static const struct schema schemas[] = {
#define EVENT(number, name, kept, class, subject, doc)                         \
	{EVENT_##name, STR_INIT(#name), EVENT_##kept, EVENT_##class, subject,  \
	    doc, name##_fields,                                                \
	    sizeof(name##_fields) / sizeof(name##_fields[0]),                  \
	    sizeof(struct name)},
#define FIELD(name, number, field, type, unit, limit, need, doc)
#define END(name)
#include "events.h"
#undef EVENT
#undef FIELD
#undef END
};

/* Decoders keep one bit a field. */
#define EVENT(number, name, kept, class, subject, doc)                         \
	_Static_assert(sizeof(name##_fields) / sizeof(name##_fields[0]) <=     \
			   SCHEMA_MAX_FIELDS,                                  \
	    #name " has too many fields");
#define FIELD(name, number, field, type, unit, limit, need, doc)
#define END(name)
#include "events.h"
#undef EVENT
#undef FIELD
#undef END

const struct schema *
schema_of(enum event_type type)
{
	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++)
		if (schemas[i].type == type)
			return &schemas[i];
	return NULL;
}

const struct schema *
schema_named(struct str name)
{
	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++)
		if (schemas[i].name.len == name.len &&
		    memcmp(schemas[i].name.p, name.p, name.len) == 0)
			return &schemas[i];
	return NULL;
}

const struct schema *
schema_at(size_t i)
{
	return i < sizeof(schemas) / sizeof(schemas[0]) ? &schemas[i] : NULL;
}
