#ifndef FORGET_H
#define FORGET_H

#include "str.h"

/*
 * Say on standard error what is known of SUBJECT and what forgetting it means,
 * and have it typed.  1, 0 when something else was typed, or -1 after
 * reporting why nobody can be asked.
 */
int forget_ask(struct str subject);

/*
 * Have weir-logd forget SUBJECT, for REASON if not NULL, and wait TIMEOUT_MS at
 * most until it says so.  An exit code.
 */
int forget(struct str subject, const char *reason, unsigned timeout_ms);

#endif
