#include "archive.h"
#include "conf.h"
#include "err.h"
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

int
main(int argc, char *argv[])
{
	char why[ARCHIVE_WHY_BYTES] = "", log_dir[PATH_MAX];
	struct archive_report r = {0};
	bool verify = false;
	const struct opt opt[] = {
	    {.name = "verify",
		.help = "add nothing; check what is in DIR",
		.flag = &verify},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log lies (its folder log)", NULL};
	const struct opt_program prog = {
	    .name = "weir-backup",
	    .summary = "copy the log, or what came since the last copy, into "
		       "DIR, and read it back",
	    .operands = "DIR",
	    .opt = opt,
	    .env = env,
	};
	struct log *l;
	int at, rc, code;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	if (argc - at != 1) {
		err_msg("want one directory to copy into");
		return EXIT_PERM;
	}
	if (verify)
		return report("verified", archive_verify(argv[at], &r, why), &r,
		    argv[at], why);
	if (conf_path(log_dir, CONF_STATE, "log") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	if ((l = log_open(log_dir)) == NULL) {
		err_sys("open the log in %s", log_dir);
		return errno == ENOENT ? EXIT_PERM : EXIT_TEMP;
	}
	rc = report("copied into", archive_add(l, argv[at], &r, why), &r,
	    argv[at], why);
	log_close(l);
	return rc;
}
