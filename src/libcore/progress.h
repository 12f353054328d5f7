#ifndef CORE_PROGRESS_H
#define CORE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A line on stderr that tells people how far something has come; nothing at
 * all when that is not a terminal.
 */
struct progress {
	const char *what; /* "reading" */
	uint64_t total;
	uint64_t begun_us, shown_us;
	bool terminal, shown;
};

/* WHAT is borrowed until progress_fini(); the whole way is TOTAL. */
void progress_init(struct progress *p, const char *what, uint64_t total);

/* It has come to DONE; cheap enough to be called for every event. */
void progress_set(struct progress *p, uint64_t done);

/* Take the line away. */
void progress_fini(struct progress *p);

#endif
