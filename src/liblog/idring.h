#ifndef LOG_IDRING_H
#define LOG_IDRING_H

#include "ids.h"
#include "store.h"

/*
 * The ids of the newest events on disk, so that a writer which starts knows
 * them without reading a million events: LMDB's database "ids", a ring of
 * pages of IDRING_PAGE ids each, written in the transaction that writes the
 * index.  docs/log.md gives the layout.  All return LMDB's code.
 */
enum {
	IDRING_PAGE = 254, /* with its head they fill a page of LMDB's */
	IDRING_PAGES = IDS_WINDOW / IDRING_PAGE + 2
};

/* Open it in L, which is to be written, and have its secret. */
int idring_open(struct log *l, MDB_txn *txn);

/* Bytes that LMDB's file may need at the most for N more. */
size_t idring_max_bytes(size_t n);

struct idring_page {
	uint64_t first; /* the first seq whose id is in KEY, at SEQ modulo
			 * IDRING_PAGE */
	uint64_t count; /* of those from it on */
	struct ids_key key[IDRING_PAGE];
};

/* Writes ids, whose seqs come in order.  Embedded; zeroes but for these. */
struct idring_writer {
	struct log *log;
	MDB_txn *txn;
	struct idring_page page; /* with what FIRST says in it; COUNT 0: none */
};

int idring_put(struct idring_writer *w, uint64_t seq, const struct ids_key *k);
int idring_flush(struct idring_writer *w);

/*
 * The ids of *SINCE to LAST are there: *SINCE is FROM, or what comes after
 * the last one that is not; LAST + 1 when none is.
 */
int idring_since(
    struct log *l, MDB_txn *txn, uint64_t from, uint64_t last, uint64_t *since);

/* Have T remember those of SINCE, which idring_since() gave, to LAST. */
int idring_load(
    struct log *l, MDB_txn *txn, uint64_t since, uint64_t last, struct ids *t);

#endif
