#ifndef EDGED_SAY_H
#define EDGED_SAY_H

#include "event.h"

/*
 * What viewers have us say to the log, through weir-logd's door for that.  A
 * thread of its own has the bus; those that answer requests hand it an event
 * and wait for what became of it.
 */
struct say;

enum {
	SAY_MAX_WAITING = 8, /* threads; one more is told that it is too many */
	SAY_MAX_BYTES = 64 * 1024, /* of an event */
	SAY_WHY_SIZE = 257
};

enum say_end {
	SAY_STORED,   /* on disk; or it was there, under the same id */
	SAY_CONFLICT, /* the subject is at another version than was expected */
	SAY_REFUSED,  /* it never will be */
	SAY_AWAY,     /* no answer in time: it may be stored all the same */
	SAY_FULL      /* too many wait */
};

struct say_answer {
	enum say_end end;
	uint64_t version; /* of the subject: with this event, or the real one */
	bool again;       /* the id was stored before */
	char why[SAY_WHY_SIZE]; /* of SAY_REFUSED, for people */
};

/* NULL with errno. */
struct say *say_open(void);

/* Whoever waits is told SAY_AWAY. */
void say_close(struct say *s);

/*
 * Append E and wait for the answer until DEADLINE_MS passed.  0 with *OUT, or
 * -1 with errno (ENOMEM, EMSGSIZE).  For any thread.
 */
int say_append(struct say *s, const struct event *e, unsigned deadline_ms,
    struct say_answer *out);

#endif
