#include "attest.h"
#include "conf.h"
#include "err.h"
#include "opt.h"
#include "verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* What is asked for; nothing of it: to check everything. */
struct ask {
	bool digest;
	const char *sign, *against, *public, *keygen;
};

static int
check(struct log *l, const char *dir)
{
	struct verify_result result;
	int rc = verify_log(l, stdout, &result);

	if (rc == -1)
		err_sys("read the log in %s", dir);
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

static int
run(const struct ask *a, const char *dir)
{
	struct log *l = log_open(dir);
	int code;

	if (l == NULL && errno == ENOENT) {
		err_msg("there is no log in %s", dir);
		return EXIT_PERM;
	}
	if (l == NULL) {
		err_sys("open the log in %s", dir);
		return EXIT_TEMP;
	}
	if (a->digest)
		code = attest_digest(l);
	else if (a->sign != NULL)
		code = attest_sign(l, a->sign);
	else if (a->against != NULL)
		code = attest_against(l, a->against, a->public);
	else
		code = check(l, dir);
	log_close(l);
	return code;
}

/* At most one of them is asked for.  0, or -1 after reporting. */
static int
one_thing(const struct ask *a)
{
	if (a->digest + (a->sign != NULL) + (a->against != NULL) +
		(a->keygen != NULL) >
	    1) {
		err_msg("one of --digest, --sign, --against and --keygen at a "
			"time");
		return -1;
	}
	if ((a->against != NULL) != (a->public != NULL)) {
		err_msg("--against and --public belong together");
		return -1;
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	struct ask a = {0};
	const struct opt opt[] = {
	    {.name = "digest",
		.help = "print SEQ and DIGEST of the log's end",
		.flag = &a.digest},
	    {.name = "sign",
		.arg = "KEY",
		.help = "print a statement about the log, signed with KEY",
		.text = &a.sign},
	    {.name = "against",
		.arg = "FILE",
		.help = "does the log begin with what this statement says?",
		.text = &a.against},
	    {.name = "public",
		.arg = "KEY.pub",
		.help = "the key that must have signed it",
		.text = &a.public},
	    {.name = "keygen",
		.arg = "KEY",
		.help = "make a key to sign with, and KEY.pub",
		.text = &a.keygen},
	    {0},
	};
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
	if (one_thing(&a) == -1)
		return EXIT_PERM;
	if (a.keygen != NULL)
		return attest_keygen(a.keygen);
	if (operand < argc)
		return run(&a, argv[operand]);
	if (conf_path(dir, CONF_STATE, "log") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	return run(&a, dir);
}
