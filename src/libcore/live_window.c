#include "live_window.h"

#include "amount.h"
#include "num.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const uint64_t min_us = UINT64_C(3000000);
static const uint64_t max_us = UINT64_C(30) * 86400 * 1000000;

/* S into *US, whatever its size. */
static int
parse(const char *s, uint64_t *us)
{
	size_t len = strlen(s);
	char text[32];

	if (num_parse(s, 0, UINT64_MAX / 1000000, us) == 0) {
		*us *= 1000000;
		return 0;
	}
	/* Whoever writes for viewers means minutes, not metres or months. */
	if (len > 1 && len < sizeof(text) - 2 && s[len - 1] == 'm') {
		(void)snprintf(text, sizeof(text), "%sin", s);
		s = text;
	}
	return amount_parse_us(s, us);
}

int
live_window_parse(const char *s, uint64_t *us)
{
	uint64_t n;

	if (strcmp(s, "all") == 0) {
		*us = 0;
		return 0;
	}
	if (parse(s, &n) == 0 && n >= min_us && n <= max_us) {
		*us = n;
		return 0;
	}
	errno = EINVAL;
	return -1;
}
