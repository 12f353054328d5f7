#include "keydir.h"
#include "keyfile.h"
#include "keyring.h"
#include "tap.h"
#include "tmp.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static bool
same(const struct key *a, const struct key *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0 &&
	       memcmp(a->mark, b->mark, sizeof(a->mark)) == 0;
}

static void
path_of(char path[256], const char *dir, struct str subject)
{
	char name[KEYFILE_NAME_SIZE];

	keyfile_name(name, subject);
	(void)snprintf(path, 256, "%s/%s", dir, name);
}

/* Put N bytes at P over the key of SUBJECT. */
static void
spoil(const char *dir, struct str subject, const void *p, size_t n)
{
	char path[256];
	int fd;

	path_of(path, dir, subject);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	OK(fd != -1 && write(fd, p, n) == (ssize_t)n);
	(void)close(fd);
}

static void
test_life(const char *dir)
{
	struct keyring *w = keyring_open_writer(dir), *r = keyring_open(dir);
	const struct str ada = STR("user/ada"), bob = STR("user/bob");
	struct key a, b, seen;
	char path[256];
	struct stat st;

	OK(w != NULL && r != NULL);
	OK(stat(dir, &st) == 0 && (st.st_mode & 0777) == 0700);
	OK(keyring_find(w, ada, &a) == 0 && keyring_find(r, ada, &a) == 0);
	OK(keyring_make(w, ada, &a) == 0 && keyring_make(w, bob, &b) == 0);
	OK(!same(&a, &b));
	/* Nobody else finds what is not certain to stay. */
	OK(keyring_find(w, ada, &seen) == 1 && same(&seen, &a));
	OK(keyring_find(r, ada, &seen) == 0);
	OK(keyring_sync(w) == 0);
	path_of(path, dir, ada);
	OK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600 &&
	    st.st_size == KEYFILE_BYTES);
	OK(keyring_find(w, ada, &seen) == 1 && same(&seen, &a));
	OK(keyring_find(r, ada, &seen) == 1 && same(&seen, &a));
	OK(keyring_find(r, STR("user/ad"), &seen) == 0);

	/* Destroyed, it is found by nobody, however it was used before. */
	OK(keyring_destroy(w, ada) == 1 && stat(path, &st) == -1);
	OK(keyring_find(w, ada, &seen) == 0 &&
	    keyring_find(r, ada, &seen) == 0);
	OK(keyring_destroy(w, ada) == 0);
	OK(keyring_find(w, bob, &seen) == 1 && same(&seen, &b));
	/* So is one that was only just made. */
	OK(keyring_make(w, ada, &seen) == 0);
	OK(keyring_destroy(w, ada) == 1 && keyring_find(w, ada, &seen) == 0);
	/* One that comes again is another. */
	OK(keyring_make(w, ada, &seen) == 0 && !same(&seen, &a));
	OK(keyring_sync(w) == 0);
	keyring_close(w);
	keyring_close(r);

	OK((w = keyring_open_writer(dir)) != NULL);
	OK(keyring_find(w, bob, &seen) == 1 && same(&seen, &b));
	keyring_close(w);
}

/* More than are kept in memory, and each is its own. */
static void
test_many(const char *dir)
{
	enum { MANY = 600 };
	struct keyring *w = keyring_open_writer(dir);
	static struct key key[MANY];
	int wrong = 0;

	OK(w != NULL);
	for (int i = 0; i < MANY; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "many/%d", i);
		wrong += keyring_make(w, str_from(name), &key[i]) != 0;
	}
	for (int i = 0; i < 2 * MANY; i++) {
		struct key seen;
		char name[32];

		(void)snprintf(name, sizeof(name), "many/%d", i % MANY);
		wrong += keyring_find(w, str_from(name), &seen) != 1 ||
			 !same(&seen, &key[i % MANY]);
	}
	OK(wrong == 0);
	OK(keyring_sync(w) == 0 && keyring_sync(w) == 0);
	keyring_close(w);
}

/* What power cuts and accidents leave. */
static void
test_damage(const char *dir)
{
	static const uint8_t zeros[KEYFILE_BYTES];
	const struct str eve = STR("user/eve");
	struct keyring *w = keyring_open_writer(dir), *r = keyring_open(dir);
	uint8_t bytes[KEYFILE_BYTES] = "WKY1";
	struct key key, seen;
	char path[256];

	OK(keyring_make(w, eve, &key) == 0 && keyring_sync(w) == 0);
	spoil(dir, eve, bytes, sizeof(bytes));
	OK(keyring_find(r, eve, &seen) == -1 && errno == EKEYREJECTED);
	spoil(dir, eve, bytes, 3);
	OK(keyring_find(r, eve, &seen) == -1 && errno == EKEYREJECTED);
	/* As a file system may leave what was overwritten. */
	spoil(dir, eve, "", 0);
	OK(keyring_find(r, eve, &seen) == 0);
	/* Overwritten, but not unlinked before the end. */
	spoil(dir, eve, zeros, sizeof(zeros));
	OK(keyring_find(r, eve, &seen) == 0);
	keyring_close(w);
	w = keyring_open_writer(dir);
	OK(keyring_find(w, eve, &seen) == 0);
	OK(keyring_make(w, eve, &seen) == 0 && !same(&seen, &key));
	OK(keyring_sync(w) == 0);
	OK(keyring_find(r, eve, &key) == 1 && same(&seen, &key));
	/* A link leads to no key. */
	path_of(path, dir, eve);
	OK(unlink(path) == 0 && symlink("/dev/zero", path) == 0);
	OK(keyring_find(r, eve, &seen) == -1);
	OK(unlink(path) == 0);
	keyring_close(w);
	keyring_close(r);
}

static void
test_doors(const char *dir)
{
	struct keyring *k;
	struct stat st;
	struct key key;

	OK(chmod(dir, 0755) == 0);
	OK((k = keyring_open_writer(dir)) != NULL);
	OK(stat(dir, &st) == 0 && (st.st_mode & 0777) == 0700);
	keyring_close(k);
	OK((k = keyring_open("/nowhere/keys")) != NULL);
	OK(keyring_find(k, STR("user/ada"), &key) == 0);
	keyring_close(k);
	errno = 0;
	OK(keyring_open_writer("/proc/none") == NULL && errno != 0);
}

static void
test_mirror(const char *dir)
{
	char from[80], to[80];
	struct keydir_report r;
	struct keyring *w, *copy;
	struct key a, b, seen;
	struct stat st;

	(void)snprintf(from, sizeof(from), "%s/from", dir);
	(void)snprintf(to, sizeof(to), "%s/to", dir);
	OK(keydir_mirror(from, to, &r) == -1 && errno == ENOENT);
	w = keyring_open_writer(from);
	OK(keyring_make(w, STR("a"), &a) == 0);
	OK(keyring_make(w, STR("b"), &b) == 0);
	OK(keyring_sync(w) == 0);
	OK(keydir_mirror(from, to, &r) == 0);
	OK(r.keys == 2 && r.added == 2 && r.destroyed == 0);
	OK(stat(to, &st) == 0 && (st.st_mode & 0777) == 0700);
	OK(keydir_mirror(from, to, &r) == 0);
	OK(r.keys == 2 && r.added == 0 && r.destroyed == 0);
	/* Forgotten, made anew, damaged: the copy is as the keys are now. */
	OK(keyring_destroy(w, STR("a")) == 1);
	OK(keyring_destroy(w, STR("b")) == 1);
	OK(keyring_make(w, STR("b"), &b) == 0 && keyring_sync(w) == 0);
	OK(keydir_mirror(from, to, &r) == 0);
	OK(r.keys == 1 && r.added == 1 && r.destroyed == 1);
	spoil(to, STR("b"), "x", 1);
	OK(keydir_mirror(from, to, &r) == 0 && r.added == 1);
	copy = keyring_open(to);
	OK(keyring_find(copy, STR("a"), &seen) == 0);
	OK(keyring_find(copy, STR("b"), &seen) == 1 && same(&seen, &b));
	keyring_close(copy);
	keyring_close(w);
}

int
main(void)
{
	char dir[64], keys[80];

	tmp_make(dir);
	(void)snprintf(keys, sizeof(keys), "%s/keys", dir);
	test_life(keys);
	test_many(keys);
	test_damage(keys);
	test_doors(keys);
	test_mirror(dir);
	tmp_remove(dir);
	return tap_done();
}
