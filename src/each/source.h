#ifndef EACH_SOURCE_H
#define EACH_SOURCE_H

#include "log.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* The log, which may not be there yet.  Embedded. */
struct source {
	char dir[PATH_MAX];
	struct log *log; /* NULL: there is none yet */
	struct log_reader *reader, *other;
	uint64_t after;   /* events behind this seq are read */
	bool end;         /* the last call met the end of the log */
	uint64_t damaged; /* blocks that were passed over */
};

/* Open it, if it is there.  0, or -1 after reporting. */
int source_init(struct source *s);
void source_fini(struct source *s);

/* Read events behind the seq AFTER. */
void source_start(struct source *s, uint64_t after);

/*
 * The next event and its encoded bytes, valid until the next call: 1; 0
 * when there is none yet; -1 after reporting.  A damaged block is reported
 * and passed over.
 */
int source_next(struct source *s, struct event *e, struct str *raw);

/* The encoded bytes of the event SEQ: 1, 0 when it cannot be read, or -1. */
int source_at(struct source *s, uint64_t seq, struct str *raw);

#endif
