#include "conf.h"
#include "each.h"
#include "err.h"
#include "letters.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is asked for beside the handling of events. */
struct ask {
	const char *from, *retry;
	bool dead;
};

/* $WEIR_STATE/each/<name>, or <name>.<worker>.  0, or -1 after reporting. */
static int
place(struct each *o)
{
	char file[2 * EACH_MAX_NAME + 16];

	if (o->name == NULL || !str_slug(str_from(o->name), EACH_MAX_NAME)) {
		err_msg(o->name == NULL
			    ? "--name NAME is needed: the place in the log is "
			      "kept under it"
			    : "--name: want at most 64 of a-z, 0-9, - and _, "
			      "first a letter or a digit");
		return -1;
	}
	if (o->worker != NULL &&
	    !str_slug(str_from(o->worker), EACH_MAX_NAME)) {
		err_msg("--worker: want at most 64 of a-z, 0-9, - and _, "
			"first a letter or a digit");
		return -1;
	}
	(void)snprintf(file, sizeof(file), "each/%s%s%s", o->name,
	    o->worker != NULL ? "." : "", o->worker != NULL ? o->worker : "");
	if (conf_path(o->dir, CONF_STATE, file) == -1) {
		err_sys("WEIR_STATE");
		return -1;
	}
	return 0;
}

/* Is NAME a program that PATH leads to? */
static bool
found(const char *name)
{
	const char *path = conf_text("PATH", "/usr/local/bin:/usr/bin:/bin");
	char file[PATH_MAX];

	if (strchr(name, '/') != NULL)
		return access(name, X_OK) == 0;
	while (*path != '\0') {
		size_t n = strcspn(path, ":");
		int len =
		    snprintf(file, sizeof(file), "%.*s/%s", (int)n, path, name);

		if (len > 0 && (size_t)len < sizeof(file) &&
		    access(file, X_OK) == 0)
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

/* The rest of the command line.  0, or -1 after reporting. */
static int
complete(struct each *o, const struct ask *a, char *const *operand,
    const struct opt_list *type, const struct opt_list *subject)
{
	o->from_given = a->from != NULL;
	if (match_init(&o->match, type, subject) == -1)
		return -1;
	if (from_parse(&o->from, o->from_given ? a->from : "0") == -1) {
		err_msg("--from %s: want now, a seq or a time "
			"(2026-11-20T12:00:00Z)",
		    a->from);
		return -1;
	}
	if (o->worker != NULL && !o->claim) {
		err_msg("--worker: only with --claim");
		return -1;
	}
	if (o->noop == (*operand != NULL)) {
		err_msg(o->noop ? "--noop takes the place of a command"
				: "which command? see weir-each -h");
		return -1;
	}
	if (!o->noop && !found(*operand)) {
		err_msg("%s: no such program", *operand);
		return -1;
	}
	o->argv = operand;
	return 0;
}

int
main(int argc, char *argv[])
{
	const char *types[MATCH_MAX], *subjects[MATCH_MAX];
	struct opt_list type = {types, 0, MATCH_MAX};
	struct opt_list subject = {subjects, 0, MATCH_MAX};
	struct ask a = {0};
	struct each o = {
	    .jobs = 1,
	    .tries = 10,
	    .backoff_ms = 100,
	    .timeout_s = 300,
	    .drain_s = 20,
	    .lease_s = 60,
	};
	const struct opt opt[] = {
	    {.letter = 'n',
		.name = "name",
		.arg = "NAME",
		.help = "the name under which the place is kept",
		.text = &o.name},
	    {.letter = 't',
		.name = "type",
		.arg = "TYPE",
		.help = "only events of this type; may be given again",
		.list = &type},
	    {.letter = 's',
		.name = "subject",
		.arg = "SUBJECT",
		.help = "only events of this subject ('live/*': a prefix)",
		.list = &subject},
	    {.letter = 'f',
		.name = "from",
		.arg = "WHERE",
		.help = "where a new name begins: now, a seq, a time (0)",
		.text = &a.from},
	    {.letter = 'j',
		.name = "jobs",
		.arg = "N",
		.help = "so many at once, those of a subject in order (1)",
		.number = &o.jobs,
		.min = 1,
		.max = EACH_MAX_JOBS},
	    {.name = "tries",
		.arg = "N",
		.help = "give an event up after so many (10)",
		.number = &o.tries,
		.min = 1,
		.max = 1000000},
	    {.name = "backoff",
		.arg = "MS",
		.help = "wait before the second try, doubled each time (100)",
		.number = &o.backoff_ms,
		.min = 1,
		.max = 60000},
	    {.name = "timeout",
		.arg = "SECONDS",
		.help = "stop a command that takes longer (300)",
		.number = &o.timeout_s,
		.min = 1,
		.max = 86400},
	    {.name = "drain",
		.arg = "SECONDS",
		.help = "on SIGTERM let commands run so long (20)",
		.number = &o.drain_s,
		.max = 86400},
	    {.letter = 'c',
		.name = "claim",
		.help = "share the work with others of this name",
		.flag = &o.claim},
	    {.name = "worker",
		.arg = "WORKER",
		.help = "with --claim: which one, of several on this host",
		.text = &o.worker},
	    {.name = "lease",
		.arg = "SECONDS",
		.help = "with --claim: others wait so long for us (60)",
		.number = &o.lease_s,
		.min = 1,
		.max = 86400},
	    {.name = "once",
		.help = "end when nothing is left, wait for nothing new",
		.flag = &o.once},
	    {.name = "noop",
		.help = "run nothing: every event is handled at once",
		.flag = &o.noop},
	    {.name = "dead",
		.help = "list the events that were given up, as JSON",
		.flag = &a.dead},
	    {.name = "retry",
		.arg = "ID",
		.help = "have one of those tried again (its id, seq, or all)",
		.text = &a.retry},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log, the keys and the place are kept",
	    "WEIR_RUN    where weir-logd's sockets lie",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-each",
	    .summary = "run COMMAND for each event of the log, in order",
	    .operands = "[--] [COMMAND [ARG...]]",
	    .opt = opt,
	    .operand_ends = true,
	    .env = env,
	};
	int operand, code;

	if ((code = opt_parse(&prog, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (place(&o) == -1)
		return EXIT_PERM;
	if (a.dead || a.retry != NULL) {
		if ((a.dead && a.retry != NULL) || operand < argc) {
			err_msg("--dead and --retry stand alone");
			return EXIT_PERM;
		}
		return a.dead ? letters_list(o.dir)
			      : letters_retry(o.dir, a.retry);
	}
	if (complete(&o, &a, argv + operand, &type, &subject) == -1)
		return EXIT_PERM;
	return each_run(&o);
}
