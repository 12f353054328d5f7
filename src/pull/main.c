#include "destination.h"
#include "err.h"
#include "opt.h"
#include "pull.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	struct pull p = {.limits.open_ms = 30000};
	uint64_t retry_s = 60, stall_s = 15;
	bool test = false;
	const char *to_file = NULL, *key_file = NULL;
	char to[DESTINATION_MAX];
	const struct opt opt[] = {
	    {.letter = 'k',
		.name = "key-file",
		.arg = "FILE",
		.help = "publish to this host's weir-rtmpd with the stream key "
			"in FILE",
		.text = &key_file},
	    {.letter = 't',
		.name = "to-file",
		.arg = "FILE",
		.help = "publish to the addresses in FILE, as weir-push does",
		.text = &to_file},
	    {.letter = 'l',
		.name = "loop",
		.help = "a file again and again",
		.flag = &p.loop},
	    {.name = "test",
		.help = "a test pattern, in place of a source",
		.flag = &test},
	    {.letter = '1',
		.name = "once",
		.help = "when the source goes, end",
		.flag = &p.once},
	    {.name = "fast",
		.help = "not in real time, but as fast as it comes",
		.flag = &p.fast},
	    {.name = "udp",
		.help = "RTSP: media over UDP",
		.flag = &p.limits.udp},
	    {.name = "stall-timeout",
		.arg = "SECONDS",
		.help = "a source that brings nothing for so long is lost (15)",
		.number = &stall_s,
		.min = 1,
		.max = 3600},
	    {.name = "retry-max",
		.arg = "SECONDS",
		.help = "the longest wait before trying again (60)",
		.number = &retry_s,
		.min = 1,
		.max = 3600},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_KEY    publish to this host's weir-rtmpd with this key",
	    "WEIR_PULL   what to pull, when no operand says it",
	    "WEIR_RTMP   where weir-rtmpd listens, unless WEIR_RUN tells",
	    "WEIR_RUN    where weir-rtmpd says where it listens",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-pull",
	    .summary = "what FFmpeg reads, as NUT on stdout, or published",
	    .operands = "[URL|FILE]",
	    .opt = opt,
	    .env = env,
	};
	const char *url = getenv("WEIR_PULL");
	int operand, code;

	if ((code = opt_parse(&prog, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (operand < argc)
		url = argv[operand];
	if (argc - operand > !test || (url == NULL && !test)) {
		err_msg("want one address, or a file, or --test");
		return EXIT_PERM;
	}
	if (test)
		origin_pattern(&p.origin);
	else if (origin_parse(&p.origin, url) == -1) {
		err_msg("want a file, or an address of http, https, rtsp, "
			"rtsps, srt, rtmp, rtmps, udp or rtp");
		return EXIT_PERM;
	}
	if (destination_read(to, to_file, key_file) == -1)
		return EXIT_PERM;
	p.to = *to != '\0' ? to : NULL;
	if (p.to == NULL && isatty(STDOUT_FILENO)) {
		err_msg("media is not for a terminal: give --key-file, or a "
			"pipe");
		return EXIT_PERM;
	}
	/* It may hold a password that nobody else is to see. */
	if (operand < argc)
		explicit_bzero(argv[operand], strlen(argv[operand]));
	p.limits.stall_ms = (unsigned)stall_s * 1000;
	p.retry_max_s = (unsigned)retry_s;
	return pull(&p);
}
