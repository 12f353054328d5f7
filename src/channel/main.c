#include "channel.h"
#include "err.h"
#include "opt.h"

#include <string.h>

struct command {
	const char *name;
	int operands; /* after the command's name */
	const char *usage;
};

enum {
	ADD,
	KEY,
	TITLE,
	GRACE,
	WINDOW,
	PIPELINE,
	PASSPHRASE,
	REMOVE,
	LIST,
	COMMANDS
};

static const struct command commands[COMMANDS] = {
    [ADD] = {"add", 1, "add NAME"},
    [KEY] = {"key", 1, "key NAME"},
    [TITLE] = {"title", 2, "title NAME TITLE"},
    [GRACE] = {"grace", 2, "grace NAME SECONDS|usual"},
    [WINDOW] = {"window", 2, "window NAME TIME|all|usual"},
    [PIPELINE] = {"pipeline", 2, "pipeline NAME PROGRAM|usual"},
    [PASSPHRASE] = {"passphrase", 2, "passphrase NAME new|off|-|TEXT"},
    [REMOVE] = {"remove", 1, "remove NAME"},
    [LIST] = {"list", 0, "list"},
};

int
main(int argc, char *argv[])
{
	const char *title = NULL;
	bool json = false;
	const struct opt opt[] = {
	    {.letter = 't',
		.name = "title",
		.arg = "TITLE",
		.help = "add: what people read",
		.text = &title},
	    {.letter = 'j',
		.name = "json",
		.help = "list: as JSON",
		.flag = &json},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log lies (its folder log)",
	    "WEIR_RUN    where weir-logd's sockets lie",
	    "WEIR_PIPELINES  where pipelines lie, besides WEIR_STATE/pipelines",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-channel",
	    .summary = "make, list and change channels; add and key print a "
		       "stream key, alone, on stdout",
	    .operands =
		"add|key|title|grace|window|pipeline|passphrase|remove|list "
		"[NAME [TITLE|TIME|PROGRAM|TEXT]]",
	    .opt = opt,
	    .env = env,
	};
	int at, which, code;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	if (at == argc) {
		err_msg("want a command: add, key, title, grace, window, "
			"pipeline, passphrase, remove or list");
		return EXIT_PERM;
	}
	for (which = 0; which < COMMANDS; which++)
		if (strcmp(argv[at], commands[which].name) == 0)
			break;
	if (which == COMMANDS) {
		err_msg("%s: no such command; want add, key, title, grace, "
			"window, pipeline, passphrase, remove or list",
		    argv[at]);
		return EXIT_PERM;
	}
	if (argc - at - 1 != commands[which].operands) {
		err_msg("usage: weir channel %s", commands[which].usage);
		return EXIT_PERM;
	}
	switch (which) {
	case ADD:
		return channel_add(argv[at + 1], title);
	case KEY:
		return channel_key(argv[at + 1]);
	case TITLE:
		return channel_title(argv[at + 1], argv[at + 2]);
	case GRACE:
		return channel_grace(argv[at + 1], argv[at + 2]);
	case WINDOW:
		return channel_window(argv[at + 1], argv[at + 2]);
	case PIPELINE:
		return channel_pipeline(argv[at + 1], argv[at + 2]);
	case PASSPHRASE:
		return channel_passphrase(argv[at + 1], argv[at + 2]);
	case REMOVE:
		return channel_remove(argv[at + 1]);
	default:
		return channel_list(json);
	}
}
