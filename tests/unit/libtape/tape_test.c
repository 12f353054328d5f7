#include "key.h"
#include "tap.h"
#include "tape.h"
#include "tmp.h"

#include <errno.h>
#include <fcntl.h>

/* publish("secretsecret?a=1", "live"), with the name in two pieces at AT. */
static const char said[] =
    "\x02\x00\x07publish\x00\x40\x14\x00\x00\x00\x00\x00\x00\x05"
    "\x02\x00\x10secretsecret?a=1\x02\x00\x04live";

static void
finding(void)
{
	struct str all = {said, sizeof(said) - 1}, key;

	OK(key_find(all, &key) && str_eqz(key, "secretsecret"));
	for (size_t n = 0; n < all.len - 7; n++)
		OK(!key_find((struct str){said, n}, &key));
	OK(!key_find(STR("\x02\x00\x07publish"), &key));
	OK(key_tail(STR("abcsec"), STR("secret")) == 3);
	OK(key_tail(STR("secret"), STR("secret")) == 0);
	OK(key_tail(STR(""), STR("secret")) == 0);
	OK(key_tail(STR("abc"), STR("")) == 0);
}

/* Write SAID and, later, the key again, in pieces of N octets; read it. */
static void
pieces(const char *dir, size_t n, bool keep)
{
	static const char more[] = "media secretsecret media";
	char all[256], path[128], got[256];
	size_t len = sizeof(said) - 1 + sizeof(more) - 1, done = 0;
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tape_writer *w = tape_make(dir_fd, "t");
	uint64_t at_us, before_us = 0;
	struct str piece;
	struct tape *t;
	bool ordered = true;

	memcpy(all, said, sizeof(said) - 1);
	memcpy(all + sizeof(said) - 1, more, sizeof(more) - 1);
	OK(w != NULL && tape_make(dir_fd, "t") == NULL && errno == EEXIST);
	for (size_t i = 0; i < len; i += n)
		OK(tape_put(w, i * 10,
		       (struct str){all + i, len - i < n ? len - i : n},
		       keep) == 0);
	OK(tape_close(w) == 0);
	(void)snprintf(path, sizeof(path), "%s/t", dir);
	for (int turn = 0; turn < 2; turn++) {
		const char *key = turn == 0 ? NULL : "SECRETSECRET";

		done = 0;
		before_us = 0;
		t = tape_open(path);
		OK(t != NULL && tape_key_len(t) == (keep ? 0 : 12));
		while (tape_next(t, key, &at_us, &piece) == 1) {
			ordered &= at_us >= before_us;
			before_us = at_us;
			memcpy(got + done, piece.p, piece.len);
			done += piece.len;
		}
		OK(ordered && done == len);
		tape_end(t);
		if (keep)
			OK(memcmp(got, all, len) == 0);
		else
			OK(memmem(got, len, "secretsecret", 12) == NULL &&
			    memmem(got, len,
				turn == 0 ? "KEY-REMOVED-" : "SECRETSECRET",
				12) != NULL);
	}
	(void)unlink(path);
	(void)close(dir_fd);
}

static void
nothing(const char *dir)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tape_writer *w = tape_make(dir_fd, "n");
	struct str piece;
	uint64_t at_us;
	char path[128];
	struct tape *t;

	OK(tape_close(w) == 0);
	(void)snprintf(path, sizeof(path), "%s/n", dir);
	t = tape_open(path);
	OK(t != NULL && tape_next(t, NULL, &at_us, &piece) == 0);
	tape_end(t);
	OK(truncate(path, 9) == 0);
	OK(tape_open(path) == NULL && errno == EBADMSG);
	OK(tape_open(dir) == NULL);
	(void)close(dir_fd);
}

int
main(void)
{
	char dir[64];

	tmp_make(dir);
	finding();
	for (size_t n = 1; n < 100; n += 7) {
		pieces(dir, n, false);
		pieces(dir, n, true);
	}
	nothing(dir);
	tmp_remove(dir);
	return tap_done();
}
