#ifndef LOG_LOADER_H
#define LOG_LOADER_H

#include "block.h"
#include "store.h"

/*
 * Copies blocks out from where they lie, LMDB or the journal, some at a time,
 * so that no transaction outlives a call: a transaction that stays open keeps
 * LMDB from reusing pages.
 */
struct loader {
	struct log *log;
	/* Blocks one after the other, each behind its first seq and its
	 * length as two numbers of this host. */
	size_t batch_bytes; /* that are copied at once */
	struct buf copy;
	uint64_t next;   /* seq of the event that is wanted */
	uint64_t behind; /* key of a damaged block to go on behind, or 0 */
	/* Blocks never change: of the newest one that was opened we know
	 * where it ends, and need not read it again to see nothing new. */
	uint64_t last_key, last_end;

	/* Below: loader.c's own. */
	MDB_txn *txn; /* reset between calls; NULL until the first */
	MDB_cursor *cursor;
	struct journal_place place; /* in the journal */
	bool told;                  /* of damage in the journal */
};

void loader_init(struct loader *ld, struct log *l);
void loader_fini(struct loader *ld);

/* The event SEQ is wanted next; nothing is copied. */
void loader_seek(struct loader *ld, uint64_t seq);

/*
 * Copy blocks in place of those that were: from the one that holds NEXT on, or
 * the one behind BEHIND, which sets NEXT.  A block too large to be one is
 * copied as none of its bytes.  1 when there are some, 0 at the end of the
 * log, -1 with errno; EBADMSG, once: the journal is damaged at NEXT, and holds
 * events behind that.
 */
int loader_more(struct loader *ld);

#endif
