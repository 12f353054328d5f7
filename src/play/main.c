#include "err.h"
#include "play.h"

#include <string.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	const char *names[MEDIA_MAX_TRACKS], *format = "nut";
	struct opt_list track = {names, 0, MEDIA_MAX_TRACKS};
	struct play p = {.track = &track};
	const struct opt opt[] = {
	    {.letter = 'n',
		.name = "from",
		.arg = "now|start|SECONDS",
		.help = "begin there; -30 is half a minute before the end",
		.text = &p.from},
	    {.letter = 't',
		.name = "track",
		.arg = "NAME",
		.help = "this track, or all; may be given again (video, audio)",
		.list = &track},
	    {.letter = 'f',
		.name = "format",
		.arg = "nut|ts",
		.help = "NUT, or MPEG-TS (nut)",
		.text = &format},
	    {.letter = 'p',
		.name = "pace",
		.help = "in real time, as it was sent",
		.flag = &p.pace},
	    {.letter = 'w',
		.name = "wait",
		.help = "first wait until the channel is live",
		.flag = &p.wait},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log and the media lie",
	    "WEIR_RUN    where weir-logd's sockets lie",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-play",
	    .summary =
		"a channel's newest broadcast, or a recording, on stdout",
	    .operands = "CHANNEL|BROADCAST",
	    .opt = opt,
	    .env = env,
	};
	int operand, code;

	if ((code = opt_parse(&prog, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (argc - operand != 1) {
		err_msg("want a channel or a broadcast, and one alone");
		return EXIT_PERM;
	}
	if (strcmp(format, "nut") != 0 && strcmp(format, "ts") != 0) {
		err_msg("--format %s: want nut or ts", format);
		return EXIT_PERM;
	}
	p.format = *format == 'n' ? OUT_NUT : OUT_TS;
	p.name = argv[operand];
	if (isatty(STDOUT_FILENO)) {
		err_msg("media is not for a terminal: weir play %s | ffplay -",
		    p.name);
		return EXIT_PERM;
	}
	return play(&p);
}
