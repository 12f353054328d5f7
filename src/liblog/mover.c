#include "mover.h"
#include "idring.h"
#include "worker.h"

#include <errno.h>
#include <stdlib.h>

struct mover {
	struct log *log;
	struct worker worker;
	bool handed; /* the worker has the move */
	bool busy;   /* or it failed */
	/* What is moved, and what came of it. */
	struct move move;
	struct journal_entry *entry;
	size_t entries;
	struct changes *changes, *spare; /* of the two one is NULL */
	int rc;
};

size_t
mover_max_bytes(const struct mover *m, size_t bytes, const struct changes *c)
{
	/* Pages that the tree above the blocks needs. */
	enum { TREE_BYTES = 256 * 1024, PAGE_BYTES = 4096 };
	size_t n = changes_count(c);

	if (m->changes != NULL)
		n += changes_count(m->changes);
	/* In the index each key may touch a page of its own, twice. */
	return journal_waiting(m->log->journal) + bytes + TREE_BYTES +
	       2 * PAGE_BYTES * n + idring_max_bytes(n);
}

/* The blocks that waited in the journal.  LMDB's code. */
static int
put_waiting(const struct mover *m, MDB_txn *txn)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < m->entries; i++) {
		uint64_t first = m->entry[i].first;
		MDB_val key = {sizeof(first), &first};
		MDB_val value = {m->entry[i].bytes, NULL};

		rc = mdb_put(txn, m->log->blocks, &key, &value,
		    MDB_APPEND | MDB_RESERVE);
		if (rc == 0)
			journal_read(
			    m->log->journal, &m->entry[i], value.mv_data);
	}
	return rc;
}

static int
put_block(const struct mover *m, MDB_txn *txn)
{
	uint64_t first = m->move.first_seq;
	MDB_val key = {sizeof(first), &first};
	MDB_val value = {m->move.block->len, m->move.block->p};

	return mdb_put(txn, m->log->blocks, &key, &value, MDB_APPEND);
}

/* All of it in one commit, on disk on return.  LMDB's code. */
static int
commit(const struct mover *m)
{
	MDB_txn *txn;
	int rc;

	if ((rc = mdb_txn_begin(m->log->env, NULL, 0, &txn)) != 0)
		return rc;
	rc = put_waiting(m, txn);
	if (rc == 0 && m->move.block != NULL)
		rc = put_block(m, txn);
	if (rc == 0 && m->changes != NULL)
		rc = changes_write(m->changes, m->log, txn);
	if (rc == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return rc;
}

static void
work(void *arg)
{
	struct mover *m = arg;

	m->rc = commit(m);
}

struct mover *
mover_open(struct log *l)
{
	struct mover *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->log = l;
	worker_init(&m->worker, work, m);
	if ((m->spare = changes_open()) != NULL)
		return m;
	mover_close(m);
	return NULL;
}

void
mover_close(struct mover *m)
{
	if (m == NULL)
		return;
	(void)mover_end(m, true);
	worker_fini(&m->worker);
	changes_close(m->changes);
	changes_close(m->spare);
	free(m->entry);
	free(m);
}

int
mover_begin(struct mover *m, const struct move *move, struct changes **changes,
    const struct subjects *subjects)
{
	struct journal_entry *entry;

	if (journal_entries(m->log->journal, &entry, &m->entries) == -1)
		return ENOMEM;
	if (changes != NULL && changes_seal(*changes, subjects) == -1) {
		free(entry);
		return ENOMEM;
	}
	free(m->entry);
	m->entry = entry;
	m->move = *move;
	if (changes != NULL) {
		m->changes = *changes;
		*changes = m->spare;
		m->spare = NULL;
	}
	m->busy = true;
	m->handed = worker_ask(&m->worker);
	if (!m->handed)
		work(m);
	return 0;
}

bool
mover_busy(const struct mover *m)
{
	return m->busy;
}

/* The move has ended, as M's RC tells. */
static int
ended(struct mover *m)
{
	if (m->rc != 0)
		return m->rc;
	/* D5: in LMDB, and in the journal still. */
	journal_moved(m->log->journal, m->entries, m->move.next);
	if (m->changes != NULL) {
		changes_forget(m->changes);
		m->spare = m->changes;
		m->changes = NULL;
	}
	m->busy = false;
	return 0;
}

int
mover_end(struct mover *m, bool wait)
{
	if (!m->busy)
		return 0;
	if (m->handed) {
		if (wait)
			worker_wait(&m->worker);
		else if (!worker_done(&m->worker))
			return EINPROGRESS;
		m->handed = false;
	}
	return ended(m);
}

int
mover_again(struct mover *m)
{
	work(m);
	return ended(m);
}

void
mover_cancel(struct mover *m, struct changes **changes)
{
	if (m->changes != NULL) {
		changes_unseal(m->changes);
		m->spare = *changes;
		*changes = m->changes;
		m->changes = NULL;
	}
	m->busy = false;
}
