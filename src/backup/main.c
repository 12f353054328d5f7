#include "archive.h"
#include "conf.h"
#include "err.h"
#include "keydir.h"
#include "opt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

static int
report(const char *what, int rc, const struct archive_report *r,
    const char *dir, const char *why)
{
	if (rc == -1 && errno == EBADMSG) {
		err_msg("%s", why);
		return EXIT_PERM;
	}
	if (rc == -1) {
		err_sys("%s %s", what, dir);
		return EXIT_TEMP;
	}
	printf("%s %s: %" PRIu64 " events in %" PRIu64 " blocks, %" PRIu64
	       " bytes, last seq %" PRIu64 "\n",
	    what, dir, r->events, r->blocks, r->bytes, r->last);
	if (fflush(stdout) != 0) {
		err_sys("write");
		return EXIT_TEMP;
	}
	return EXIT_OK;
}

/* Copy the log, or with VERIFY check the copy, in DIR.  An exit code. */
static int
log_into(const char *dir, bool verify)
{
	char why[ARCHIVE_WHY_BYTES] = "", log_dir[PATH_MAX];
	struct archive_report r = {0};
	struct log *l;
	int rc;

	if (verify)
		return report(
		    "verified", archive_verify(dir, &r, why), &r, dir, why);
	if (conf_path(log_dir, CONF_STATE, "log") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	if ((l = log_open(log_dir)) == NULL) {
		err_sys("open the log in %s", log_dir);
		return errno == ENOENT ? EXIT_PERM : EXIT_TEMP;
	}
	rc = report("copied into", archive_add(l, dir, &r, why), &r, dir, why);
	log_close(l);
	return rc;
}

/* Have the keys as they are in DIR.  An exit code. */
static int
keys_into(const char *dir)
{
	char from[PATH_MAX];
	struct keydir_report r;

	if (conf_path(from, CONF_STATE, "keys") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	if (keydir_mirror(from, dir, &r) == -1) {
		err_sys("copy the keys in %s into %s", from, dir);
		return errno == ENOENT ? EXIT_PERM : EXIT_TEMP;
	}
	printf("copied into %s: %" PRIu64 " keys, %" PRIu64
	       " of them new, %" PRIu64 " destroyed\n",
	    dir, r.keys, r.added, r.destroyed);
	if (fflush(stdout) != 0) {
		err_sys("write");
		return EXIT_TEMP;
	}
	return EXIT_OK;
}

int
main(int argc, char *argv[])
{
	const char *keys = NULL;
	bool verify = false;
	const struct opt opt[] = {
	    {.letter = 'k',
		.name = "keys",
		.arg = "KEYDIR",
		.help = "have the keys of personal fields, as they are now, in "
			"KEYDIR",
		.text = &keys},
	    {.name = "verify",
		.help = "add nothing; check what is in DIR",
		.flag = &verify},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log and keys lie (its folders log, keys)",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-backup",
	    .summary = "copy the log, or what came since the last copy, into "
		       "DIR, and read it back",
	    .operands = "[DIR]",
	    .opt = opt,
	    .env = env,
	};
	int at, code;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	if (argc - at > 1 || (argc == at && (keys == NULL || verify))) {
		err_msg("want one directory to copy into");
		return EXIT_PERM;
	}
	if (at < argc && (code = log_into(argv[at], verify)) != EXIT_OK)
		return code;
	/* After the log: so every key that the copy needs is among them. */
	if (keys != NULL && !verify)
		return keys_into(keys);
	if (!verify)
		printf("without keys: what is personal in it can be read with "
		       "those of --keys alone\n");
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_TEMP;
}
