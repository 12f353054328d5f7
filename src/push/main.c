#include "addresses.h"
#include "err.h"
#include "opt.h"
#include "push.h"

#include <unistd.h>

int
main(int argc, char *argv[])
{
	struct push p = {.limits.link.connect_ms = 15000};
	uint64_t queue_mib = 16, retry_s = 60, stall_s = 10, finish_s = 10;
	const char *file = NULL;
	const struct opt opt[] = {
	    {.letter = 't',
		.name = "to-file",
		.arg = "FILE",
		.help = "addresses, one a line, that nobody else is to see",
		.text = &file},
	    {.name = "tee",
		.help = "what comes in goes to stdout as it is, too",
		.flag = &p.tee},
	    {.name = "queue",
		.arg = "MIB",
		.help = "so much may wait for one target; then frames are "
			"dropped (16)",
		.number = &queue_mib,
		.min = 1,
		.max = 1024},
	    {.name = "stall-timeout",
		.arg = "SECONDS",
		.help = "a target that takes nothing for so long is lost (10)",
		.number = &stall_s,
		.min = 1,
		.max = 600},
	    {.name = "retry-max",
		.arg = "SECONDS",
		.help = "the longest wait before connecting again (60)",
		.number = &retry_s,
		.min = 1,
		.max = 3600},
	    {.name = "finish-timeout",
		.arg = "SECONDS",
		.help = "at the end, to send what is left (10)",
		.number = &finish_s,
		.max = 600},
	    {.name = "ca-file",
		.arg = "FILE",
		.help = "certificates to trust for rtmps, instead of the "
			"system's",
		.text = &p.limits.link.ca_file},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_PUSH_TO  addresses, with blanks between them",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-push",
	    .summary = "NUT on stdin to other services, over RTMP(S) or SRT",
	    .operands = "[URL...]",
	    .opt = opt,
	    .env = env,
	};
	int operand, code;

	if ((code = opt_parse(&prog, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (addresses_read(&p, argv + operand, argc - operand, file) == -1)
		return EXIT_PERM;
	if (p.tee && isatty(STDOUT_FILENO)) {
		err_msg("--tee: media is not for a terminal");
		return EXIT_PERM;
	}
	p.limits.queue_max_bytes = (size_t)queue_mib << 20;
	p.limits.retry_max_s = (unsigned)retry_s;
	p.limits.link.stall_ms = (unsigned)stall_s * 1000;
	p.finish_s = (unsigned)finish_s;
	return push(&p);
}
