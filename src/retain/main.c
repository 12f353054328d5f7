#include "amount.h"
#include "conf.h"
#include "err.h"
#include "live_window.h"
#include "retain.h"

#include <stdio.h>
#include <string.h>

enum { MAX_WORDS = 3 * RULES_MAX, SETTING_MAX = 16384 };

struct ask {
	const char *item[MAX_WORDS], *by[MAX_WORDS];
	struct opt_list words;
	const char *grace;
	struct retain retain;
	char setting[SETTING_MAX];
};

static int
parse(struct ask *a, int argc, char *argv[])
{
	const struct opt opt[] = {
	    {.name = "max-age",
		.arg = "AGE",
		.help = "recordings that ended longer ago go: 30d, 12h",
		.list = &a->words,
		.given_by = a->by},
	    {.name = "max-size",
		.arg = "BYTES",
		.help = "the oldest go, until all are no more: 200G",
		.list = &a->words,
		.given_by = a->by},
	    {.letter = 'c',
		.name = "channel",
		.arg = "NAME",
		.help = "the limits behind it are for this channel's",
		.list = &a->words,
		.given_by = a->by},
	    {.name = "grace",
		.arg = "TIME",
		.help = "files stay so long after it was said that they go "
			"(60s)",
		.text = &a->grace},
	    {.letter = 'n',
		.name = "dry-run",
		.help = "remove nothing, tell what would go",
		.flag = &a->retain.dry_run},
	    {.letter = 'j',
		.name = "json",
		.help = "tell it as JSON, an object a line",
		.flag = &a->retain.json},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_RETAIN  limits, when none are given: the options above",
	    "WEIR_WINDOW  how far back live playlists reach (all)",
	    "WEIR_STATE   where log and media lie",
	    "WEIR_RUN     where weir-logd listens",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-retain",
	    .summary = "remove recordings by age and size, never what a clip "
		       "needs",
	    .opt = opt,
	    .env = env,
	};
	int operand;

	return opt_parse(&prog, argc, argv, &operand);
}

/* The limits of WEIR_RETAIN, as if they were given.  OPT_RUN or a code. */
static int
parse_setting(struct ask *a)
{
	char name[] = "WEIR_RETAIN", *rest = a->setting, *word;
	char *argv[2 * MAX_WORDS + 2] = {name};
	int argc = 1;

	if (str_copy(a->setting, sizeof(a->setting),
		str_from(conf_text("WEIR_RETAIN", ""))) == -1) {
		err_msg("WEIR_RETAIN: longer than %d bytes", SETTING_MAX);
		return EXIT_PERM;
	}
	while ((word = strsep(&rest, " \t\n")) != NULL) {
		if (*word == '\0')
			continue;
		if (argc > 2 * MAX_WORDS) {
			err_msg(
			    "WEIR_RETAIN: more than %d words", 2 * MAX_WORDS);
			return EXIT_PERM;
		}
		argv[argc++] = word;
	}
	return parse(a, argc, argv);
}

static int
settings(struct retain *r, const char *grace)
{
	const char *window = conf_text("WEIR_WINDOW", "all");

	if (live_window_parse(window, &r->window_us) == -1) {
		err_msg("WEIR_WINDOW=%s: want " LIVE_WINDOW_WANTED, window);
		return -1;
	}
	if (strcmp(grace, "0") == 0) {
		r->grace_us = 0;
	} else if (amount_parse_us(grace, &r->grace_us) == -1) {
		err_msg(
		    "--grace %s: want a length of time: 60s, 10min, 0", grace);
		return -1;
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	struct ask a = {.grace = "60s"};
	char log_dir[PATH_MAX], media_dir[PATH_MAX];
	int rc;

	a.words = (struct opt_list){.item = a.item, .cap = MAX_WORDS};
	if ((rc = parse(&a, argc, argv)) != OPT_RUN ||
	    (a.words.len == 0 && (rc = parse_setting(&a)) != OPT_RUN))
		return rc;
	if (rules_parse(&a.retain.rules, &a.words, a.by) == -1 ||
	    settings(&a.retain, a.grace) == -1)
		return EXIT_PERM;
	if (conf_path(log_dir, CONF_STATE, "log") == -1 ||
	    conf_path(media_dir, CONF_STATE, "media") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	a.retain.log_dir = log_dir;
	a.retain.media_dir = media_dir;
	rc = retain_run(&a.retain);
	if (fflush(stdout) != 0) {
		err_sys("write");
		rc = EXIT_TEMP;
	}
	return rc;
}
