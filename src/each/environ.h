#ifndef EACH_ENVIRON_H
#define EACH_ENVIRON_H

#include "event.h"

#include <stdint.h>

/*
 * The environment of a command: ours, without what is meant for us alone,
 * and WEIR_EVENT_* for one event.
 */
struct environ;

/*
 * A value longer than this is left out (execve(2) takes only so much); the
 * event on standard input has it.
 */
enum { ENVIRON_MAX_VALUE = 16 * 1024 };

/* ENV is borrowed.  NULL with errno ENOMEM. */
struct environ *environ_open(char *const env[]);
void environ_close(struct environ *v);

/*
 * The environment for the TRY-th try (from 1) of E, valid until the next
 * call.  NULL with errno.
 */
char *const *environ_make(
    struct environ *v, const struct event *e, uint64_t try);

#endif
