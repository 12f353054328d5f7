#include "amf.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

static void
reads_what_is_written(void)
{
	struct str key;
	struct buf b;
	struct amf a;

	buf_init(&b, 4096);
	amf_put_string(&b, STR("connect"));
	amf_put_number(&b, 1.5);
	amf_put_object(&b);
	amf_put_key(&b, STR("app"));
	amf_put_string(&b, STR("live"));
	amf_put_key(&b, STR("yes"));
	amf_put_boolean(&b, true);
	amf_put_end(&b);
	amf_put_null(&b);
	OK(!b.failed);

	amf_init(&a, b.p, b.len);
	OK(amf_peek(&a) == AMF_STRING);
	OK(str_eqz(amf_string(&a), "connect"));
	OK(amf_number(&a) == 1.5);
	amf_object(&a);
	OK(amf_key(&a, &key) && str_eqz(key, "app"));
	OK(str_eqz(amf_string(&a), "live"));
	OK(amf_key(&a, &key) && str_eqz(key, "yes"));
	OK(amf_boolean(&a));
	OK(!amf_key(&a, &key));
	OK(amf_peek(&a) == AMF_NULL);
	amf_skip(&a);
	OK(amf_peek(&a) == AMF_NONE && !a.bad);
	OK(amf_number(&a) == 0 && a.bad);
	buf_fini(&b);
}

/* Every type, each followed by a number that must still be found. */
static void
skips_every_type(void)
{
	static const struct {
		size_t len;
		uint8_t p[24];
	} v[] = {
	    {9, {0, 1, 2, 3, 4, 5, 6, 7, 8}},
	    {2, {1, 1}},
	    {5, {2, 0, 2, 'h', 'i'}},
	    {4, {3, 0, 0, 9}},
	    {8, {3, 0, 1, 'k', 5, 0, 0, 9}},
	    {1, {5}},
	    {1, {6}},
	    {3, {7, 0, 1}},
	    {12, {8, 0, 0, 0, 9, 0, 1, 'k', 6, 0, 0, 9}},
	    {8, {10, 0, 0, 0, 3, 5, 5, 5}},
	    {5, {10, 0, 0, 0, 0}},
	    {11, {11}},
	    {7, {12, 0, 0, 0, 2, 'h', 'i'}},
	    {1, {13}},
	    {6, {15, 0, 0, 0, 1, 'x'}},
	    {7, {16, 0, 1, 'C', 0, 0, 9}},
	    {20, {10, 0, 0, 0, 2, 3, 0, 1, 'k', 10, 0, 0, 0, 1, 5, 0, 0, 9, 1,
		     1}},
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		uint8_t p[64];
		struct amf a;

		memcpy(p, v[i].p, v[i].len);
		p[v[i].len] = AMF_NULL;
		amf_init(&a, p, v[i].len + 1);
		amf_skip(&a);
		OK(!a.bad && amf_peek(&a) == AMF_NULL && a.p == p + v[i].len);
		/* One byte fewer is noticed, wherever the value ends. */
		amf_init(&a, p, v[i].len - 1);
		amf_skip(&a);
		OK(a.bad);
	}
}

static void
bounds_depth(void)
{
	enum { DEEP = 100000 };
	uint8_t *p = malloc(DEEP * 5);
	struct amf a;

	if (p == NULL)
		exit(1);
	for (size_t i = 0; i < DEEP; i++)
		memcpy(p + i * 5, "\x0a\0\0\0\1", 5);
	amf_init(&a, p, DEEP * 5);
	amf_skip(&a);
	OK(a.bad);
	for (size_t i = 0; i < DEEP; i++)
		memcpy(p + i * 4, "\x03\0\1k", 4);
	amf_init(&a, p, DEEP * 4);
	amf_skip(&a);
	OK(a.bad);
	/* An array that claims more than there is ends where the bytes do. */
	memcpy(p, "\x0a\xff\xff\xff\xff\5\5\5", 8);
	amf_init(&a, p, 8);
	amf_skip(&a);
	OK(a.bad);
	free(p);
}

int
main(void)
{
	reads_what_is_written();
	skips_every_type();
	bounds_depth();
	return tap_done();
}
