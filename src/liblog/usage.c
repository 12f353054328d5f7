#include "usage.h"
#include "block.h"
#include "store.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* LMDB's own database of the pages that are free. */
enum { FREE_DBI = 0 };

/* How many pages are free for later commits.  LMDB's code. */
static int
count_free(MDB_txn *txn, uint64_t *pages)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	size_t n;
	int rc;

	*pages = 0;
	if ((rc = mdb_cursor_open(txn, FREE_DBI, &cursor)) != 0)
		return rc;
	while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		/* A list of page numbers, behind how many they are. */
		memcpy(&n, value.mv_data, sizeof(n));
		*pages += n;
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* 0 when there is none. */
static uint64_t
size_of_journal(struct log *l)
{
	char path[PATH_MAX];
	const char *dir;
	struct stat st;

	if (mdb_env_get_path(l->env, &dir) != 0 ||
	    (size_t)snprintf(path, sizeof(path), "%s/journal", dir) >=
		sizeof(path) ||
	    stat(path, &st) == -1)
		return 0;
	return (uint64_t)st.st_size;
}

/* The part of *OUT that LMDB tells, and the last seq there.  LMDB's code. */
static int
measure(struct log *l, struct log_usage *out, uint64_t *moved)
{
	mdb_filehandle_t fd;
	MDB_envinfo info;
	MDB_stat stat;
	MDB_txn *txn;
	struct stat st;
	uint64_t freed;
	int rc;

	if ((rc = store_begin(l, &txn)) != 0)
		return rc;
	if ((rc = mdb_env_info(l->env, &info)) != 0 ||
	    (rc = mdb_stat(txn, l->blocks, &stat)) != 0 ||
	    (rc = count_free(txn, &freed)) != 0 ||
	    (rc = store_head(l, txn, moved, NULL)) != 0 ||
	    (rc = mdb_env_get_fd(l->env, &fd)) != 0)
		goto out;
	if (fstat(fd, &st) == -1) {
		rc = errno;
		goto out;
	}
	out->blocks = stat.ms_entries;
	out->file_bytes = (uint64_t)st.st_size;
	out->used_bytes = (info.me_last_pgno + 1 - freed) * stat.ms_psize;
	out->map_bytes = info.me_mapsize;
	out->transaction = info.me_last_txnid;
	out->journal_bytes = size_of_journal(l);
out:
	mdb_txn_abort(txn);
	return rc;
}

/* When B was committed, 0 when it does not read. */
static uint64_t
time_of(const struct log_block *b)
{
	struct block k;
	const char *why;

	return block_open(&k, b->first, b->bytes.p, b->bytes.len, &why) == 0
		   ? k.time_us
		   : 0;
}

/* The blocks at both ends, and those that LMDB, up to MOVED, has not yet. */
static int
look_at_ends(struct log *l, struct log_usage *out, uint64_t moved)
{
	struct log_reader *r = log_reader_open(l, 1);
	struct log_block b;
	int n;

	if (r == NULL)
		return -1;
	if ((n = log_reader_block(r, &b)) == 1) {
		out->first_us = time_of(&b);
		/* From LMDB's last one on; damage is weir-verify's to tell. */
		log_reader_seek(r, moved);
	}
	while (n == 1 && (n = log_reader_block(r, &b)) == 1) {
		out->last_us = time_of(&b);
		out->blocks += b.first > moved;
	}
	log_reader_close(r);
	return n == -1 && errno != EBADMSG ? -1 : 0;
}

int
log_usage(struct log *l, struct log_usage *out)
{
	struct log_usage u = {0};
	uint64_t moved = 0;
	int rc;

	if ((rc = measure(l, &u, &moved)) != 0) {
		errno = store_errno(rc);
		return -1;
	}
	if (look_at_ends(l, &u, moved) == -1 || log_head(l, &u.head) == -1)
		return -1;
	*out = u;
	return 0;
}

struct listing {
	log_slot_fn *fn;
	void *arg;
	int result;
};

/* A line of mdb_reader_list(): pid, thread, and a transaction or "-". */
static int
list_slot(const char *line, void *arg)
{
	struct listing *l = arg;
	struct log_slot s = {0};
	char transaction[24];
	long pid;

	/* The first line is a heading. */
	if (sscanf(line, "%ld %*s %23s", &pid, transaction) != 2)
		return 0;
	s.pid = (pid_t)pid;
	s.pinned = sscanf(transaction, "%" SCNu64, &s.transaction) == 1;
	l->result = l->fn(l->arg, &s);
	return l->result != 0 ? -1 : 0;
}

int
log_slots(struct log *l, log_slot_fn *fn, void *arg)
{
	struct listing listing = {.fn = fn, .arg = arg};
	int rc = mdb_reader_list(l->env, list_slot, &listing);

	if (listing.result != 0)
		return listing.result;
	if (rc >= 0)
		return 0;
	errno = store_errno(rc);
	return -1;
}
