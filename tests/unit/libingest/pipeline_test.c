#include "clock.h"
#include "pipeline.h"
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEADLINE_MS = 60000, SHORT_MS = 300 };

/* A pipeline, and what was heard of its end. */
struct bench {
	struct poller *poller;
	struct pipeline_limits limits;
	struct pipeline *p;
	bool ended, ok;
	char how[CHILD_HOW_SIZE];
	char script[64];
};

static uint64_t
now(void)
{
	return clock_mono_us() / 1000;
}

static void
on_ended(void *ctx, bool ok, const char *how)
{
	struct bench *b = ctx;

	b->ended = true;
	b->ok = ok;
	(void)snprintf(b->how, sizeof(b->how), "%s", how);
}

/* Start BODY, a shell script, which has all the time there is. */
static void
setup(struct bench *b, const char *body)
{
	static char *const env[] = {NULL};
	FILE *f;
	int fd;

	*b = (struct bench){
	    .limits = {DEADLINE_MS, DEADLINE_MS, DEADLINE_MS, DEADLINE_MS}};
	(void)snprintf(b->script, sizeof(b->script), "/tmp/pipeline.XXXXXX");
	if ((b->poller = poller_open()) == NULL ||
	    (fd = mkstemp(b->script)) == -1 || (f = fdopen(fd, "w")) == NULL)
		exit(1);
	(void)fchmod(fd, 0700);
	(void)fprintf(f, "#!/bin/sh\nPATH=/usr/bin:/bin\n%s\n", body);
	(void)fclose(f);
	b->p =
	    pipeline_open(b->poller, &b->limits, b->script, env, on_ended, b);
	if (b->p == NULL && errno == ENOSYS) {
		/* Debian 12's valgrind does not know pidfd_open(2). */
		(void)unlink(b->script);
		printf("1..0 # SKIP no pidfd here\n");
		exit(0);
	}
	OK(b->p != NULL);
	if (b->p == NULL)
		exit(1);
}

static void
teardown(struct bench *b)
{
	pipeline_close(b->p);
	poller_close(b->poller);
	(void)unlink(b->script);
}

/* Turn the loop until it ended, or the deadline. */
static bool
run(struct bench *b)
{
	uint64_t end_ms = now() + DEADLINE_MS;

	while (!b->ended && now() < end_ms) {
		(void)poller_turn(b->poller);
		if (!b->ended)
			pipeline_tick(b->p, now());
		(void)usleep(1000);
	}
	return b->ended;
}

static void
fill(struct bench *b, size_t n)
{
	struct buf *q = pipeline_queue(b->p);

	if (buf_reserve(q, n) == 0) {
		memset(q->p + q->len, 'x', n);
		q->len += n;
	}
	pipeline_flush(b->p);
}

static void
takes_everything(void)
{
	struct bench b;

	/* More than the pipe holds, to one who reads slowly at first. */
	setup(&b, "test \"$(wc -c)\" -eq 3000000");
	fill(&b, 1000000);
	fill(&b, 2000000);
	pipeline_finish(b.p, now());
	OK(run(&b) && b.ok);
	OK(strcmp(b.how, "exited with 0") == 0);
	teardown(&b);
}

static void
tells_how_it_ended(void)
{
	struct bench b;

	setup(&b, "exit 3");
	OK(run(&b) && !b.ok && strcmp(b.how, "exited with 3") == 0);
	teardown(&b);
	setup(&b, "kill -9 $$");
	OK(run(&b) && !b.ok && strcmp(b.how, "was killed by SIGKILL") == 0);
	teardown(&b);
	/* To end well before it is told to is not well. */
	setup(&b, "exit 0");
	OK(run(&b) && !b.ok && strcmp(b.how, "exited with 0") == 0);
	teardown(&b);
}

static void
limits(void)
{
	struct bench b;

	/* It takes nothing. */
	setup(&b, "exec sleep 1000");
	OK(pipeline_room(b.p, now()));
	fill(&b, 1000000);
	OK(pipeline_room(b.p, now()));
	OK(!pipeline_room(b.p, now() + b.limits.lag_ms + 1));
	OK(!pipeline_room(b.p, now()));
	b.limits.stall_ms = SHORT_MS;
	OK(run(&b) && !b.ok && strncmp(b.how, "took nothing for", 16) == 0);
	teardown(&b);
	/* It is given too much. */
	setup(&b, "exec sleep 1000");
	fill(&b, PIPELINE_QUEUE_MAX / 2 + 1000000);
	OK(!pipeline_room(b.p, now()));
	teardown(&b);
	/* It does not end, and does not hear SIGTERM. */
	setup(&b, "trap '' TERM; while :; do sleep 1; done");
	b.limits.finish_ms = b.limits.kill_ms = SHORT_MS;
	pipeline_finish(b.p, now());
	OK(run(&b) && !b.ok && strncmp(b.how, "did not end", 11) == 0);
	teardown(&b);
	/* It closes its input, and goes on. */
	setup(&b, "exec <&-; exec sleep 1000");
	b.limits.kill_ms = SHORT_MS;
	for (uint64_t end_ms = now() + DEADLINE_MS;
	     pipeline_room(b.p, now()) && now() < end_ms; usleep(1000))
		fill(&b, 1);
	OK(!pipeline_room(b.p, now()));
	OK(run(&b) && strncmp(b.how, "closed its input", 16) == 0);
	teardown(&b);
}

static void
cannot_start(void)
{
	static char *const env[] = {NULL};
	struct pipeline_limits limits = {1, 1, 1, 1};
	struct poller *poller = poller_open();

	OK(pipeline_open(poller, &limits, "/nonexistent/live", env, on_ended,
	       NULL) == NULL);
	OK(errno == ENOENT);
	poller_close(poller);
}

int
main(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	takes_everything();
	tells_how_it_ended();
	limits();
	cannot_start();
	return tap_done();
}
