#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "bus.h"
#include "log.h"

/* The log to read and the bus to append through, for one of an operator's
 * commands. */
struct session {
	struct log *log; /* NULL: there is none yet */
	struct log_reader *reader;
	struct bus_client *bus;
	const char *source; /* the program, in what it says */
};

/* For the program SOURCE.  0, or an exit code after reporting why not. */
int session_open(struct session *s, const char *source);
void session_close(struct session *s);

/*
 * The last event of SUBJECT into *E, valid until the next call.  1, 0 when
 * there is none, or -1 after reporting why.
 */
int session_last(struct session *s, struct str subject, struct event *e);

/*
 * Append the event of TYPE about SUBJECT with DATA (see event_put), whose
 * subject is at version EXPECT (EVENT_ANY: whatever).  0, or an exit code
 * after reporting why not; *CONFLICT, if given, is told instead of reported.
 */
int session_append(struct session *s, enum event_type type, struct str subject,
    const void *data, uint64_t expect, bool *conflict);

#endif
