#ifndef LOG_CHANGES_H
#define LOG_CHANGES_H

#include "ids.h"
#include "store.h"
#include "subjects.h"

/*
 * What events did to their subjects since the index was written: to write it
 * on from there, and to undo what does not come to be stored.
 */
struct changes;

struct changes *changes_open(void);
void changes_close(struct changes *c);

/* Make room for one more.  0, or -1 with ENOMEM. */
int changes_reserve(struct changes *c);

/* The event SEQ, its id ID, is the next one of S, which comes to be at VERSION.
 */
void changes_add(struct changes *c, struct subject *s, const struct ids_key *id,
    uint64_t version, uint64_t seq);

size_t changes_count(const struct changes *c);

/* The version of the event that the I-th change is of. */
uint64_t changes_version(const struct changes *c, size_t i);

/* Undo the last N. */
void changes_undo(struct changes *c, size_t n);

/*
 * None are added any more: keep how those of SUBJECTS that changed stand, and
 * count these as unchanged from here on.  0, or -1 with ENOMEM.
 */
int changes_seal(struct changes *c, const struct subjects *subjects);

/* They are added to again, as if nothing had been; their subjects count as
 * changed. */
void changes_unseal(struct changes *c);

/*
 * Write them, which are sealed, into L's index within TXN, and the ids beside
 * it.  Any thread may do so while their subjects go on.  LMDB's code.
 */
int changes_write(const struct changes *c, struct log *l, MDB_txn *txn);

/* They are on disk: none are left. */
void changes_forget(struct changes *c);

#endif
