#include "amount.h"
#include "num.h"
#include "str.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t of;
};

/* The number that S begins with, in that of UNITS whose name is the rest. */
static int
parse(const char *s, const struct unit *units, size_t n, uint64_t *out)
{
	size_t digits = strspn(s, "0123456789");
	char number[24];
	uint64_t v;

	if (str_copy(number, sizeof(number), (struct str){s, digits}) == -1) {
		errno = ERANGE;
		return -1;
	}
	if (num_parse(number, 0, UINT64_MAX, &v) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(s + digits, units[i].name) != 0)
			continue;
		if (__builtin_mul_overflow(v, units[i].of, &v)) {
			errno = ERANGE;
			return -1;
		}
		*out = v;
		return 0;
	}
	errno = EINVAL;
	return -1;
}

int
amount_parse_bytes(const char *s, uint64_t *bytes)
{
	static const struct unit units[] = {
	    {"", 1},
	    {"K", UINT64_C(1) << 10},
	    {"M", UINT64_C(1) << 20},
	    {"G", UINT64_C(1) << 30},
	    {"T", UINT64_C(1) << 40},
	};

	return parse(s, units, sizeof(units) / sizeof(units[0]), bytes);
}

int
amount_parse_us(const char *s, uint64_t *us)
{
	static const struct unit units[] = {
	    {"s", UINT64_C(1000000)},
	    {"min", UINT64_C(60000000)},
	    {"h", UINT64_C(3600000000)},
	    {"d", UINT64_C(86400000000)},
	    {"w", UINT64_C(604800000000)},
	};

	return parse(s, units, sizeof(units) / sizeof(units[0]), us);
}

void
amount_bytes(char dst[AMOUNT_SIZE], uint64_t bytes)
{
	static const char *const unit[] = {"KiB", "MiB", "GiB", "TiB"};
	double v = (double)bytes / 1024;
	size_t i = 0;

	if (bytes < 1024) {
		(void)snprintf(dst, AMOUNT_SIZE, "%" PRIu64 " B", bytes);
		return;
	}
	/* 1023.96 KiB would be written as 1024.0. */
	for (; v >= 1023.95 && i + 1 < sizeof(unit) / sizeof(unit[0]); i++)
		v /= 1024;
	(void)snprintf(dst, AMOUNT_SIZE, "%.1f %s", v, unit[i]);
}
