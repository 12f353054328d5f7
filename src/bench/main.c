#include "bench.h"
#include "err.h"
#include "opt.h"

#include <string.h>

static const struct {
	const char *name;
	int (*run)(const struct bench *ask);
} command[] = {
    {"log", bench_log},
    {"append", bench_append},
    {"replay", bench_replay},
    {"projection", bench_projection},
    {"disk", bench_disk},
    {0},
};

int
main(int argc, char *argv[])
{
	struct bench b = {.producers = 32,
	    .inflight = 64,
	    .batch = 1000,
	    .count = 200000,
	    .bytes = 200,
	    .write_bytes = 4096};
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
		.help = "log, append: events in all; disk: syncs (200000)",
		.number = &b.count,
		.min = 1,
		.max = 100000000},
	    {.letter = 'b',
		.name = "bytes",
		.arg = "B",
		.help = "log, append: text in each (200)",
		.number = &b.bytes,
		.min = 1,
		.max = 3000},
	    {.name = "batch",
		.arg = "N",
		.help = "append: events of a commit (1000)",
		.number = &b.batch,
		.min = 1,
		.max = 4096},
	    {.name = "write",
		.arg = "B",
		.help = "disk: bytes of each sync (4096)",
		.number = &b.write_bytes,
		.min = 1,
		.max = 16 << 20},
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
		       "bus, append writes a log itself, replay reads one in "
		       "place, projection folds it, disk syncs without one; "
		       "JSON on stdout",
	    .operands = "log|append|replay|projection|disk",
	    .opt = opt,
	    .env = env,
	};
	int at, code;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	for (size_t i = 0; argc - at == 1 && command[i].name != NULL; i++)
		if (strcmp(argv[at], command[i].name) == 0)
			return command[i].run(&b);
	err_msg("want log, append, replay, projection or disk");
	return EXIT_PERM;
}
