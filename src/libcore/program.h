#ifndef CORE_PROGRAM_H
#define CORE_PROGRAM_H

#include <limits.h>

/*
 * Pipelines by their names: the operator's own programs in
 * $WEIR_STATE/pipelines, before those in $WEIR_PIPELINES.
 */
enum { PROGRAM_NAME_SIZE = 65 /* a name and its NUL */ };

/*
 * Where the pipeline NAME lies, into DST.  0, or -1 with errno: ENOENT (there
 * is none, or NAME is no name), EACCES (it cannot be started), or as stat(2).
 */
int program_find(char dst[PATH_MAX], const char *name);

/* Their names into DST of CAP bytes, ", " between them, as many as fit. */
void program_names(char *dst, size_t cap);

#endif
