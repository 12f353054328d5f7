#ifndef EVENT_TYPES_H
#define EVENT_TYPES_H

#include "personal.h"
#include "str.h"

#include <stdbool.h>
#include <stdint.h>

/* The C side of schemas/: one number and one struct for each event. */

enum event_type {
	EVENT_NONE = 0,
#define EVENT(number, name, kept, class, subject, doc) EVENT_##name = (number),
#include "events.h"
};

#define EVENT_CTYPE_U64 uint64_t
#define EVENT_CTYPE_BOOL bool
#define EVENT_CTYPE_STR struct str
#define EVENT_CTYPE_BIN struct str

/* struct SegmentReady and so on: fields as schemas/ names them. */
#define EVENT(number, name, kept, class, subject, doc) struct name {
#define FIELD(name, number, field, type, unit, limit, need, doc)               \
	EVENT_CTYPE_##type field;
#define PERSONAL(name, number, field, type, unit, limit, need, whose, doc)     \
	struct personal field;
#define END(name)                                                              \
	}                                                                      \
	;
#include "events.h"

/* struct SegmentReady_gone and so on: fields that only old versions have. */
#define EVENT(number, name, kept, class, subject, doc)                         \
	struct name##_gone {                                                   \
		bool no_struct_is_empty;
#define GONE(name, since, last, number, field, type, unit, limit, need, doc)   \
	EVENT_CTYPE_##type field;
#define END(name)                                                              \
	}                                                                      \
	;
#include "events.h"

#endif
