#include "runner.h"
#include "clock.h"

#include <stdio.h>
#include <string.h>

bool
runner_begun(const struct runner *r)
{
	return r->pipeline != NULL || r->restart_ms != 0;
}

/* It died, or did not start, and there is more to come. */
static void
died(struct runner *r, uint64_t now_ms)
{
	bool temporary = strcmp(r->died, CHILD_HOW_TEMP) == 0;
	unsigned recent = 0;
	uint64_t pause_ms;

	for (size_t i = 0; i < RUNNER_RESTARTS; i++)
		recent += r->restarted_ms[i] != 0 &&
			  now_ms - r->restarted_ms[i] < RUNNER_RESTARTS_MS;
	if (recent == RUNNER_RESTARTS && !temporary) {
		r->ops->given_up(r->ctx, r->died);
		return;
	}
	pause_ms = (uint64_t)RUNNER_PAUSE_MS << recent;
	if (recent == RUNNER_RESTARTS || pause_ms > RUNNER_PAUSE_MAX_MS)
		pause_ms = RUNNER_PAUSE_MAX_MS;
	r->restart_ms = now_ms + pause_ms;
}

static void
on_ended(void *arg, bool ok, const char *how)
{
	struct runner *r = arg;

	(void)snprintf(r->died, sizeof(r->died), "%s", how);
	pipeline_close(r->pipeline);
	r->pipeline = NULL;
	if (r->finishing)
		r->ops->finished(r->ctx, ok, r->died);
	else
		died(r, clock_mono_us() / 1000);
}

static void
start(struct runner *r)
{
	r->restart_ms = 0;
	r->starts++;
	r->pipeline = r->ops->start(r->ctx, on_ended, r);
}

void
runner_begin(
    struct runner *r, const struct runner_ops *ops, void *ctx, uint64_t now_ms)
{
	r->ops = ops;
	r->ctx = ctx;
	start(r);
	if (r->pipeline != NULL)
		return;
	(void)snprintf(r->died, sizeof(r->died), "cannot be started");
	died(r, now_ms);
}

static void
restart(struct runner *r, uint64_t now_ms)
{
	/* Its first start is 1, so the ring's oldest is the next to go. */
	r->restarted_ms[r->starts % RUNNER_RESTARTS] = now_ms;
	start(r);
	r->ops->restarted(r->ctx, r->died, r->starts);
	if (r->pipeline == NULL)
		died(r, now_ms);
}

bool
runner_finish(struct runner *r, uint64_t now_ms)
{
	r->restart_ms = 0;
	r->finishing = true;
	if (r->pipeline != NULL)
		pipeline_finish(r->pipeline, now_ms);
	return r->pipeline != NULL;
}

void
runner_stop(struct runner *r)
{
	pipeline_close(r->pipeline);
	r->pipeline = NULL;
	r->restart_ms = 0;
}

void
runner_tick(struct runner *r, uint64_t now_ms)
{
	if (r->pipeline != NULL)
		pipeline_tick(r->pipeline, now_ms);
	else if (r->restart_ms != 0 && now_ms >= r->restart_ms)
		restart(r, now_ms);
}
