#ifndef EVENT_H
#define EVENT_H

#include "buf.h"
#include "schema.h"
#include "str.h"
#include "types.h"

#include <stdbool.h>
#include <stdint.h>

/* Limits of what weir-logd accepts, in bytes. */
enum {
	EVENT_MAX_ID = 64,
	EVENT_MAX_SOURCE = 128,
	EVENT_MAX_SUBJECT = 255,
	EVENT_MAX_TRACEPARENT = 64,
	EVENT_MAX_DATA_VERSION = 65535,
	EVENT_MAX_DATA = 1024 * 1024 + 4096, /* a field of 1 MiB and its map */
	EVENT_MAX = EVENT_MAX_DATA + 4096    /* the whole encoded event */
};

/* In expect: the producer does not say. */
#define EVENT_ANY UINT64_MAX

/*
 * The envelope, with the attributes of CloudEvents 1.0.  The strings lie in
 * the bytes that were decoded, or belong to whoever fills the struct in.
 */
struct event {
	uint64_t seq;     /* position in the log from 1; 0: not logged yet */
	uint64_t version; /* n-th event of its subject from 1; 0 as above */
	uint64_t time_us; /* since the epoch */
	uint64_t expect;  /* of a request: the subject's version as seen */
	struct str id, source, subject;
	unsigned data_version;  /* of the type's schema; 0 means 1, too */
	struct str traceparent; /* W3C Trace Context, or empty */
	struct str type_name;   /* may be one this program does not know */
	enum event_type type;   /* EVENT_NONE when it is */
	struct str data;        /* one msgpack map */
};

/*
 * Encoded, an event is one msgpack map with the struct's names as keys (see
 * docs/log.md); on pipes events follow each other without a separator.
 *
 * Append E to B in that form.  0, or -1 with errno EMSGSIZE or ENOMEM and B
 * as it was.
 */
int event_encode(const struct event *e, struct buf *b);

/*
 * Decode exactly LEN bytes at P into *E.  0, or -1 with errno EBADMSG and
 * *WHY a sentence's end for people ("subject is longer than 255 bytes").
 * Keys that are not known are passed over; the data is not looked into.
 */
int event_decode(struct event *e, const void *p, size_t len, const char **why);

/*
 * The type's name in the LEN bytes at P of an event, which are not looked at
 * beyond it; empty when there is none.  For whoever passes over most events.
 */
struct str event_peek_type(const void *p, size_t len);

/*
 * Begin an event of TYPE from SOURCE about SUBJECT: id new into ID, time
 * now, data of the newest version, the rest empty.  0, or -1 with errno.
 */
int event_begin(struct event *e, enum event_type type, const char *source,
    struct str subject, char id[]);

/*
 * Check E against its schema: a known type, of a version not newer than
 * known, each field one of that version, of its type, within its limit, once,
 * none missing.  0, or -1 with errno EBADMSG and WHY, of CAP bytes, telling.
 */
int event_validate(const struct event *e, char *why, size_t cap);

/*
 * Between an event's data and its struct (see types.h): *OUT and IN are of
 * the struct that TYPE names.  Decoding makes data of an old version new (see
 * events.h), passes over fields it does not know and refuses what does not
 * fit; strings lie in E's data.  0, or -1 with errno EBADMSG (decode),
 * EMSGSIZE or ENOMEM (encode).
 */
int event_get(const struct event *e, enum event_type type, void *out);
int event_put(enum event_type type, const void *in, struct buf *b);

/*
 * The same with the types checked:
 *	struct SegmentReady s;
 *	if (EVENT_GET(&e, SegmentReady, &s) == -1) ...
 */
#define EVENT_GET(e, name, out)                                                \
	event_get(e, EVENT_##name, (struct name *){(out)})
#define EVENT_PUT(name, in, b)                                                 \
	event_put(EVENT_##name, (const struct name *){(in)}, b)

/*
 * For who reads data by its field names: *OUT is E with data of the newest
 * version, which lies in B (emptied first) when E's is older.  A type that is
 * not known, or a version newer than known, is as new as it gets.  0, or -1
 * with errno as event_get() and event_put().
 */
int event_renew(const struct event *e, struct event *out, struct buf *b);

/* The name of a personal field of E that says its text to everybody, or NULL:
 * as it is in what a producer says, and must not be in the log. */
const char *event_unsealed(const struct event *e);

/*
 * E's subject is one of the N at PATTERN, of which one that ends in '*' stands
 * for every subject that begins so.  With N 0 any is.
 */
bool event_about(const struct event *e, const char *const *pattern, size_t n);

#endif
