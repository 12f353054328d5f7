#ifndef REBUILD_H
#define REBUILD_H

#include "model.h"

/* Where to read and to write, and whether to tell on stderr how far it is. */
struct rebuild {
	struct log *log;
	const char *projections; /* the directory */
	bool progress;
};

/*
 * Drop M's rows, fold the log again and print "NAME SEQ DIGEST".  An exit code,
 * after reporting.
 */
int rebuild_model(const struct rebuild *r, const struct model *m);

/*
 * Fold privately as far as what is kept of M has come, compare, and print the
 * same with "same" or "differs" behind it.  An exit code, after reporting.
 */
int rebuild_check(const struct rebuild *r, const struct model *m);

#endif
