#ifndef CAT_PRINT_H
#define CAT_PRINT_H

#include "event.h"

#include <stdio.h>

/*
 * Events onto a stream, as msgpack, which is what is stored, or as lines of
 * JSON, in which personal fields are open as far as there are keys.
 */
struct print;

/* OUT is borrowed; the keys are in the directory KEYS.  NULL with errno. */
struct print *print_open(FILE *out, bool json, const char *keys);
void print_close(struct print *p);

/* Write E, whose encoded bytes are RAW.  0, or -1 with errno. */
int print_event(struct print *p, const struct event *e, struct str raw);

#endif
