#include "str.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

struct str
str_from(const char *s)
{
	return (struct str){s, s == NULL ? 0 : strlen(s)};
}

bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool
str_eqz(struct str a, const char *b)
{
	return str_eq(a, str_from(b));
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(s.p, prefix.p, prefix.len) == 0);
}

/* Bytes of the sequence at P that ends by END, or 0 when it is none. */
static size_t
utf8_sequence(const uint8_t *p, const uint8_t *end)
{
	uint32_t cp, least;
	size_t n;

	if (*p < 0x80)
		return *p != 0;
	if ((*p & 0xe0) == 0xc0)
		n = 2, cp = *p & 0x1fU, least = 0x80;
	else if ((*p & 0xf0) == 0xe0)
		n = 3, cp = *p & 0x0fU, least = 0x800;
	else if ((*p & 0xf8) == 0xf0)
		n = 4, cp = *p & 0x07U, least = 0x10000;
	else
		return 0;
	if ((size_t)(end - p) < n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (p[i] & 0x3fU);
	}
	if (cp < least || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	return n;
}

/* Eight bytes of ASCII, none of them NUL. */
static bool
plain(const uint8_t *p)
{
	const uint64_t high = 0x8080808080808080, ones = 0x0101010101010101;
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return ((v | (v - ones)) & high) == 0;
}

bool
str_utf8(struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p, *end = p + s.len;

	while (p < end) {
		size_t n;

		if (end - p >= 8 && plain(p))
			n = 8;
		else if ((n = utf8_sequence(p, end)) == 0)
			return false;
		p += n;
	}
	return true;
}

bool
str_graphic(struct str s)
{
	const uint64_t high = 0x8080808080808080, ones = 0x0101010101010101;
	size_t i = 0;

	/* Eight at a time: adding 0x5f carries into the high bit from '!' on,
	 * adding 1 for DEL alone. */
	for (uint64_t v; i + sizeof(v) <= s.len; i += sizeof(v)) {
		memcpy(&v, s.p + i, sizeof(v));
		if (((v | (v + ones)) & high) != 0 ||
		    ((v + 0x5f * ones) & high) != high)
			return false;
	}
	for (; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	return true;
}

bool
str_slug(struct str s, size_t max)
{
	if (s.len == 0 || s.len > max || s.p[0] == '-' || s.p[0] == '_')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '_')
			return false;
	}
	return true;
}

int
str_copy(char *dst, size_t cap, struct str s)
{
	dst[0] = '\0';
	if (s.len >= cap) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (s.len > 0)
		memcpy(dst, s.p, s.len);
	dst[s.len] = '\0';
	return 0;
}
