#ifndef CORE_LIVE_WINDOW_H
#define CORE_LIVE_WINDOW_H

#include <stdint.h>

/* How far back a live playlist reaches, as people say it. */

#define LIVE_WINDOW_WANTED                                                     \
	"seconds (90), a time (90s, 10m, 2h) of at least 3 s, or 'all'"

/*
 * Parse all of S into *US: a number of seconds, 3 s to 30 days, also with s,
 * m, min, h or d behind it; or "all", which is 0.  0, or -1 with errno EINVAL.
 */
int live_window_parse(const char *s, uint64_t *us);

#endif
