#ifndef LOG_ROWS_H
#define LOG_ROWS_H

#include "str.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Rows of a projection that changed since they were last written, in memory:
 * a fold may change the same one a million times before it goes to disk.
 */
struct rows;

struct row {
	struct str key, value;
	bool gone;   /* the row was deleted; no value */
	char *bytes; /* where the value lies, with ROOM for so many */
	size_t room;
};

/* NULL with errno ENOMEM. */
struct rows *rows_open(void);
void rows_close(struct rows *t);

/* How many there are, and about how much memory they take. */
size_t rows_count(const struct rows *t);
size_t rows_bytes(const struct rows *t);

/* What became of the row KEY, or NULL. */
const struct row *rows_find(struct rows *t, struct str key);

/*
 * The row KEY has VALUE now, or is GONE.  0, or -1 with errno ENOMEM and
 * nothing changed.  KEY and VALUE are copied; VALUE may lie in T.
 */
int rows_set(struct rows *t, struct str key, struct str value, bool gone);

/*
 * Those whose key begins with PREFIX, in byte order; *N of them.  Free the
 * array.  NULL with errno ENOMEM.
 */
const struct row **rows_sorted(
    const struct rows *t, struct str prefix, size_t *n);

/* Forget all of them. */
void rows_reset(struct rows *t);

/* As LMDB orders keys: by their bytes, then by length. */
int rows_order(struct str a, struct str b);

#endif
