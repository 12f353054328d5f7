#include "length.h"
#include "num.h"
#include "str.h"

#include <errno.h>
#include <string.h>

int
length_parse(const char *s, int64_t *us)
{
	char digits[16];
	size_t n = strspn(s, "0123456789");
	const char *unit = s + n;
	uint64_t v, scale;

	if (strcmp(unit, "") != 0 && strcmp(unit, "s") != 0 &&
	    strcmp(unit, "ms") != 0) {
		errno = EINVAL;
		return -1;
	}
	scale = unit[0] == 'm' ? 1000 : 1000 * 1000;
	if (str_copy(digits, sizeof(digits), (struct str){s, n}) == -1 ||
	    num_parse(digits, 0, LENGTH_MAX_US / scale, &v) == -1)
		return -1;
	if (v != 0 && v * scale < LENGTH_MIN_US) {
		errno = ERANGE;
		return -1;
	}
	*us = (int64_t)(v * scale);
	return 0;
}
