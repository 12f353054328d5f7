#include "cat.h"
#include "err.h"

#include <stdio.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	enum { MAX_LIST = 64 };
	const char *types[MAX_LIST], *subjects[MAX_LIST];
	struct opt_list type = {types, 0, MAX_LIST};
	struct opt_list subject = {subjects, 0, MAX_LIST};
	struct cat c = {.filter = {&type, &subject}};
	bool msgpack = false;
	const struct opt opt[] = {
	    {.letter = 'n',
		.name = "from",
		.arg = "SEQ|TIME",
		.help = "begin with this event, or at this time, or now",
		.text = &c.from},
	    {.letter = 'u',
		.name = "until",
		.arg = "SEQ|TIME",
		.help = "end with this event, or before this time",
		.text = &c.until},
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
		.name = "follow",
		.help = "wait for events to come, transient ones too",
		.flag = &c.follow},
	    {.letter = 'c',
		.name = "count",
		.arg = "N",
		.help = "end after N events",
		.number = &c.count,
		.max = UINT64_MAX},
	    {.name = "timeout",
		.arg = "SECONDS",
		.help = "with --follow: give up (exit 1) after so long",
		.number = &c.timeout_s,
		.max = 86400},
	    {.letter = 'j',
		.name = "json",
		.help = "CloudEvents in JSON, one a line (on a terminal: "
			"always)",
		.flag = &c.json},
	    {.name = "msgpack",
		.help = "msgpack even onto a terminal",
		.flag = &msgpack},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log and keys lie (its folders log, keys)",
	    "WEIR_RUN    where weir-logd's sockets lie",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-cat",
	    .summary = "print the events of the log, or of FILE (-: stdin)",
	    .operands = "[FILE]",
	    .opt = opt,
	    .env = env,
	};
	int operand, code;

	if ((code = opt_parse(&prog, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (argc - operand > 1) {
		err_msg("%s: only one file", argv[operand + 1]);
		return EXIT_PERM;
	}
	if (filter_check(&c.filter) == -1)
		return EXIT_PERM;
	c.json = c.json || (isatty(STDOUT_FILENO) && !msgpack);
	return operand < argc ? cat_file(&c, argv[operand]) : cat_log(&c);
}
