#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdint.h>

enum { CLOCK_RFC3339_SIZE = 32 };

/* Microseconds since 1970-01-01T00:00:00Z; may step. */
uint64_t clock_real_us(void);

/* Microseconds since some start; never steps.  For deadlines. */
uint64_t clock_mono_us(void);

/*
 * TIME_US as RFC 3339 in UTC with six decimals, for instance
 * "2026-11-20T12:52:46.000001Z", into DST.
 */
void clock_rfc3339(uint64_t time_us, char dst[CLOCK_RFC3339_SIZE]);

/*
 * Parse an RFC 3339 date-time (any offset, up to nine decimals, the
 * seventh and later dropped) into *TIME_US.  0, or -1 with errno EINVAL.
 */
int clock_parse(const char *s, uint64_t *time_us);

#endif
