#include "conf.h"
#include "err.h"
#include "opt.h"
#include "stat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
tell(const char *dir, bool quick, bool json)
{
	struct stat_report *s = calloc(1, sizeof(*s));
	struct log *l = log_open(dir);
	int code = EXIT_TEMP;

	if (l == NULL && errno == ENOENT) {
		err_msg("there is no log in %s", dir);
		code = EXIT_PERM;
		goto out;
	}
	if (s == NULL || l == NULL) {
		err_sys("open the log in %s", dir);
		goto out;
	}
	if (stat_make(s, l, dir, quick) == -1) {
		err_sys("read the log in %s", dir);
		goto out;
	}
	if (!json)
		stat_print(s, stdout);
	if ((json && stat_json(s, stdout) == -1) || fflush(stdout) != 0)
		err_sys("write");
	else
		code = EXIT_OK;
out:
	log_close(l);
	free(s);
	return code;
}

int
main(int argc, char *argv[])
{
	bool quick = false, json = false;
	const struct opt opt[] = {
	    {.letter = 'j',
		.name = "json",
		.help = "as one JSON object",
		.flag = &json},
	    {.letter = 'q',
		.name = "quick",
		.help = "without counting by type, which reads the whole log",
		.flag = &quick},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log lies (its folder log), and consumers",
	    NULL};
	const struct opt_program prog = {
	    .name = "weir-log",
	    .summary = "stat tells what is in the log, how large it is and "
		       "who reads it",
	    .operands = "stat",
	    .opt = opt,
	    .env = env,
	};
	char dir[PATH_MAX];
	int at, code;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	if (argc - at != 1 || strcmp(argv[at], "stat") != 0) {
		err_msg("want what to do: stat");
		return EXIT_PERM;
	}
	if (conf_path(dir, CONF_STATE, "log") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	return tell(dir, quick, json);
}
