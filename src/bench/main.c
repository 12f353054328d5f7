#include "bench.h"
#include "err.h"
#include "opt.h"

#include <string.h>

int
main(int argc, char *argv[])
{
	struct bench b = {
	    .producers = 32, .inflight = 64, .count = 200000, .bytes = 200};
	const struct opt opt[] = {
	    {.letter = 'p',
		.name = "producers",
		.arg = "P",
		.help = "log: producers, a socket each (32)",
		.number = &b.producers,
		.min = 1,
		.max = 1024},
	    {.letter = 'i',
		.name = "inflight",
		.arg = "K",
		.help = "log: events of each that wait for an answer (64)",
		.number = &b.inflight,
		.min = 1,
		.max = 1024},
	    {.letter = 'n',
		.name = "count",
		.arg = "N",
		.help = "log: events in all (200000)",
		.number = &b.count,
		.min = 1,
		.max = 100000000},
	    {.letter = 'b',
		.name = "bytes",
		.arg = "B",
		.help = "log: text in each (200)",
		.number = &b.bytes,
		.min = 1,
		.max = 3000},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log lies (its folder log)",
	    "WEIR_RUN    where weir-logd's sockets lie",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-bench",
	    .summary = "measure: log loads the running weir-logd through the "
		       "bus, replay reads its log in place; JSON on stdout",
	    .operands = "log|replay",
	    .opt = opt,
	    .env = env,
	};
	int at, code;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	if (argc - at == 1 && strcmp(argv[at], "log") == 0)
		return bench_log(&b);
	if (argc - at == 1 && strcmp(argv[at], "replay") == 0)
		return bench_replay();
	err_msg("want log or replay");
	return EXIT_PERM;
}
