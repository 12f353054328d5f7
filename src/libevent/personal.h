#ifndef EVENT_PERSONAL_H
#define EVENT_PERSONAL_H

#include "str.h"

/*
 * A field that tells of a person.  Producers give it as text; weir-logd seals
 * it (libkeys), so that what is stored and published can be read only with
 * the key of whom it is about; and when they are forgotten, by nobody.  So
 * it is no str: whoever wants one asks, and must know what to do without.
 */
enum personal_is {
	PERSONAL_TEXT,   /* BYTES are what is said */
	PERSONAL_SEALED, /* BYTES are sealed, and for want of the key stay so */
	PERSONAL_GONE    /* there is nothing */
};

struct personal {
	enum personal_is is;
	struct str bytes;
};

/* TEXT, as a producer says it. */
static inline struct personal
personal(struct str text)
{
	return (struct personal){PERSONAL_TEXT, text};
}

/* What P says into *TEXT: true, or false when it is gone or was not opened. */
static inline bool
personal_text(const struct personal *p, struct str *text)
{
	if (p->is == PERSONAL_TEXT)
		*text = p->bytes;
	return p->is == PERSONAL_TEXT;
}

/*
 * Sealed, a field is a msgpack ext of this type; docs/privacy.md gives its
 * bytes: a byte of format, the key's mark, a nonce, and the text filled up
 * to whole PERSONAL_STEPs with its tag.
 */
enum {
	PERSONAL_EXT = 1,
	PERSONAL_STEP = 32,
	PERSONAL_OVERHEAD = 1 + 8 + 24 + 16
};

/* Bytes that TEXT_BYTES of text take when they are sealed. */
static inline size_t
personal_sealed_bytes(size_t text_bytes)
{
	return PERSONAL_OVERHEAD +
	       (text_bytes / PERSONAL_STEP + 1) * PERSONAL_STEP;
}

#endif
