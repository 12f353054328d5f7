#include "token_command.h"

#include "clock.h"
#include "err.h"
#include "token.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

/* Print TEXT as a line.  An exit code. */
static int
print(const char *text)
{
	if (printf("%s\n", text) > 0 && fflush(stdout) == 0)
		return EXIT_OK;
	err_sys("write");
	return EXIT_TEMP;
}

int
token_command_print(
    const char *dir, const char *role, const char *name, uint64_t life_s)
{
	struct token t = {.issued_s = clock_real_us() / 1000000};
	struct buf out;
	int rc = EXIT_TEMP;

	(void)str_copy(t.role, sizeof(t.role), str_from(role));
	if (name != NULL &&
	    (!str_graphic(str_from(name)) ||
		str_copy(t.name, sizeof(t.name), str_from(name)) == -1)) {
		err_msg("'%s' is no name: want up to %d letters, digits and "
			"signs, no blanks",
		    name, TOKEN_NAME_SIZE - 1);
		return EXIT_PERM;
	}
	t.expires_s = t.issued_s + life_s;
	buf_init(&out, TOKEN_MAX_BYTES);
	if (token_sign(dir, &t, &out) == -1 || buf_put(&out, "", 1) == -1)
		err_sys("sign with the keys in %s", dir);
	else
		rc = print((const char *)out.p);
	if (out.p != NULL)
		sodium_memzero(out.p, out.len);
	buf_fini(&out);
	return rc;
}

static int
list_one(void *arg, const char kid[TOKENKEY_ID_SIZE])
{
	char made[CLOCK_RFC3339_SIZE];

	(void)arg;
	clock_rfc3339(tokenkey_made_s(kid) * 1000000, made);
	printf("%s\t%.19sZ\n", kid, made);
	return 0;
}

int
token_command_list(const char *dir)
{
	if (tokenkey_each(dir, list_one, NULL) == -1 && errno != ENOENT) {
		err_sys("list the keys in %s", dir);
		return EXIT_TEMP;
	}
	if (fflush(stdout) == 0)
		return EXIT_OK;
	err_sys("write");
	return EXIT_TEMP;
}

int
token_command_rotate(const char *dir)
{
	char kid[TOKENKEY_ID_SIZE];

	if (tokenkey_make(dir, kid) == 0)
		return print(kid);
	err_sys("make a key in %s", dir);
	return EXIT_TEMP;
}

int
token_command_revoke(const char *dir, const char *kid)
{
	if (tokenkey_remove(dir, kid) == 0)
		return EXIT_OK;
	if (errno == ENOENT) {
		err_msg("there is no key %s in %s", kid, dir);
		return EXIT_PERM;
	}
	err_sys("destroy the key %s in %s", kid, dir);
	return EXIT_TEMP;
}
