#ifndef SRTD_SRTD_H
#define SRTD_SRTD_H

#include "ingest.h"
#include "link.h"
#include "listener.h"

/* The daemon: everything of it, opened, turned and closed in order. */
struct srtd;

#define SRTD_UNSET UINT64_MAX

struct srtd_options {
	struct listener_limits limits; /* latency_ms: may be SRTD_UNSET */
	struct ingest_options ingest;
	bool allow_old; /* a libsrt that nobody should listen with */
};

/* What it counts; shown as metrics. */
struct srtd_figures {
	struct figures ingest;
	struct link_figures links;
};

/*
 * OPTIONS and FIGURES are borrowed.  NULL after reporting the cause; *CODE
 * is then the exit code, when it is another one than EXIT_TEMP.
 */
struct srtd *srtd_open(const struct srtd_options *options,
    struct srtd_figures *figures, zloop_t *loop, int *code);
void srtd_close(struct srtd *s);

/* To be called every INGEST_TICK_MS. */
void srtd_tick(struct srtd *s);

/* End in order; to be called until 0 says that nothing is left to do. */
int srtd_drain(struct srtd *s);

#endif
