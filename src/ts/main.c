#include "err.h"
#include "opt.h"
#include "remux.h"
#include "sandbox.h"

#include <unistd.h>

int
main(int argc, char *argv[])
{
	static const struct opt opt[] = {{.name = NULL}};
	static const struct opt_program program = {.name = "weir-ts",
	    .summary = "An MPEG transport stream on standard input, as NUT on "
		       "standard output",
	    .opt = opt};
	static const struct sandbox sandbox = {
	    .folder = -1, .memory_max_bytes = UINT64_C(512) << 20};
	int operand, code;

	if ((code = opt_parse(&program, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (sandbox_enter(&sandbox) == -1)
		return EXIT_TEMP;
	return remux_run(STDIN_FILENO, STDOUT_FILENO);
}
