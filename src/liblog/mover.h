#ifndef LOG_MOVER_H
#define LOG_MOVER_H

#include "changes.h"
#include "store.h"

/*
 * Moves blocks from the journal to their place in LMDB, many in one commit,
 * and writes the index: in a thread of its own, while the writer goes on.
 */
struct mover;

/* L is borrowed.  NULL with errno ENOMEM. */
struct mover *mover_open(struct log *l);

/* A move that was begun is waited for. */
void mover_close(struct mover *m);

/*
 * How many bytes LMDB's file may need at the most, for what waits in the
 * journal, a block of BYTES that is not there yet, and the index of C.
 */
size_t mover_max_bytes(
    const struct mover *m, size_t bytes, const struct changes *c);

/* What is moved besides all that waits in the journal. */
struct move {
	/* A sealed block that goes past the journal, or NULL, and its key;
	 * it stays as it is until the move has ended. */
	const struct buf *block;
	uint64_t first_seq;
	uint64_t next; /* the seq after the last event that is in LMDB then */
};

/*
 * Begin; no other move may be on its way.  With CHANGES these are written into
 * the index, those of SUBJECTS: they are taken, and *CHANGES are new ones.
 * 0, or errno with nothing done.
 */
int mover_begin(struct mover *m, const struct move *move,
    struct changes **changes, const struct subjects *subjects);

/* A move is on its way, or failed and is to be tried again. */
bool mover_busy(const struct mover *m);

/*
 * See whether it has ended, with WAIT wait for that.  0 when it has, and all
 * is on disk; EINPROGRESS; or LMDB's code: what it was to move is kept.
 */
int mover_end(struct mover *m, bool wait);

/* Try again what mover_end() told had failed; as that one. */
int mover_again(struct mover *m);

/* Give up what failed: *CHANGES, to which none were added, are the old ones. */
void mover_cancel(struct mover *m, struct changes **changes);

#endif
