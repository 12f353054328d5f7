#include "err.h"
#include "relay.h"

#include "opt.h"

int
main(int argc, char *argv[])
{
	struct relay r = {.source = "weir-append"};
	bool media = false;
	const struct opt opt[] = {
	    {.letter = 'm',
		.name = "media",
		.help = "through the door that takes media types only",
		.flag = &media},
	    {.letter = 's',
		.name = "source",
		.arg = "NAME",
		.help = "source of events that name none (weir-append)",
		.text = &r.source},
	    {.letter = 'a',
		.name = "answers",
		.help = "print what became of each record: its number, "
			"stored, duplicate, conflict or refused, seq, version",
		.flag = &r.answers},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_RUN    where weir-logd's sockets lie", NULL};
	const struct opt_program prog = {
	    .name = "weir-append",
	    .summary = "append the events on stdin, in JSON or msgpack, to "
		       "the log",
	    .opt = opt,
	    .env = env,
	};
	int operand, code;

	if ((code = opt_parse(&prog, argc, argv, &operand)) != OPT_RUN)
		return code;
	r.door = media ? BUS_MEDIA : BUS_APPEND;
	return relay_run(&r);
}
