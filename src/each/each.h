#ifndef EACH_EACH_H
#define EACH_EACH_H

#include "from.h"
#include "match.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

enum { EACH_MAX_JOBS = 256, EACH_MAX_NAME = 64 };

/* What was asked for on the command line. */
struct each {
	const char *name, *worker; /* WORKER NULL: the only one here */
	char dir[PATH_MAX];        /* of the state */
	struct match match;
	struct from from;
	bool from_given;
	uint64_t jobs, tries, backoff_ms, timeout_s, drain_s, lease_s;
	bool claim, noop, once;
	char *const *argv; /* the command; NULL with NOOP */
};

/* Run the command for each event.  An exit code. */
int each_run(const struct each *o);

#endif
