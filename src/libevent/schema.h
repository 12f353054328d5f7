#ifndef EVENT_SCHEMA_H
#define EVENT_SCHEMA_H

#include "types.h"

#include <stddef.h>

/* schemas/ as tables, for code that treats all events alike. */

enum field_type { FIELD_U64, FIELD_BOOL, FIELD_STR, FIELD_BIN };
enum field_need { FIELD_REQUIRED, FIELD_OPTIONAL };
enum event_kept { EVENT_STORED, EVENT_LASTING, EVENT_TRANSIENT };
enum event_class { EVENT_ADMIN, EVENT_MEDIA, EVENT_VIEWER, EVENT_LOGD };

enum { SCHEMA_MAX_FIELDS = 32 };

struct schema_field {
	unsigned number;
	struct str name;
	enum field_type type;
	enum field_need need;
	size_t offset;         /* in the event's struct */
	uint64_t limit;        /* largest value, or most bytes */
	unsigned since, until; /* versions that have it, both included */
	const char *unit, *doc;
	/* Personal: the field that names the subject whose key seals it, or
	 * "subject" for the event's; empty when it is not. */
	struct str whose;
};

/* Version VERSION of an event, from 2 on: what is new, and how to get there. */
struct schema_version {
	unsigned version;
	const char *doc;
	void (*upcast)(void *now, void *was); /* see upcast.h */
};

struct schema {
	enum event_type type;
	struct str name;
	enum event_kept kept;
	enum event_class class;
	const char *subject, *doc;
	unsigned version; /* the newest, which the struct is of */
	const struct schema_field *field;
	size_t fields;
	const struct schema_field *gone; /* offsets in struct NAME_gone */
	size_t gones;
	const struct schema_version *newer; /* for versions 2, 3... */
	bool personal;                      /* one of its fields is */
	size_t size;                        /* of the event's struct */
};

/* The schema of TYPE or of the type called NAME, or NULL. */
const struct schema *schema_of(enum event_type type);
const struct schema *schema_named(struct str name);

/* The I-th schema by number, or NULL past the last. */
const struct schema *schema_at(size_t i);

/* The field NAME that VERSION of S has, or NULL. */
const struct schema_field *schema_field(
    const struct schema *s, struct str name, unsigned version);

#endif
