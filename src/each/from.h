#ifndef EACH_FROM_H
#define EACH_FROM_H

#include "log.h"

#include <stdint.h>

/* Where a new name begins. */
struct from {
	enum { FROM_SEQ, FROM_NOW, FROM_TIME } kind;
	uint64_t seq;     /* the first event to give; 0 as 1 */
	uint64_t time_us; /* the first one that is not older */
};

/* "now", a seq or RFC 3339.  0, or -1 with errno EINVAL. */
int from_parse(struct from *f, const char *text);

/*
 * The seq before the first one to give, in *POSITION; L NULL: there is no
 * log yet.  0, or -1 with errno.
 */
int from_find(const struct from *f, struct log *l, uint64_t *position);

#endif
