#ifndef MEDIA_LENGTH_H
#define MEDIA_LENGTH_H

#include <stdint.h>

/* How long segments and parts may be asked to be. */
enum { LENGTH_MIN_US = 100 * 1000, LENGTH_MAX_US = 60 * 1000 * 1000 };

/*
 * Parse all of S, "1", "2s", "1500ms", or "0" for none, into *US.  0, or -1
 * with errno EINVAL or ERANGE.
 */
int length_parse(const char *s, int64_t *us);

#endif
