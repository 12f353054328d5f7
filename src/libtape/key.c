#include "key.h"

#include <string.h>

/* AMF 0: a string, a number, null, a string follow each other. */
enum { NUMBER_BYTES = 9, NULL_BYTES = 1, STRING_HEAD = 3, STRING = 2 };

bool
key_find(struct str p, struct str *key)
{
	static const char publish[] = "\x02\x00\x07publish";
	const size_t n = sizeof(publish) - 1;
	const char *at = memmem(p.p, p.len, publish, n);
	size_t left, len;

	if (at == NULL)
		return false;
	at += n + NUMBER_BYTES + NULL_BYTES;
	if (at > p.p + p.len)
		return false;
	left = (size_t)(p.p + p.len - at);
	if (left < STRING_HEAD || at[0] != STRING)
		return false;
	len = (size_t)((unsigned char)at[1] << 8 | (unsigned char)at[2]);
	if (left - STRING_HEAD < len)
		return false;
	*key = (struct str){at + STRING_HEAD, len};
	at = memchr(key->p, '?', len);
	if (at != NULL)
		key->len = (size_t)(at - key->p);
	return key->len > 0;
}

void
key_replace(char *p, size_t n, struct str what, struct str with)
{
	char *end = p + n;

	if (what.len == 0 || with.len == 0)
		return;
	while ((p = memmem(p, (size_t)(end - p), what.p, what.len)) != NULL)
		for (size_t i = 0; i < what.len; i++)
			*p++ = with.p[i % with.len];
}

size_t
key_tail(struct str p, struct str key)
{
	size_t n = key.len > 0 ? key.len - 1 : 0;

	if (n > p.len)
		n = p.len;
	while (n > 0 && memcmp(p.p + p.len - n, key.p, n) != 0)
		n--;
	return n;
}
