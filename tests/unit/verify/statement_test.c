#include "statement.h"
#include "tap.h"
#include "tmp.h"

#include <errno.h>
#include <string.h>

static struct key_secret secret;
static struct key_public public;

static void
make_keys(void)
{
	char dir[64], path[80], pub[96];

	(void)tmp_make(dir);
	(void)snprintf(path, sizeof(path), "%s/key", dir);
	(void)snprintf(pub, sizeof(pub), "%s.pub", path);
	OK(key_make(path) == 0);
	OK(key_make(path) == -1 && errno == EEXIST);
	OK(key_load_secret(&secret, path) == 0);
	OK(key_load_public(&public, pub) == 0);
	OK(key_load_public(&public, path) == -1 && errno == EBADMSG);
	OK(key_load_secret(&secret, pub) == -1 && errno == EPERM);
	OK(key_load_secret(&secret, path) == 0);
	OK(key_load_public(&public, pub) == 0);
	tmp_remove(dir);
}

static struct statement
statement(size_t points)
{
	struct statement s = {.time_us = 1700000000000001, .removed = 12};

	for (size_t i = 0; i < points; i++) {
		s.point[i].seq = 100 * i + 7;
		memset(s.point[i].digest, (int)i, BLOCK_DIGEST_BYTES);
	}
	s.points = points;
	return s;
}

static bool
same(const struct statement *a, const struct statement *b)
{
	return a->time_us == b->time_us && a->removed == b->removed &&
	       a->points == b->points &&
	       memcmp(a->point, b->point, a->points * sizeof(a->point[0])) == 0;
}

static void
test_round(size_t points)
{
	struct statement s = statement(points), read;
	const char *why = NULL;
	unsigned taken = 0;
	struct str text;
	struct buf b;

	buf_init(&b, STATEMENT_MAX_BYTES);
	OK(statement_sign(&s, &secret, &b) == 0);
	text = buf_str(&b);
	OK(statement_read(&read, &public, text, &why) == 0 && same(&s, &read));
	/* No other text is this one: not a byte more, less or different. */
	for (size_t i = 0; i < b.len; i++) {
		b.p[i] ^= 1;
		taken += statement_read(&read, &public, text, &why) == 0;
		b.p[i] ^= 1;
		taken += statement_read(&read, &public, (struct str){text.p, i},
			     &why) == 0;
	}
	OK(taken == 0 && why != NULL);
	OK(buf_puts(&b, "\n") == 0);
	OK(statement_read(&read, &public, buf_str(&b), &why) == -1);
	buf_fini(&b);
}

/* What is signed and yet makes no sense. */
static void
test_refused(void)
{
	struct statement s = statement(3), read;
	const char *why = NULL;
	struct buf b;

	buf_init(&b, STATEMENT_MAX_BYTES);
	s.point[2].seq = s.point[1].seq;
	OK(statement_sign(&s, &secret, &b) == 0);
	OK(statement_read(&read, &public, buf_str(&b), &why) == -1 &&
	    errno == EBADMSG && strstr(why, "no statement") != NULL);
	buf_reset(&b);
	s = statement(0);
	OK(statement_sign(&s, &secret, &b) == 0);
	OK(statement_read(&read, &public, buf_str(&b), &why) == -1);
	OK(statement_read(&read, &public, STR(""), &why) == -1);
	buf_fini(&b);
}

int
main(void)
{
	make_keys();
	test_round(1);
	test_round(STATEMENT_POINTS);
	test_refused();
	return tap_done();
}
