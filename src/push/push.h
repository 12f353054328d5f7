#ifndef PUSH_PUSH_H
#define PUSH_PUSH_H

#include "target.h"
#include "url.h"

#include <stdbool.h>
#include <stddef.h>

enum { PUSH_MAX_TARGETS = 16 };

/* What was asked for on the command line. */
struct push {
	struct url url[PUSH_MAX_TARGETS];
	size_t urls;
	bool tee; /* what comes in goes to stdout, too */
	struct target_limits limits;
	unsigned finish_s; /* to send what is left at the end */
};

/* Send stdin to all of them.  An exit code. */
int push(const struct push *p);

#endif
