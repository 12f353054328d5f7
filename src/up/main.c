#include "err.h"
#include "opt.h"
#include "super.h"

enum { STOP_LIMIT_S = 15, STOP_LIMIT_MAX_S = 3600 };

int
main(int argc, char *argv[])
{
	struct super_settings settings = {.stop_limit_s = STOP_LIMIT_S};
	const struct opt opts[] = {
	    {.letter = 'q',
		.name = "quiet",
		.flag = &settings.quiet,
		.help = "of what the daemons say, only warnings and errors"},
	    {.name = "stop-limit",
		.arg = "SECONDS",
		.number = &settings.stop_limit_s,
		.min = 1,
		.max = STOP_LIMIT_MAX_S,
		.help = "how long each daemon may take to end (15)"},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log and the media lie",
	    "WEIR_RUN    where sockets and locks lie",
	    "WEIR_HTTP   where to listen for viewers (127.0.0.1:8080)",
	    "WEIR_RTMP   where to listen for encoders (127.0.0.1:1935)",
	    "NO_COLOR    when set, no colours",
	    NULL,
	};
	const struct opt_program program = {.name = "weir-up",
	    .summary = "Start every daemon, show what they say, stop with ^C",
	    .opt = opts,
	    .env = env};
	int operand, code;

	if ((code = opt_parse(&program, argc, argv, &operand)) != OPT_RUN)
		return code;
	return super_run(&settings);
}
