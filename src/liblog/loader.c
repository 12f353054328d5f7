#include "loader.h"

#include <errno.h>
#include <string.h>

/* After a look for a place little is copied at first: it may be all that is
 * wanted there. */
enum { BATCH_BYTES = 256 * 1024, FIRST_BATCH_BYTES = 8 * 1024 };

void
loader_init(struct loader *ld, struct log *l)
{
	*ld = (struct loader){.log = l};
	ld->batch_bytes = FIRST_BATCH_BYTES;
	buf_init(&ld->copy, BATCH_BYTES + BLOCK_MAX_BYTES);
}

void
loader_fini(struct loader *ld)
{
	if (ld->cursor != NULL)
		mdb_cursor_close(ld->cursor);
	if (ld->txn != NULL)
		mdb_txn_abort(ld->txn);
	buf_fini(&ld->copy);
}

void
loader_seek(struct loader *ld, uint64_t seq)
{
	ld->next = seq;
	ld->behind = 0;
	ld->batch_bytes = FIRST_BATCH_BYTES;
	buf_reset(&ld->copy);
}

/*
 * Start or renew the transaction and its cursor; none is left open when that
 * fails.  LMDB's code.
 */
static int
enter(struct loader *ld)
{
	int rc;

	if (ld->txn == NULL) {
		if ((rc = store_begin(ld->log, &ld->txn)) != 0) {
			ld->txn = NULL;
			return rc;
		}
		rc = mdb_cursor_open(ld->txn, ld->log->blocks, &ld->cursor);
		if (rc != 0) {
			mdb_txn_abort(ld->txn);
			ld->txn = NULL;
		}
		return rc;
	}
	if ((rc = store_renew(ld->log, ld->txn)) != 0)
		return rc;
	if ((rc = mdb_cursor_renew(ld->txn, ld->cursor)) != 0)
		mdb_txn_reset(ld->txn);
	return rc;
}

/*
 * Put the cursor on the block that holds NEXT, or on the first one after
 * it.  A block is keyed by its first seq, so that is the last one whose key
 * is not beyond NEXT.  LMDB's code.
 */
static int
position(struct loader *ld, MDB_val *key, MDB_val *value)
{
	uint64_t want = ld->behind > 0 ? ld->behind + 1 : ld->next, first;
	int rc;

	*key = (MDB_val){sizeof(want), &want};
	rc = mdb_cursor_get(ld->cursor, key, value, MDB_SET_RANGE);
	if (rc != 0 && rc != MDB_NOTFOUND)
		return rc;
	if (rc == 0) {
		memcpy(&first, key->mv_data, sizeof(first));
		if (ld->behind > 0) {
			ld->next = first;
			ld->behind = 0;
		}
		if (first == ld->next)
			return 0;
	}
	if (ld->behind > 0)
		return rc;
	rc = mdb_cursor_get(
	    ld->cursor, key, value, rc == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
	if (rc != 0)
		/* NEXT is before the first block. */
		return rc == MDB_NOTFOUND
			   ? mdb_cursor_get(ld->cursor, key, value, MDB_FIRST)
			   : rc;
	memcpy(&first, key->mv_data, sizeof(first));
	if (first == ld->last_key && ld->last_end <= ld->next)
		return mdb_cursor_get(ld->cursor, key, value, MDB_NEXT);
	return 0;
}

/*
 * Copy blocks that are in LMDB, from the one that holds NEXT on; none is no
 * error.  LMDB's code.
 */
static int
load_moved(struct loader *ld)
{
	MDB_val key, value;
	int rc;

	if ((rc = enter(ld)) != 0)
		return rc;
	for (rc = position(ld, &key, &value); rc == 0;
	     rc = mdb_cursor_get(ld->cursor, &key, &value, MDB_NEXT)) {
		uint64_t head[2];

		/* No block is so large: whoever opens it says so. */
		if (value.mv_size > BLOCK_MAX_BYTES)
			value.mv_size = 0;
		if (ld->copy.len > 0 &&
		    ld->copy.len + value.mv_size > ld->batch_bytes)
			break;
		memcpy(&head[0], key.mv_data, sizeof(head[0]));
		head[1] = value.mv_size;
		if (buf_put(&ld->copy, head, sizeof(head)) == -1 ||
		    buf_put(&ld->copy, value.mv_data, value.mv_size) == -1) {
			rc = errno;
			break;
		}
	}
	mdb_txn_reset(ld->txn);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* The same of the journal. */
static int
load_waiting(struct loader *ld)
{
	int rc = journal_copy(ld->log->journal, ld->next, ld->behind,
	    &ld->place, ld->batch_bytes, &ld->copy);

	if (rc == 0 && ld->copy.len > 0 && ld->behind > 0) {
		memcpy(&ld->next, ld->copy.p, sizeof(ld->next));
		ld->behind = 0;
	}
	return rc;
}

/*
 * A damaged block that LMDB ends with cannot tell where it ends, but the
 * journal begins there, at seq FIRST.
 */
static void
go_behind(struct loader *ld, uint64_t first)
{
	if (ld->behind > 0 && first > ld->behind) {
		ld->next = first;
		ld->behind = 0;
	}
}

/*
 * Nobody writes the log, and LMDB has no more: see what the journal has.
 * Damage is told once.  LMDB's code.
 */
static int
load_left(struct loader *ld)
{
	uint64_t head;
	int rc = store_find(ld->log, &head), copied;

	if (rc == EBADMSG && ld->told)
		rc = 0;
	if (rc != 0 && rc != EBADMSG)
		return rc;
	go_behind(ld, journal_first(ld->log->journal));
	copied = load_waiting(ld);
	if (copied != 0 || ld->copy.len > 0 || rc == 0)
		return copied;
	ld->told = true;
	return EBADMSG;
}

int
loader_more(struct loader *ld)
{
	struct journal *j = ld->log->journal;
	bool live = journal_live(j);
	uint64_t first = journal_first(j);
	int rc = 0;

	buf_reset(&ld->copy);
	if (ld->behind == 0 && journal_ends_before(j, ld->next))
		return 0;
	if (live)
		rc = load_waiting(ld);
	/* Older, or moved since we looked. */
	if (rc == 0 && ld->copy.len == 0)
		rc = load_moved(ld);
	if (rc == 0 && ld->copy.len == 0 && !live)
		rc = load_left(ld);
	if (rc == 0 && ld->copy.len == 0 && live && ld->behind > 0) {
		go_behind(ld, first);
		rc = load_waiting(ld);
	}
	if (rc != 0) {
		/* Half a block would be taken for a damaged one. */
		buf_reset(&ld->copy);
		errno = store_errno(rc);
		return -1;
	}
	if (ld->batch_bytes < BATCH_BYTES)
		ld->batch_bytes *= 4;
	return ld->copy.len > 0;
}
