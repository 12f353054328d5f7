#include "mover.h"
#include "idring.h"

size_t
mover_max_bytes(const struct log *l, size_t bytes, const struct changes *c)
{
	/* Pages that the tree above the blocks needs. */
	enum { TREE_BYTES = 256 * 1024, PAGE_BYTES = 4096 };

	/* In the index each key may touch a page of its own, twice. */
	return journal_waiting(l->journal) + bytes + TREE_BYTES +
	       2 * PAGE_BYTES * changes_count(c) +
	       idring_max_bytes(changes_count(c));
}

/* The blocks that wait in the journal.  LMDB's code. */
static int
put_waiting(struct log *l, MDB_txn *txn)
{
	uint64_t first;
	size_t bytes;
	int rc = 0;

	for (size_t i = 0;
	     rc == 0 && journal_entry(l->journal, i, &first, &bytes); i++) {
		MDB_val key = {sizeof(first), &first}, value = {bytes, NULL};

		rc = mdb_put(
		    txn, l->blocks, &key, &value, MDB_APPEND | MDB_RESERVE);
		if (rc == 0)
			journal_read(l->journal, i, value.mv_data);
	}
	return rc;
}

static int
put_block(struct log *l, MDB_txn *txn, const struct move *m)
{
	uint64_t first = m->first_seq;
	MDB_val key = {sizeof(first), &first};
	MDB_val value = {m->block->len, m->block->p};

	return mdb_put(txn, l->blocks, &key, &value, MDB_APPEND);
}

int
mover_commit(struct log *l, const struct move *m)
{
	MDB_txn *txn;
	int rc;

	if ((rc = mdb_txn_begin(l->env, NULL, 0, &txn)) != 0)
		return rc;
	rc = put_waiting(l, txn);
	if (rc == 0 && m->block != NULL)
		rc = put_block(l, txn, m);
	if (rc == 0 && m->changes != NULL)
		rc = changes_write(m->changes, l, txn, m->subjects);
	if (rc != 0) {
		mdb_txn_abort(txn);
		return rc;
	}
	if ((rc = mdb_txn_commit(txn)) != 0)
		return rc;
	/* D5: in LMDB, and in the journal still. */
	journal_moved(l->journal, m->next);
	return 0;
}
