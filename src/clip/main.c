#include "clip.h"
#include "err.h"
#include "opt.h"

#include <stdio.h>
#include <string.h>

struct command {
	const char *name;
	int least, most; /* operands after the command's name */
	const char *usage;
};

enum { ADD, LIST, REMOVE, COMMANDS };

static const struct command commands[COMMANDS] = {
    [ADD] = {"add", 3, 3, "add BROADCAST FROM TO"},
    [LIST] = {"list", 0, 1, "list [CHANNEL]"},
    [REMOVE] = {"remove", 1, 1, "remove CLIP"},
};

int
main(int argc, char *argv[])
{
	const char *title = NULL, *reason = NULL;
	bool json = false;
	const struct opt opt[] = {
	    {.letter = 't',
		.name = "title",
		.arg = "TITLE",
		.help = "add: what people read",
		.text = &title},
	    {.letter = 'r',
		.name = "reason",
		.arg = "TEXT",
		.help = "remove: why, for people",
		.text = &reason},
	    {.letter = 'j',
		.name = "json",
		.help = "list: as JSON, an object a line",
		.flag = &json},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log lies (its folder log)",
	    "WEIR_RUN    where weir-logd's sockets lie",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-clip",
	    .summary = "make, list and remove clips of broadcasts; add prints "
		       "the clip's id",
	    .operands = "add|list|remove [BROADCAST FROM TO|CHANNEL|CLIP]",
	    .opt = opt,
	    .env = env,
	};
	int at, which, code, n;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	for (which = 0; at < argc && which < COMMANDS; which++)
		if (strcmp(argv[at], commands[which].name) == 0)
			break;
	if (at == argc || which == COMMANDS) {
		err_msg("want a command: add, list or remove");
		return EXIT_PERM;
	}
	n = argc - at - 1;
	if (n < commands[which].least || n > commands[which].most) {
		err_msg("usage: weir clip %s", commands[which].usage);
		return EXIT_PERM;
	}
	if (which == ADD)
		code =
		    clip_add(argv[at + 1], argv[at + 2], argv[at + 3], title);
	else if (which == LIST)
		code = clip_list(n > 0 ? argv[at + 1] : NULL, json);
	else
		code = clip_remove(argv[at + 1], reason);
	if (fflush(stdout) != 0) {
		err_sys("write");
		return EXIT_TEMP;
	}
	return code;
}
