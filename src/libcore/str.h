#ifndef CORE_STR_H
#define CORE_STR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * LEN bytes at P that somebody else owns; not NUL-terminated.  Text in it
 * is UTF-8.  {NULL, 0} is empty.
 */
struct str {
	const char *p;
	size_t len;
};

/* A string literal as a str. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})

/* For printf: "%.*s", STRF(s). */
#define STRF(s) (int)(s).len, (s).p

/* The bytes of the NUL-terminated S, without the NUL; NULL is empty. */
struct str str_from(const char *s);

bool str_eq(struct str a, struct str b);
bool str_eqz(struct str a, const char *b);
bool str_starts(struct str s, struct str prefix);

/* True when S is well-formed UTF-8 (RFC 3629) without NUL. */
bool str_utf8(struct str s);

/* True when S is of '!' to '~' alone: ASCII without controls and blanks. */
bool str_graphic(struct str s);

/*
 * True when S may be a name in a URL and in a file's path: 1 to MAX bytes
 * of a-z, 0-9, '-' and '_', beginning with a letter or a digit.
 */
bool str_slug(struct str s, size_t max);

/*
 * Copy S with a NUL into DST of CAP bytes.  0, or -1 with errno
 * ENAMETOOLONG and DST empty when it does not fit.
 */
int str_copy(char *dst, size_t cap, struct str s);

#endif
