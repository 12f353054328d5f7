#ifndef THUMB_THUMB_H
#define THUMB_THUMB_H

#include "daemon.h"

/* The daemon: who is live and who was, and workers that look at them. */
struct thumb;

enum { THUMB_MAX_JOBS = 64 };

/* Made of zeros but for what is asked for. */
struct thumb_ctx {
	uint64_t every_s, jobs;
	bool no_boards, worker;
	struct thumb *thumb;
	struct thumb_figures {
		uint64_t live, waiting, pictures, boards, failures;
	} figures;
};

/* See struct daemon_ops; CTX is a struct thumb_ctx. */
int thumb_open(void *ctx, zloop_t *loop, int *code);
int thumb_tick(void *ctx);
int thumb_drain(void *ctx);
void thumb_close(void *ctx);

#endif
