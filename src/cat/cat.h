#ifndef CAT_H
#define CAT_H

#include "filter.h"

#include <stdint.h>

/* What was asked for on the command line. */
struct cat {
	struct filter filter;
	const char *from;   /* SEQ, TIME or "now" to begin with, or NULL */
	const char *until;  /* SEQ or TIME to end with, or NULL */
	uint64_t count;     /* end after so many events; 0: no limit */
	uint64_t timeout_s; /* give up when COUNT is not reached; 0: never */
	bool follow, json;
};

/* Events from the log in $WEIR_STATE onto stdout.  An exit code. */
int cat_log(const struct cat *c);

/* Events from FILE ("-": stdin), as msgpack, onto stdout.  An exit code. */
int cat_file(const struct cat *c, const char *file);

#endif
