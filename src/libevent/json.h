#ifndef EVENT_JSON_H
#define EVENT_JSON_H

#include "event.h"

/*
 * Events as JSON: CloudEvents 1.0 in structured mode, one object a line,
 * with seq, version, expect and dataversion as extension attributes.  In data
 * a BIN is text of lower-case hexadecimal digits.  A personal field that is
 * sealed or gone is null.
 */

/*
 * Append E, with its data in the newest version, as one line without the
 * newline.  0, or -1 with errno.
 */
int event_to_json(const struct event *e, struct buf *b);

/*
 * Read one line of at most EVENT_MAX_JSON bytes: an event as above, of
 * which only type, subject and data must be there; without dataversion its
 * data is of version 1.  What a producer fills
 * in is left for it when absent: id and source empty, time 0.  seq and
 * version are passed over: the log gives new ones.  E's strings lie in
 * KEEP, which is emptied first.  0, or -1 with errno EBADMSG (or ENOMEM) and
 * WHY, of CAP bytes, telling.
 */
enum { EVENT_MAX_JSON = 2 * EVENT_MAX };
int event_from_json(
    struct event *e, struct str line, struct buf *keep, char *why, size_t cap);

/* Append the JSON Schema (2020-12) of every event. */
int event_json_schema(struct buf *b);

/* Append the tables as a page of Markdown. */
int event_markdown(struct buf *b);

#endif
