#ifndef CAT_PRINT_H
#define CAT_PRINT_H

#include "event.h"

#include <stdio.h>

/* Events onto a stream, as msgpack or as lines of JSON. */
struct print;

/* OUT is borrowed.  NULL with errno ENOMEM. */
struct print *print_open(FILE *out, bool json);
void print_close(struct print *p);

/* Write E, whose encoded bytes are RAW.  0, or -1 with errno. */
int print_event(struct print *p, const struct event *e, struct str raw);

#endif
