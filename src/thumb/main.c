#include "conf.h"
#include "err.h"
#include "task.h"
#include "thumb.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { PERIOD_MS = 100, DRAIN_MS = 2000, EVERY_S = 10, JOBS = 2 };

/* Whoever asked for it is gone: so is what it was for. */
static int
work(void)
{
	err_setprog("weir-thumb");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1) {
		err_sys("begin to work");
		return EXIT_TEMP;
	}
	return task_work(STDIN_FILENO, STDOUT_FILENO);
}

int
main(int argc, char *argv[])
{
	struct thumb_ctx ctx = {.every_s = EVERY_S, .jobs = JOBS};
	const struct opt opt[] = {
	    {.letter = 'e',
		.name = "every",
		.arg = "SECONDS",
		.help = "renew the picture of what is live so often (10)",
		.number = &ctx.every_s,
		.min = 1,
		.max = 3600},
	    {.letter = 'j',
		.name = "jobs",
		.arg = "N",
		.help = "so many workers at once (2)",
		.number = &ctx.jobs,
		.min = 1,
		.max = THUMB_MAX_JOBS},
	    {.name = "no-storyboards",
		.help = "make none of recordings",
		.flag = &ctx.no_boards},
	    {.name = "worker",
		.help = "alone: do the task on stdin, as it has others do it",
		.flag = &ctx.worker},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE        where the log and the media lie",
	    "WEIR_RUN          where weir-logd's sockets lie",
	    "WEIR_THUMB_EVERY  seconds, when --every is not given", NULL};
	const struct daemon_metric metric[] = {
	    {"weir_thumb_live", "Broadcasts that are looked at.", "gauge",
		&ctx.figures.live},
	    {"weir_thumb_waiting", "Recordings that wait for a storyboard.",
		"gauge", &ctx.figures.waiting},
	    {"weir_thumb_pictures_total", "Pictures made of what is live.",
		"counter", &ctx.figures.pictures},
	    {"weir_thumb_storyboards_total", "Storyboards made.", "counter",
		&ctx.figures.boards},
	    {"weir_thumb_failures_total", "Pictures that could not be made.",
		"counter", &ctx.figures.failures},
	    {0}};
	const struct daemon_ops ops = {
	    .program = {.name = "weir-thumb",
		.summary = "Make pictures of what is live, and storyboards of "
			   "recordings",
		.opt = opt,
		.env = env},
	    .name = "thumb",
	    .open = thumb_open,
	    .tick = thumb_tick,
	    .period_ms = PERIOD_MS,
	    .drain = thumb_drain,
	    .drain_limit_ms = DRAIN_MS,
	    .close = thumb_close,
	    .metric = metric};

	if (argc == 2 && strcmp(argv[1], "--worker") == 0)
		return work();
	if (conf_number("WEIR_THUMB_EVERY", EVERY_S, 1, 3600, &ctx.every_s) ==
	    -1)
		return EXIT_PERM;
	return daemon_run(argc, argv, &ops, &ctx);
}
