#include "range.h"

#include <stdbool.h>
#include <stddef.h>
#include <strings.h>

static void
skip_blanks(struct str *s)
{
	while (s->len > 0 && (s->p[0] == ' ' || s->p[0] == '\t'))
		s->p++, s->len--;
}

/* Digits at the head of S; what does not fit 63 bits is as good as 2^63. */
static bool
take_number(struct str *s, uint64_t *out)
{
	uint64_t n = 0;
	size_t digits = 0;

	while (s->len > 0 && s->p[0] >= '0' && s->p[0] <= '9') {
		if (n > INT64_MAX / 10 - 1)
			n = INT64_MAX;
		else
			n = n * 10 + (uint64_t)(s->p[0] - '0');
		s->p++, s->len--, digits++;
	}
	*out = n;
	return digits > 0;
}

static bool
take(struct str *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	s->p++, s->len--;
	return true;
}

/* One range-spec; *OUT is left alone when nothing of SIZE is in it. */
static bool
take_spec(struct str *s, uint64_t size, struct range *out)
{
	uint64_t first, last = INT64_MAX;
	bool has_first = take_number(s, &first), has_last;

	if (!take(s, '-'))
		return false;
	has_last = take_number(s, &last);
	if (!has_first) {
		if (!has_last)
			return false;
		if (last == 0 || size == 0)
			return true;
		*out = (struct range){
		    RANGE_PART, last < size ? size - last : 0, size - 1};
		return true;
	}
	if (!has_last)
		last = INT64_MAX;
	if (last < first)
		return false;
	if (first < size)
		*out = (struct range){
		    RANGE_PART, first, last < size ? last : size - 1};
	return true;
}

struct range
range_parse(struct str value, uint64_t size)
{
	const struct range whole = {.kind = RANGE_WHOLE};
	struct range r = {.kind = RANGE_BEYOND};
	size_t specs = 0;

	if (value.len < 6 || strncasecmp(value.p, "bytes=", 6) != 0)
		return whole;
	value.p += 6;
	value.len -= 6;
	do {
		skip_blanks(&value);
		if (++specs > RANGE_MAX)
			return (struct range){.kind = RANGE_BEYOND};
		if (!take_spec(&value, size, &r))
			return whole;
		skip_blanks(&value);
	} while (take(&value, ','));
	if (value.len > 0 || (specs > 1 && r.kind == RANGE_PART))
		return whole;
	return r;
}

struct range
range_growing(struct str value)
{
	struct range r = {.kind = RANGE_WHOLE}, found = {.kind = RANGE_PART};

	if (value.len < 6 || strncasecmp(value.p, "bytes=", 6) != 0)
		return r;
	value.p += 6;
	value.len -= 6;
	skip_blanks(&value);
	if (!take_number(&value, &found.first) || !take(&value, '-'))
		return r;
	if (!take_number(&value, &found.last))
		found.last = UINT64_MAX;
	skip_blanks(&value);
	return value.len == 0 && found.last >= found.first ? found : r;
}
