#include "block.h"
#include "clock.h"
#include "num.h"
#include "store.h"

#include <errno.h>
#include <string.h>

/*
 * Commit time of the block that holds SEQ, and the first seq behind it.  A
 * damaged block counts as one of long ago.  LMDB's code.
 */
static int
block_time(MDB_cursor *cursor, uint64_t seq, uint64_t *time_us, uint64_t *end)
{
	MDB_val key = {sizeof(seq), &seq}, value;
	uint64_t first = 0;
	struct block k;
	const char *why;
	int rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);

	if (rc == 0)
		memcpy(&first, key.mv_data, sizeof(first));
	if (rc == MDB_NOTFOUND || (rc == 0 && first > seq))
		rc = mdb_cursor_get(cursor, &key, &value,
		    rc == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
	if (rc != 0)
		return rc;
	memcpy(&first, key.mv_data, sizeof(first));
	*time_us = 0;
	*end = seq + 1;
	if (block_open(&k, first, value.mv_data, value.mv_size, &why) == 0) {
		*time_us = k.time_us;
		*end = first + k.count;
	}
	return 0;
}

/*
 * The first seq that is in LMDB and was committed at TIME_US or later, the
 * last one + 1 when none was.  LMDB's code.
 */
static int
search_moved(struct log *l, uint64_t time_us, uint64_t *seq)
{
	uint64_t low = 1, high, at, end;
	MDB_cursor *cursor;
	MDB_txn *txn;
	int rc;

	if ((rc = store_begin(l, &txn)) != 0)
		return rc;
	if ((rc = store_head(l, txn, &high, NULL)) != 0 ||
	    (rc = mdb_cursor_open(txn, l->blocks, &cursor)) != 0)
		goto out;
	*seq = high + 1;
	/* What lies before LOW is too early, what lies at HIGH + 1 is not. */
	while (low <= high) {
		uint64_t middle = low + (high - low) / 2;

		if ((rc = block_time(cursor, middle, &at, &end)) != 0)
			break;
		if (at < time_us)
			low = end;
		else
			high = middle - 1;
	}
	mdb_cursor_close(cursor);
	*seq = low;
out:
	mdb_txn_abort(txn);
	return rc;
}

int
log_seq_at(struct log *l, uint64_t time_us, uint64_t *seq)
{
	struct log_reader *r;
	struct log_block found;
	struct block k;
	const char *why;
	int rc = search_moved(l, time_us, seq), n;

	if (rc != 0) {
		errno = store_errno(rc);
		return -1;
	}
	/* It may be in the journal. */
	if ((r = log_reader_open(l, *seq)) == NULL)
		return -1;
	while ((n = log_reader_block(r, &found)) == 1) {
		if (block_open(&k, found.first, found.bytes.p, found.bytes.len,
			&why) == 0 &&
		    k.time_us >= time_us)
			break;
		*seq = found.first + found.count;
	}
	log_reader_close(r);
	return n == -1 && errno != EBADMSG ? -1 : 0;
}

int
log_seq_meant(struct log *l, const char *text, bool last, uint64_t *seq)
{
	bool now = strcmp(text, "now") == 0;
	uint64_t time_us, found;

	if (num_parse(text, 0, UINT64_MAX, seq) == 0)
		return 0;
	if (!now && clock_parse(text, &time_us) == -1)
		return -1;
	if (l == NULL) {
		errno = ENOTSUP;
		return -1;
	}
	if ((now ? log_head(l, &found) : log_seq_at(l, time_us, &found)) == -1)
		return -1;
	/* What the log says of a time is where to begin, of now, where it
	 * ends. */
	if (now && !last)
		found++;
	if (!now && last)
		found--;
	*seq = found;
	return 0;
}
