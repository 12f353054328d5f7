#ifndef EDGED_BEARER_H
#define EDGED_BEARER_H

#include "answer.h"

/*
 * True when X's request bears a token (RFC 6750) for ROLE; else it has been
 * answered, with 401 or 403 and an error in JSON.
 */
bool bearer_has(struct site *site, struct exchange *x, const char *role);

#endif
