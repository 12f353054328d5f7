#ifndef LOG_MOVER_H
#define LOG_MOVER_H

#include "changes.h"
#include "store.h"

/*
 * Moves blocks from the journal to their place in LMDB, many in one commit.
 */

/*
 * How many bytes LMDB's file may need at the most, for what waits in L's
 * journal, a block of BYTES that is not there yet, and the index of C.
 */
size_t mover_max_bytes(
    const struct log *l, size_t bytes, const struct changes *c);

/* What is moved. */
struct move {
	/* A sealed block that goes past the journal, or NULL, and its key. */
	const struct buf *block;
	uint64_t first_seq;
	/* The index to write as well, or NULL. */
	const struct changes *changes;
	const struct subjects *subjects;
	uint64_t next; /* the seq after the last event that is in LMDB then */
};

/* One commit, on disk on return.  LMDB's code. */
int mover_commit(struct log *l, const struct move *m);

#endif
