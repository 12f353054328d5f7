#include "bus.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "opt.h"
#include "report.h"
#include "where.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Figures are said every two seconds; a little more, and each live broadcast
 * was heard once.
 */
enum { WATCH_MS = 2500 };

/* Exit code of this program when a daemon does not run. */
enum { EXIT_NOT_ALL = 1 };

/* One that is optional counts once it was started here. */
static const struct {
	const char *name, *program;
	bool optional;
} daemons[] = {{"logd", "weir-logd", false}, {"rtmpd", "weir-rtmpd", false},
    {"edged", "weir-edged", false}, {"thumb", "weir-thumb", true},
    {"srtd", "weir-srtd", true}};

/* Listen for figures until all live broadcasts told some, or WATCH_MS. */
static void
listen_in(struct onair *o)
{
	static const char *const types[] = {
	    "IngestMeasured", "StreamMeasured", "SoundMeasured"};
	const uint64_t end_us = clock_mono_us() + WATCH_MS * 1000;
	struct bus_sub *sub;
	struct event e;
	uint64_t now;
	int n;

	if (o->len == 0)
		return;
	if ((sub = bus_sub_open(types, sizeof(types) / sizeof(*types))) ==
	    NULL) {
		err_warn("listen to the bus: %s", strerror(errno));
		return;
	}
	while (onair_heard(o) < o->len && (now = clock_mono_us()) < end_us) {
		n = bus_sub_next(
		    sub, (unsigned)((end_us - now) / 1000 + 1), &e);
		if (n == 1)
			onair_hear(o, &e);
		else if (n == -1 && errno != EINTR && errno != EBADMSG)
			break;
	}
	bus_sub_close(sub);
}

/* 0, or -1 after reporting that the log could not be read. */
static int
read_log(struct report *r, const char *dir, bool watch)
{
	struct log *l = log_open(dir);
	int rc;

	if (l == NULL) {
		if (errno == ENOENT)
			return 0;
		err_sys("open the log %s", dir);
		return -1;
	}
	if ((rc = onair_read(&r->onair, l)) == -1)
		err_sys("read the log %s", dir);
	else
		r->log_there = true;
	log_close(l);
	if (rc == 0 && watch)
		listen_in(&r->onair);
	return rc;
}

/* Was the daemon NAME ever started here?  Its lock's file stays. */
static bool
was_here(const char *name)
{
	char path[PATH_MAX], file[NAME_MAX];

	(void)snprintf(file, sizeof(file), "%s.lock", name);
	return conf_path(path, CONF_RUN, file) == 0 && access(path, F_OK) == 0;
}

static int
look(struct report *r)
{
	int all = 0;

	for (size_t i = 0; i < sizeof(daemons) / sizeof(daemons[0]); i++) {
		struct report_daemon *d = &r->daemon[r->daemons];

		if (daemons[i].optional && !was_here(daemons[i].name))
			continue;
		r->daemons++;
		d->name = daemons[i].program;
		if (proc_look(daemons[i].name, &d->proc) == -1) {
			err_sys("look for %s in %s", d->name, r->run);
			return -1;
		}
		all += d->proc.pid != 0;
	}
	if (r->daemon[1].proc.pid != 0)
		(void)where_reach(r->publish, sizeof(r->publish), "rtmpd");
	if (r->daemon[2].proc.pid != 0)
		(void)where_reach(r->watch, sizeof(r->watch), "edged");
	if (r->daemons > 4 && r->daemon[4].proc.pid != 0)
		(void)where_reach(
		    r->publish_srt, sizeof(r->publish_srt), "srtd");
	return (size_t)all == r->daemons;
}

static bool
colour_wanted(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && conf_text("NO_COLOR", NULL) == NULL &&
	       term != NULL && strcmp(term, "dumb") != 0;
}

static int
status(bool json, bool watch)
{
	char state[PATH_MAX], run[PATH_MAX], log[PATH_MAX];
	struct report r = {.state = state, .run = run};
	int all, code = EXIT_TEMP;

	if (conf_path(state, CONF_STATE, "") == -1 ||
	    conf_path(log, CONF_STATE, "log") == -1 ||
	    conf_path(run, CONF_RUN, "") == -1) {
		err_sys("WEIR_STATE, WEIR_RUN");
		return EXIT_PERM;
	}
	if ((all = look(&r)) == -1 || read_log(&r, log, watch) == -1)
		return EXIT_TEMP;
	r.now_us = clock_real_us();
	if (json && report_json(&r, stdout) == -1) {
		err_sys("write to stdout");
		goto out;
	}
	if (!json)
		report_print(&r, stdout, colour_wanted());
	if (ferror(stdout) || fflush(stdout) == EOF) {
		err_sys("write to stdout");
		goto out;
	}
	code = all ? EXIT_OK : EXIT_NOT_ALL;
out:
	onair_fini(&r.onair);
	return code;
}

int
main(int argc, char *argv[])
{
	bool json = false, watch = false;
	const struct opt opts[] = {
	    {.letter = 'j',
		.name = "json",
		.flag = &json,
		.help = "one JSON object"},
	    {.letter = 'w',
		.name = "watch",
		.flag = &watch,
		.help = "listen for 2.5 s what comes in from encoders"},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the log lies (its folder log)",
	    "WEIR_RUN    where the daemons' locks lie",
	    "NO_COLOR    when set, no colours",
	    NULL,
	};
	const struct opt_program program = {.name = "weir-status",
	    .summary = "Show what runs and what is live",
	    .opt = opts,
	    .env = env};
	int operand, code;

	if ((code = opt_parse(&program, argc, argv, &operand)) != OPT_RUN)
		return code;
	return status(json, watch);
}
