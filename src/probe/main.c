#include "channel.h"
#include "err.h"
#include "filter.h"
#include "opt.h"
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What decoding sound takes is far below this. */
#define MEMORY_MAX (UINT64_C(256) * 1024 * 1024)

enum { CHANNEL_SECONDS = 10, MAX_SECONDS = 86400 };

struct ask {
	bool tee, deaf;
	uint64_t seconds;
	const char *report, *channel;
};

/* Where the report goes; NULL after reporting why there is no such place. */
static FILE *
open_report(const struct ask *a)
{
	FILE *f;

	if (a->report == NULL)
		return a->tee ? stderr : stdout;
	if ((f = fopen(a->report, "we")) == NULL)
		err_sys("open %s", a->report);
	return f;
}

static int
print(const struct probe *p, FILE *f)
{
	json_t *o = probe_report(p);
	int bad;

	if (o == NULL) {
		errno = ENOMEM;
		err_sys("tell");
		return EXIT_TEMP;
	}
	bad = json_dumpf(o, f, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) != 0 ||
	      fputc('\n', f) == EOF || fflush(f) == EOF;
	json_decref(o);
	if (!bad)
		return EXIT_OK;
	err_sys("write what was found");
	return EXIT_TEMP;
}

/* Look, in a sandbox, and tell F.  The exit code. */
static int
look(const struct ask *a, struct probe *p, struct channel *c, FILE *f)
{
	const struct sandbox sandbox = {
	    .folder = -1, .memory_max_bytes = MEMORY_MAX};
	int code, told;

	if (sandbox_enter(&sandbox) == -1)
		return EXIT_TEMP;
	code = c != NULL ? channel_run(c, p)
			 : filter_run(p, STDIN_FILENO,
			       a->tee ? STDOUT_FILENO : -1, a->seconds);
	/* Also what came before a fault is worth telling. */
	told = print(p, f);
	return code != EXIT_OK ? code : told;
}

static int
run(const struct ask *a)
{
	struct probe *p = probe_open(!a->deaf);
	struct channel *c = NULL;
	int code = EXIT_TEMP;
	FILE *f;

	(void)signal(SIGPIPE, SIG_IGN);
	if (p == NULL)
		err_sys("start");
	else if ((f = open_report(a)) == NULL)
		code = EXIT_PERM;
	else if (a->channel == NULL ||
		 (code = channel_open(&c, a->channel,
		      a->seconds > 0 ? a->seconds : CHANNEL_SECONDS)) ==
		     EXIT_OK)
		code = look(a, p, c, f);
	channel_close(c);
	probe_close(p);
	return code;
}

int
main(int argc, char *argv[])
{
	struct ask a = {.seconds = 0};
	const struct opt opt[] = {
	    {.letter = 's',
		.name = "seconds",
		.arg = "N",
		.help = "look at so much of the stream, not all of it",
		.number = &a.seconds,
		.min = 1,
		.max = MAX_SECONDS},
	    {.letter = 't',
		.name = "tee",
		.help = "pass the stream on to stdout, report on stderr",
		.flag = &a.tee},
	    {.letter = 'r',
		.name = "report",
		.arg = "FILE",
		.help = "write what is found into FILE",
		.text = &a.report},
	    {.letter = 'd',
		.name = "deaf",
		.help = "decode no sound: its level is not told",
		.flag = &a.deaf},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log and the media of channels are", NULL};
	const struct opt_program program = {.name = "weir-probe",
	    .summary = "Tell in JSON what is in the NUT on stdin, or in what "
		       "CHANNEL is live with",
	    .operands = "[CHANNEL]",
	    .opt = opt,
	    .env = env};
	int operand, code;

	if ((code = opt_parse(&program, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (argc - operand > 1 || (argc - operand == 1 && a.tee)) {
		err_msg(a.tee ? "--tee passes standard input on: no channel"
			      : "one channel at a time; see weir-probe -h");
		return EXIT_PERM;
	}
	if (operand < argc) {
		a.channel = argv[operand];
		if (!str_slug(str_from(a.channel), 64)) {
			err_msg("%s: no name of a channel", a.channel);
			return EXIT_PERM;
		}
	}
	return run(&a);
}
