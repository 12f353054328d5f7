#ifndef EDGED_EDGE_H
#define EDGED_EDGE_H

#include "daemon.h"

#include <stdint.h>

/* The daemon: settings, the follower on the loop, the server beside it. */

/* The figures that $WEIR_RUN/metrics/edged.prom tells. */
struct edge_figures {
	uint64_t responses, bytes, connections, seq, channels, live;
};

struct edge;

/* What edge.c needs of main.c's frame: made of zeros. */
struct edge_ctx {
	struct edge *edge;
	struct edge_figures figures;
};

/* See struct daemon_ops; CTX is a struct edge_ctx. */
int edge_open(void *ctx, zloop_t *loop, int *code);
int edge_tick(void *ctx);
void edge_reload(void *ctx);
int edge_drain(void *ctx);
void edge_close(void *ctx);

#endif
