#ifndef APPEND_RELAY_H
#define APPEND_RELAY_H

#include "bus.h"

/* What was asked for on the command line. */
struct relay {
	enum bus_door door;
	const char *source; /* of events that name none */
	bool answers;       /* print what became of each record */
};

/*
 * Append what comes on stdin until its end and until everything is
 * answered, however long weir-logd is away.  An exit code: EXIT_PERM when
 * something was refused.
 */
int relay_run(const struct relay *r);

#endif
