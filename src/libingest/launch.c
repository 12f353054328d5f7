#include "broadcast_own.h"
#include "choice.h"
#include "clock.h"
#include "environ.h"
#include "err.h"
#include "journal.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Which pipeline a broadcast goes through, and that it is started. */

enum {
	/* What pipelines die of so soon, so often, is not said to another. */
	REPLAYED_MS = 2000,
	REPLAYS = 2,
	/* A log that does not say which pipeline it is to be is waited for. */
	CHOOSE_MS = 2000
};

/* The program B is to go through: the channel's own, if there is one. */
static int
find_program(const struct broadcast *b, char path[PATH_MAX])
{
	const char *usual = b->set->setup.usual;

	if (b->pipeline[0] != '\0') {
		if (program_find(path, b->pipeline) == 0)
			return 0;
		err_warn("the channel's pipeline cannot be started, taking %s "
			 "channel=%s pipeline=%s: %s",
		    usual, b->channel, b->pipeline, strerror(errno));
	}
	return program_find(path, usual);
}

static struct pipeline *
on_start(void *ctx, pipeline_ended_fn *ended, void *arg)
{
	const struct broadcast *b = ctx;
	const struct broadcasts_setup *s = &b->set->setup;
	const struct environ_var vars[] = {
	    {"WEIR_STATE", s->state_dir},
	    {"WEIR_RUN", s->run_dir},
	    {"WEIR_CHANNEL", b->channel},
	    {"WEIR_BROADCAST", b->id},
	    {"WEIR_CLOCK", b->clock},
	    {NULL, NULL},
	};
	char **env = environ_make(vars, s->bin_dir);
	struct pipeline *p = NULL;
	char path[PATH_MAX] = "a pipeline";

	if (env != NULL && find_program(b, path) == 0)
		p = pipeline_open(s->poller, &s->limits, path, env, ended, arg);
	if (p == NULL)
		err_sys("start %s", path);
	environ_free(env);
	return p;
}

/* Give the pipeline, which runs, the frames of late. */
static void
say_again(struct broadcast *b)
{
	if (mux_replay(b->mux, pipeline_queue(b->runner.pipeline)) == -1)
		mux_restart(b->mux);
	pipeline_flush(b->runner.pipeline);
}

/*
 * Have the pipeline that was started begin with the frames of late, unless it
 * is of them that those before died.
 */
static void
replay(struct broadcast *b, bool temporary)
{
	uint64_t now_ms = clock_mono_us() / 1000;

	if (b->replayed_ms == 0 || now_ms >= b->replayed_ms + REPLAYED_MS ||
	    temporary)
		b->replays = 0;
	if (b->runner.pipeline == NULL || b->replays == REPLAYS) {
		b->replays = 0;
		b->replayed_ms = 0;
		mux_restart(b->mux);
		return;
	}
	b->replays++;
	b->replayed_ms = now_ms;
	say_again(b);
}

static void
on_restarted(void *ctx, const char *how, uint64_t attempt)
{
	struct broadcast *b = ctx;

	replay(b, strcmp(how, CHILD_HOW_TEMP) == 0);
	b->set->setup.figures->restarts++;
	err_warn("pipeline restarted channel=%s broadcast=%s attempt=%" PRIu64
		 " reason=\"%s\"",
	    b->channel, b->id, attempt, how);
	if (journal_restarted(
		b->set->setup.bus, broadcast_about(b), how, attempt) == -1)
		err_warn("the log was not told channel=%s: %s", b->channel,
		    strerror(errno));
}

static void
on_finished(void *ctx, bool ok, const char *how)
{
	struct broadcast *b = ctx;
	size_t n = strlen(b->reason);

	if (!ok)
		(void)snprintf(b->reason + n, sizeof(b->reason) - n,
		    "; the pipeline %s", how);
	broadcast_over(b);
}

static void
on_given_up(void *ctx, const char *how)
{
	broadcast_give_up(ctx, how);
}

/* Start its pipeline for the first time in this process. */
static void
begin(struct broadcast *b, uint64_t now_ms)
{
	static const struct runner_ops ops = {
	    on_start, on_restarted, on_given_up, on_finished};

	b->choose_ms = 0;
	runner_begin(&b->runner, &ops, b, now_ms);
	if (b->early && b->runner.pipeline != NULL)
		say_again(b);
	b->early = false;
	if (b->stage == BROADCAST_ENDING && !runner_finish(&b->runner, now_ms))
		broadcast_over(b);
}

static void
on_choice(void *ctx, const char *channel, const char *pipeline)
{
	/* By its name, since it may have ended meanwhile. */
	struct broadcast *b = broadcasts_find(ctx, channel);

	if (b == NULL || b->choose_ms == 0)
		return;
	(void)snprintf(b->pipeline, sizeof(b->pipeline), "%s", pipeline);
	begin(b, clock_mono_us() / 1000);
}

void
broadcast_choose(struct broadcast *b, uint64_t now_ms)
{
	b->choose_ms = now_ms + CHOOSE_MS;
	if (choices_ask(b->set->choices, b->channel, on_choice, b->set) == -1)
		begin(b, now_ms);
}

void
broadcast_choose_on(struct broadcast *b, uint64_t now_ms)
{
	if (b->choose_ms != 0 && now_ms >= b->choose_ms)
		begin(b, now_ms);
}
