#include "show.h"

#include "err.h"
#include "opt.h"

int
main(int argc, char *argv[])
{
	const char *at = NULL;
	const struct opt opt[] = {
	    {.letter = 'a',
		.name = "at",
		.arg = "SEQ|TIME",
		.help = "as of this event, or before this time",
		.text = &at},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  the log and the projections lie here (./var)",
	    "TMPDIR      where what is folded for this lies, without a name "
	    "(/tmp)",
	    NULL};
	const struct opt_program prog = {
	    .name = "weir-show",
	    .summary = "print what a projection says, now or at a time, as "
		       "lines of JSON",
	    .operands = "NAME",
	    .opt = opt,
	    .env = env,
	};
	const struct model *m;
	int operand, code;

	if ((code = opt_parse(&prog, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (argc - operand != 1) {
		err_msg("want the name of one projection; weir-rebuild --list "
			"tells which there are");
		return EXIT_PERM;
	}
	if ((m = model_named(argv[operand])) == NULL) {
		err_msg("%s: there is no such projection; weir-rebuild --list "
			"tells which there are",
		    argv[operand]);
		return EXIT_PERM;
	}
	return show_model(m, at);
}
