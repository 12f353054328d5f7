#ifndef INGEST_PIPELINE_H
#define INGEST_PIPELINE_H

#include "buf.h"
#include "child.h"
#include "poller.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The programs behind a broadcast, and the bytes that are on their way to
 * them.  Nothing here blocks: what the pipe does not take waits in a queue,
 * and each wait has its limit.
 */
enum {
	PIPELINE_QUEUE_MAX = 16 * 1024 * 1024, /* bytes */
	PIPELINE_LAG_MS = 10000,    /* the queue was not empty for so long */
	PIPELINE_STALL_MS = 20000,  /* nothing was taken: it is killed */
	PIPELINE_FINISH_MS = 15000, /* from the end of stdin to exit */
	PIPELINE_KILL_MS = 2000     /* from SIGTERM to SIGKILL */
};

struct pipeline;

/* How long things may take, in ms; the values above unless tests hurry. */
struct pipeline_limits {
	uint64_t lag_ms, stall_ms, finish_ms, kill_ms;
};

/*
 * It ended; HOW says it to people ("was killed by SIGKILL", "took nothing
 * for 20 s"), OK that it exited with 0 after pipeline_finish().  The only
 * thing to be done with it then is pipeline_close(), from here if one likes.
 */
typedef void pipeline_ended_fn(void *ctx, bool ok, const char *how);

/*
 * Start PATH with the environment ENV.  LIMITS is borrowed.  NULL with
 * errno as child_start().
 */
struct pipeline *pipeline_open(struct poller *poller,
    const struct pipeline_limits *limits, const char *path, char *const env[],
    pipeline_ended_fn *ended, void *ctx);

/* Forget it; when it still runs it is killed first. */
void pipeline_close(struct pipeline *p);

/* Bytes for it are appended here, then pipeline_flush() is called. */
struct buf *pipeline_queue(struct pipeline *p);

/* Send what it takes now. */
void pipeline_flush(struct pipeline *p);

/*
 * False when no more should be queued: it lags behind, until it has caught
 * up again.
 */
bool pipeline_room(struct pipeline *p, uint64_t now_ms);

/*
 * The last byte is queued: close its stdin behind it, wait for its exit.
 * Said again, it may shorten the wait.
 */
void pipeline_finish(struct pipeline *p, uint64_t now_ms);

/* Let the limits take effect; to be called several times a second. */
void pipeline_tick(struct pipeline *p, uint64_t now_ms);

#endif
