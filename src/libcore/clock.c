#include "clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static uint64_t
now_us(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

uint64_t
clock_real_us(void)
{
	return now_us(CLOCK_REALTIME);
}

uint64_t
clock_mono_us(void)
{
	return now_us(CLOCK_MONOTONIC);
}

void
clock_rfc3339(uint64_t time_us, char dst[CLOCK_RFC3339_SIZE])
{
	time_t t = (time_t)(time_us / 1000000);
	struct tm tm;
	size_t n;

	/* Past the year 9999 RFC 3339 has no form; the last one stands in. */
	if (t > 253402300799)
		t = 253402300799;
	(void)gmtime_r(&t, &tm);
	n = strftime(dst, CLOCK_RFC3339_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(dst + n, CLOCK_RFC3339_SIZE - n, ".%06" PRIu64 "Z",
	    time_us % 1000000);
}

/* Exactly N digits at *S as a number; moves *S.  -1 when they are not. */
static int
digits(const char **s, int n)
{
	int v = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

static bool
literal(const char **s, const char *set)
{
	if (**s == '\0' || strchr(set, **s) == NULL)
		return false;
	(*s)++;
	return true;
}

int
clock_parse(const char *s, uint64_t *time_us)
{
	struct tm tm = {0};
	int64_t t, offset_s = 0;
	uint64_t us = 0;
	int sign, h, m;

	if ((tm.tm_year = digits(&s, 4) - 1900) < 70 || !literal(&s, "-") ||
	    (tm.tm_mon = digits(&s, 2) - 1) < 0 || tm.tm_mon > 11 ||
	    !literal(&s, "-") || (tm.tm_mday = digits(&s, 2)) < 1 ||
	    tm.tm_mday > 31 || !literal(&s, "Tt ") ||
	    (tm.tm_hour = digits(&s, 2)) < 0 || tm.tm_hour > 23 ||
	    !literal(&s, ":") || (tm.tm_min = digits(&s, 2)) < 0 ||
	    tm.tm_min > 59 || !literal(&s, ":") ||
	    (tm.tm_sec = digits(&s, 2)) < 0 || tm.tm_sec > 60)
		goto bad;
	if (literal(&s, ".")) {
		uint64_t unit = 100000;

		if (*s < '0' || *s > '9')
			goto bad;
		for (; *s >= '0' && *s <= '9'; s++, unit /= 10)
			us += (uint64_t)(*s - '0') * unit;
	}
	if (!literal(&s, "Zz")) {
		sign = *s == '-' ? -1 : 1;
		if (!literal(&s, "+-") || (h = digits(&s, 2)) < 0 || h > 23 ||
		    !literal(&s, ":") || (m = digits(&s, 2)) < 0 || m > 59)
			goto bad;
		offset_s = sign * (h * 3600 + m * 60);
	}
	if (*s != '\0' || (t = (int64_t)timegm(&tm) - offset_s) < 0)
		goto bad;
	*time_us = (uint64_t)t * 1000000 + us;
	return 0;
bad:
	errno = EINVAL;
	return -1;
}
