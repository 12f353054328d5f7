#ifndef PROBE_FILTER_H
#define PROBE_FILTER_H

#include "probe.h"

#include <stdbool.h>

/*
 * Give P what comes as NUT on FD, for SECONDS of the stream (0: to its end),
 * and pass it on to TEE unless that is -1, all of it then.  An exit code,
 * after reporting.
 */
int filter_run(struct probe *p, int fd, int tee, uint64_t seconds);

#endif
