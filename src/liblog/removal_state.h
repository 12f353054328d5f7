#ifndef LOG_REMOVAL_STATE_H
#define LOG_REMOVAL_STATE_H

#include "removal.h"
#include "store.h"

/*
 * How far orders have come, in the database "meta" (docs/log.md): written in
 * the transaction that removes.  Private to liblog.
 */

/* Within TXN, where R stands.  LMDB's code. */
int removal_save(struct log *l, MDB_txn *txn, const struct removal *r);

#endif
