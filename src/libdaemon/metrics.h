#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

#include "buf.h"
#include "daemon.h"

#include <limits.h>

/*
 * A daemon's figures as a file in Prometheus' text format, version 0.0.4.
 * Embedded; METRIC is borrowed and may be NULL.
 */
struct metrics {
	const struct daemon_metric *metric;
	char path[PATH_MAX]; /* $WEIR_RUN/metrics/<name>.prom */
	struct buf text;     /* what was composed last */
	struct buf written;  /* what the file holds */
};

/* Make the folder.  0, or -1 after reporting the cause. */
int metrics_init(
    struct metrics *m, const char *name, const struct daemon_metric *metric);
void metrics_fini(struct metrics *m);

/*
 * Write the file if a figure changed.  0, or -1 with errno; the file is
 * then as it was.
 */
int metrics_write(struct metrics *m);

#endif
