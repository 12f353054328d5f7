#include "conf.h"
#include "err.h"
#include "opt.h"
#include "verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

static int
verify(const char *dir)
{
	struct verify_result result;
	struct log *l = log_open(dir);
	int rc;

	if (l == NULL && errno == ENOENT) {
		err_msg("there is no log in %s", dir);
		return EXIT_PERM;
	}
	if (l == NULL) {
		err_sys("open the log in %s", dir);
		return EXIT_TEMP;
	}
	rc = verify_log(l, stdout, &result);
	if (rc == -1)
		err_sys("read the log in %s", dir);
	log_close(l);
	printf("%" PRIu64 " events, ", result.events);
	if (result.removed > 0)
		printf("%" PRIu64 " removed, ", result.removed);
	printf("last seq %" PRIu64 ", %" PRIu64 " fault%s\n", result.last,
	    result.faults, result.faults == 1 ? "" : "s");
	if (fflush(stdout) != 0) {
		err_sys("write");
		return EXIT_TEMP;
	}
	if (rc == -1)
		return EXIT_TEMP;
	return result.faults == 0 ? EXIT_OK : EXIT_PERM;
}

int
main(int argc, char *argv[])
{
	const struct opt opt[] = {{0}};
	static const char *const env[] = {
	    "WEIR_STATE  where the log lies (its folder log)", NULL};
	const struct opt_program prog = {
	    .name = "weir-verify",
	    .summary = "check every block and event of the log, and say "
		       "exactly what is wrong",
	    .operands = "[DIR]",
	    .opt = opt,
	    .env = env,
	};
	char dir[PATH_MAX];
	int operand, code;

	if ((code = opt_parse(&prog, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (operand < argc)
		return verify(argv[operand]);
	if (conf_path(dir, CONF_STATE, "log") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	return verify(dir);
}
