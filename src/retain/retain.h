#ifndef RETAIN_RETAIN_H
#define RETAIN_RETAIN_H

#include "rule.h"

struct retain {
	const char *log_dir, *media_dir;
	struct rules rules;
	uint64_t window_us; /* of live playlists where a channel says nothing */
	uint64_t grace_us;
	bool dry_run, json;
};

/*
 * Say what goes by the rules, or only tell; then remove the files of what was
 * said to go, by this run or one before.  An exit code, after reporting.
 */
int retain_run(const struct retain *a);

#endif
