#include "err.h"
#include "event.h"
#include "forget.h"
#include "opt.h"

int
main(int argc, char *argv[])
{
	const char *reason = NULL;
	uint64_t timeout_s = 30;
	bool yes = false;
	const struct opt opt[] = {
	    {.letter = 'r',
		.name = "reason",
		.arg = "TEXT",
		.help = "kept with it: at whose wish, by what rule",
		.text = &reason},
	    {.name = "timeout",
		.arg = "SECONDS",
		.help = "wait so long for weir-logd (30)",
		.number = &timeout_s,
		.min = 1,
		.max = 86400},
	    {.letter = 'y',
		.name = "yes",
		.help = "do not ask on the terminal",
		.flag = &yes},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log lies (its folder log), to tell of it",
	    "WEIR_RUN    where weir-logd's sockets lie",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-forget",
	    .summary = "forget a person: destroy the key of what is personal "
		       "in their events",
	    .operands = "SUBJECT",
	    .opt = opt,
	    .env = env,
	};
	struct str subject;
	int at, code, n;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	if (argc - at != 1) {
		err_msg("want one subject, as user/ID");
		return EXIT_PERM;
	}
	subject = str_from(argv[at]);
	if (subject.len == 0 || subject.len > EVENT_MAX_SUBJECT ||
	    !str_graphic(subject)) {
		err_msg("%s is no subject: want 1 to 255 printable bytes",
		    argv[at]);
		return EXIT_PERM;
	}
	if (!yes && (n = forget_ask(subject)) != 1) {
		if (n == 0)
			err_msg("nothing was forgotten");
		return EXIT_PERM;
	}
	return forget(subject, reason, (unsigned)timeout_s * 1000);
}
