#ifndef PROBE_CHANNEL_H
#define PROBE_CHANNEL_H

#include "probe.h"

/*
 * The newest segments of a live broadcast, in memory: they are read before
 * this process gives up its rights, and looked at after.
 */
struct channel;

/*
 * Read the newest SECONDS of what NAME is live with.  0 with *C, or an exit
 * code after reporting why not.
 */
int channel_open(struct channel **c, const char *name, uint64_t seconds);
void channel_close(struct channel *c);

/* Give all of it to P.  An exit code, after reporting. */
int channel_run(const struct channel *c, struct probe *p);

#endif
