#ifndef APPEND_H
#define APPEND_H

#include "writer.h"

/* Stage the event of TYPE with the struct IN about SUBJECT.  0, or -1. */
static inline int
append(struct log_writer *w, enum event_type type, const void *in,
    const char *subject)
{
	struct log_place p;
	struct event e;
	struct buf b;
	char id[64];
	int rc = -1;

	buf_init(&b, EVENT_MAX);
	if (event_begin(&e, type, "test", str_from(subject), id) == 0 &&
	    event_put(type, in, &b) == 0) {
		e.data = buf_str(&b);
		rc = log_writer_add(w, &e, &p);
	}
	buf_fini(&b);
	return rc;
}

#endif
