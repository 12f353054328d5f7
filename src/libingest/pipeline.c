#include "pipeline.h"
#include "clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Bytes of one write; a pipe's size. */
enum { WRITE_MAX = CHILD_PIPE_BYTES, KEEP_BYTES = 1024 * 1024 };

struct pipeline {
	struct poller *poller;
	const struct pipeline_limits *limits;
	pipeline_ended_fn *ended;
	void *ctx;
	struct child child;
	struct poller_item exit, pipe;
	bool polled; /* the pipe is waited for */

	struct buf queue;
	size_t sent;           /* of the queue's beginning */
	bool full;             /* until it has caught up */
	uint64_t lag_since_ms; /* the queue was empty; 0: it is */
	uint64_t taken_ms;     /* bytes were taken last */

	bool finishing;
	uint64_t term_ms, kill_ms;  /* when to send which; 0: not */
	char fault[CHILD_HOW_SIZE]; /* why we killed it, or empty */
};

static uint64_t
now(void)
{
	return clock_mono_us() / 1000;
}

static void
on_exit_ready(void *ctx, uint32_t events)
{
	struct pipeline *p = ctx;
	char how[CHILD_HOW_SIZE];
	bool ok;

	(void)events;
	poller_del(p->poller, &p->exit);
	if (p->polled)
		poller_del(p->poller, &p->pipe);
	p->polled = false;
	ok = child_reap(&p->child, how) == 0 && p->finishing &&
	     p->fault[0] == '\0';
	p->ended(p->ctx, ok, p->fault[0] != '\0' ? p->fault : how);
}

static void
on_pipe_ready(void *ctx, uint32_t events)
{
	(void)events;
	pipeline_flush(ctx);
}

struct pipeline *
pipeline_open(struct poller *poller, const struct pipeline_limits *limits,
    const char *path, char *const env[], pipeline_ended_fn *ended, void *ctx)
{
	struct pipeline *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->poller = poller;
	p->limits = limits;
	p->ended = ended;
	p->ctx = ctx;
	p->taken_ms = now();
	buf_init(&p->queue, PIPELINE_QUEUE_MAX);
	if (child_start(&p->child, path, env) == -1)
		goto free_pipeline;
	p->exit = (struct poller_item){p->child.pidfd, on_exit_ready, p};
	p->pipe = (struct poller_item){p->child.in, on_pipe_ready, p};
	if (poller_add(poller, &p->exit, EPOLLIN) == -1)
		goto kill_child;
	return p;
kill_child:
	pipeline_close(p);
	return NULL;
free_pipeline:
	free(p);
	return NULL;
}

void
pipeline_close(struct pipeline *p)
{
	char how[CHILD_HOW_SIZE];
	int saved = errno;

	if (p == NULL)
		return;
	if (p->polled)
		poller_del(p->poller, &p->pipe);
	if (p->child.pidfd != -1) {
		poller_del(p->poller, &p->exit);
		(void)child_reap(&p->child, how);
	}
	buf_fini(&p->queue);
	free(p);
	errno = saved;
}

struct buf *
pipeline_queue(struct pipeline *p)
{
	return &p->queue;
}

/* Kill it, saying WHY; SIGKILL follows when SIGTERM is not heard. */
static void
kill_for(struct pipeline *p, const char *why, uint64_t now_ms)
{
	if (p->kill_ms != 0)
		return;
	(void)snprintf(p->fault, sizeof(p->fault), "%s", why);
	child_signal(&p->child, SIGTERM);
	p->kill_ms = now_ms + p->limits->kill_ms;
}

/* Wait for the pipe, or no longer. */
static void
poll_pipe(struct pipeline *p, bool wanted)
{
	if (wanted == p->polled)
		return;
	if (!wanted)
		poller_del(p->poller, &p->pipe);
	else if (poller_add(p->poller, &p->pipe, EPOLLOUT) == -1)
		return; /* the next flush is the next try */
	p->polled = wanted;
}

/* The queue is sent: its memory is for what comes next. */
static void
queue_done(struct pipeline *p)
{
	p->sent = 0;
	p->lag_since_ms = 0;
	p->full = false;
	buf_reset(&p->queue);
	if (p->queue.cap > KEEP_BYTES)
		buf_fini(&p->queue);
	poll_pipe(p, false);
	if (p->finishing)
		child_close_stdin(&p->child);
}

void
pipeline_flush(struct pipeline *p)
{
	struct buf *q = &p->queue;

	if (p->child.in == -1) {
		buf_reset(q);
		p->sent = 0;
		return;
	}
	while (p->sent < q->len) {
		size_t n = q->len - p->sent;
		ssize_t k;

		k = write(
		    p->child.in, q->p + p->sent, n < WRITE_MAX ? n : WRITE_MAX);
		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1 && errno != EAGAIN) {
			/*
			 * Nobody reads any more.  It will have died, which its
			 * pidfd tells; if not, it is of no use.
			 */
			poll_pipe(p, false);
			child_close_stdin(&p->child);
			p->term_ms = now() + p->limits->kill_ms;
			return;
		}
		if (k == -1)
			break;
		p->sent += (size_t)k;
		p->taken_ms = now();
	}
	if (p->sent == q->len) {
		queue_done(p);
		return;
	}
	if (p->lag_since_ms == 0)
		p->lag_since_ms = now();
	/* Moving the rest pays once it is no more than what was sent. */
	if (p->sent >= q->len - p->sent) {
		buf_consume(q, p->sent);
		p->sent = 0;
	}
	poll_pipe(p, true);
}

bool
pipeline_room(struct pipeline *p, uint64_t now_ms)
{
	size_t waiting = p->queue.len - p->sent;

	if (p->child.in == -1)
		return false;
	if (waiting > PIPELINE_QUEUE_MAX / 2 ||
	    (p->lag_since_ms != 0 &&
		now_ms > p->lag_since_ms + p->limits->lag_ms))
		p->full = true;
	return !p->full;
}

void
pipeline_finish(struct pipeline *p, uint64_t now_ms)
{
	uint64_t term_ms = now_ms + p->limits->finish_ms;

	if (p->term_ms == 0 || term_ms < p->term_ms)
		p->term_ms = term_ms;
	p->finishing = true;
	pipeline_flush(p);
}

/* When it began to take nothing of what waits. */
static uint64_t
stalled_since(const struct pipeline *p)
{
	return p->taken_ms > p->lag_since_ms ? p->taken_ms : p->lag_since_ms;
}

void
pipeline_tick(struct pipeline *p, uint64_t now_ms)
{
	char why[CHILD_HOW_SIZE];

	if (p->kill_ms != 0) {
		if (now_ms >= p->kill_ms) {
			child_signal(&p->child, SIGKILL);
			p->kill_ms = now_ms + p->limits->kill_ms;
		}
	} else if (p->term_ms != 0 && now_ms >= p->term_ms) {
		(void)snprintf(why, sizeof(why), "did not end within %llu s",
		    (unsigned long long)p->limits->finish_ms / 1000);
		kill_for(p,
		    p->finishing ? why : "closed its input and did not end",
		    now_ms);
	} else if (p->lag_since_ms != 0 && !p->finishing &&
		   now_ms > stalled_since(p) + p->limits->stall_ms) {
		(void)snprintf(why, sizeof(why), "took nothing for %llu s",
		    (unsigned long long)p->limits->stall_ms / 1000);
		kill_for(p, why, now_ms);
	}
}
