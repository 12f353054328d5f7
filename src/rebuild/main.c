#include "rebuild.h"

#include "conf.h"
#include "err.h"
#include "opt.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static int
list(void)
{
	const struct model *m;

	for (size_t i = 0; (m = model_at(i)) != NULL; i++)
		printf("%-16s %s\n", m->type->name, m->summary);
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_TEMP;
}

/* All that is asked for, or none of it when a name is wrong. */
static int
rebuild_all(struct rebuild *r, bool check, char *const name[])
{
	char log_dir[PATH_MAX], projections[PATH_MAX];
	int rc = EXIT_OK, one;

	for (size_t i = 0; name[i] != NULL; i++)
		if (model_named(name[i]) == NULL) {
			err_msg("%s: there is no such projection; see --list",
			    name[i]);
			return EXIT_PERM;
		}
	if (conf_path(log_dir, CONF_STATE, "log") == -1 ||
	    conf_path(projections, CONF_STATE, "projections") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	if ((r->log = log_open(log_dir)) == NULL) {
		err_sys("open the log in %s", log_dir);
		return EXIT_TEMP;
	}
	r->projections = projections;
	for (size_t i = 0; name[i] != NULL; i++) {
		one = (check ? rebuild_check : rebuild_model)(
		    r, model_named(name[i]));
		rc = one != EXIT_OK ? one : rc;
	}
	log_close(r->log);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct rebuild r = {.progress = isatty(STDERR_FILENO)};
	bool names = false, check = false;
	const struct opt opt[] = {
	    {.letter = 'c',
		.name = "check",
		.help = "change nothing: fold privately and compare with what "
			"is kept",
		.flag = &check},
	    {.letter = 'l',
		.name = "list",
		.help = "print which projections there are",
		.flag = &names},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  the log and the projections lie here (./var)",
	    "TMPDIR      where private projections lie, without a name (/tmp)",
	    NULL};
	const struct opt_program prog = {
	    .name = "weir-rebuild",
	    .summary = "drop projections, fold the log again, and print what "
		       "came out: NAME SEQ DIGEST",
	    .operands = "NAME...",
	    .opt = opt,
	    .env = env,
	};
	int at, code;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	if (names)
		return list();
	if (at == argc) {
		err_msg("which? see --list");
		return EXIT_PERM;
	}
	return rebuild_all(&r, check, argv + at);
}
