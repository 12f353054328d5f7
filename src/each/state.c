#include "state.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct state {
	MDB_env *env;
	MDB_dbi meta, done, dead, again;
	size_t reserved; /* bytes that the file has for sure */
};

enum { LETTERS_BYTES = 64 * 1024 };

/* Address space, not disk; doubled when it is full. */
static const size_t map_bytes = (size_t)64 << 20;

/* Pages that any change may write anew, and how the file grows. */
static const size_t change_bytes = (size_t)64 << 10;
static const size_t reserve_step_bytes = (size_t)256 << 10;

static int
to_errno(int rc)
{
	switch (rc) {
	case MDB_NOTFOUND:
		return ENOENT;
	case MDB_MAP_FULL:
		return ENOSPC;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
		return EBADMSG;
	case MDB_READERS_FULL:
		return EUSERS;
	default:
		return rc > 0 ? rc : EIO;
	}
}

static int
fail(int rc)
{
	errno = to_errno(rc);
	return -1;
}

/* Begin a transaction, with another process's larger map. */
static int
begin(struct state *s, bool write, MDB_txn **txn)
{
	unsigned flags = write ? 0 : MDB_RDONLY;
	int rc = mdb_txn_begin(s->env, NULL, flags, txn);

	if (rc == MDB_MAP_RESIZED && (rc = mdb_env_set_mapsize(s->env, 0)) == 0)
		rc = mdb_txn_begin(s->env, NULL, flags, txn);
	return rc;
}

static int
open_databases(struct state *s, bool write)
{
	const unsigned make = write ? MDB_CREATE : 0;
	MDB_txn *txn;
	int rc;

	if ((rc = begin(s, write, &txn)) != 0)
		return rc;
	if ((rc = mdb_dbi_open(txn, "meta", make, &s->meta)) != 0 ||
	    (rc = mdb_dbi_open(txn, "done", make | MDB_INTEGERKEY, &s->done)) !=
		0 ||
	    (rc = mdb_dbi_open(txn, "dead", make | MDB_INTEGERKEY, &s->dead)) !=
		0 ||
	    (rc = mdb_dbi_open(
		 txn, "again", make | MDB_INTEGERKEY, &s->again)) != 0) {
		mdb_txn_abort(txn);
		return rc;
	}
	return mdb_txn_commit(txn);
}

struct state *
state_open(const char *dir, bool write)
{
	struct state *s = calloc(1, sizeof(*s));
	int rc, dead;

	if (s == NULL)
		return NULL;
	if (write && file_mkdirs(dir, 0750) == -1) {
		rc = errno;
		goto err_alloc;
	}
	if ((rc = mdb_env_create(&s->env)) != 0)
		goto err_alloc;
	if ((rc = mdb_env_set_maxdbs(s->env, 8)) != 0 ||
	    (rc = mdb_env_set_mapsize(s->env, map_bytes)) != 0 ||
	    (rc = mdb_env_open(s->env, dir,
		 MDB_NOTLS | (write ? 0U : MDB_RDONLY), 0640)) != 0 ||
	    (rc = mdb_reader_check(s->env, &dead)) != 0 ||
	    (rc = open_databases(s, write)) != 0)
		goto err_env;
	return s;
err_env:
	mdb_env_close(s->env);
err_alloc:
	free(s);
	errno = to_errno(rc);
	return NULL;
}

void
state_close(struct state *s)
{
	if (s == NULL)
		return;
	mdb_env_close(s->env);
	free(s);
}

void
state_check_readers(struct state *s)
{
	int dead;

	(void)mdb_reader_check(s->env, &dead);
}

static MDB_val
name_of(const char *name)
{
	return (MDB_val){strlen(name), (void *)(uintptr_t)name};
}

/* Every key of DBI, at most CAP, into a new array.  LMDB's code. */
static int
keys(MDB_txn *txn, MDB_dbi dbi, size_t cap, uint64_t **out, size_t *n)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	MDB_stat stat;
	size_t want;
	int rc;

	*out = NULL;
	*n = 0;
	if ((rc = mdb_stat(txn, dbi, &stat)) != 0 ||
	    (rc = mdb_cursor_open(txn, dbi, &cursor)) != 0)
		return rc;
	want = stat.ms_entries < cap ? stat.ms_entries : cap;
	if (want > 0 && (*out = calloc(want, sizeof(**out))) == NULL)
		rc = ENOMEM;
	while (rc == 0 && *n < want &&
	       (rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0)
		memcpy(&(*out)[(*n)++], key.mv_data, sizeof(**out));
	mdb_cursor_close(cursor);
	if (rc == 0 || rc == MDB_NOTFOUND)
		return 0;
	free(*out);
	*out = NULL;
	return rc;
}

int
state_load(struct state *s, struct state_start *out)
{
	struct state_start got = {0};
	MDB_val key = name_of("position"), value;
	MDB_txn *txn;
	int rc;

	if ((rc = begin(s, false, &txn)) != 0)
		return fail(rc);
	if ((rc = mdb_get(txn, s->meta, &key, &value)) == 0) {
		got.known = true;
		if (value.mv_size == sizeof(got.position))
			memcpy(&got.position, value.mv_data, value.mv_size);
		else
			rc = EBADMSG;
	}
	key = name_of("worker");
	if (rc == 0 && (rc = mdb_get(txn, s->meta, &key, &value)) == 0)
		rc = str_copy(got.worker, sizeof(got.worker),
			 (struct str){value.mv_data, value.mv_size}) == -1
			 ? EBADMSG
			 : 0;
	if (rc == MDB_NOTFOUND)
		rc = 0;
	if (rc == 0)
		rc = keys(txn, s->done, SIZE_MAX, &got.done, &got.dones);
	mdb_txn_abort(txn);
	if (rc != 0)
		return fail(rc);
	*out = got;
	return 0;
}

static int
put(MDB_txn *txn, MDB_dbi dbi, uint64_t seq, struct str value)
{
	MDB_val k = {sizeof(seq), &seq},
		v = {value.len, (void *)(uintptr_t)value.p};

	return mdb_put(txn, dbi, &k, &v, 0);
}

static int
del(MDB_txn *txn, MDB_dbi dbi, uint64_t seq)
{
	MDB_val k = {sizeof(seq), &seq};
	int rc = mdb_del(txn, dbi, &k, NULL);

	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* What the position has come past need not be remembered one by one. */
static int
forget(MDB_txn *txn, MDB_dbi dbi, uint64_t position)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	uint64_t seq;
	int rc;

	if ((rc = mdb_cursor_open(txn, dbi, &cursor)) != 0)
		return rc;
	while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST)) == 0) {
		memcpy(&seq, key.mv_data, sizeof(seq));
		if (seq > position || (rc = mdb_cursor_del(cursor, 0)) != 0)
			break;
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int
apply(struct state *s, MDB_txn *txn, const struct state_change *c)
{
	uint64_t position = c->position;
	MDB_val key = name_of("position"),
		value = {sizeof(position), &position};
	int rc = mdb_put(txn, s->meta, &key, &value, 0);

	if (rc == 0 && c->worker != NULL) {
		key = name_of("worker");
		value = name_of(c->worker);
		rc = mdb_put(txn, s->meta, &key, &value, 0);
	}
	for (size_t i = 0; i < c->dones && rc == 0; i++)
		rc = put(txn, s->done, c->done[i], STR("1"));
	if (rc == 0)
		rc = forget(txn, s->done, position);
	for (size_t i = 0; i < c->letters && rc == 0; i++)
		rc = put(txn, s->dead, c->letter[i].seq, c->letter[i].line);
	for (size_t i = 0; i < c->agains && rc == 0; i++)
		rc = del(txn, s->again, c->again[i]);
	return rc;
}

/*
 * Let the file have room for BYTES more, before anything is written: LMDB
 * calls a write that the disk took in part an I/O error, after which one
 * must not go on.  0 or errno.
 */
static int
reserve(struct state *s, size_t bytes)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	mdb_filehandle_t fd;
	size_t used, want;
	int rc;

	if ((rc = mdb_env_info(s->env, &info)) != 0 ||
	    (rc = mdb_env_stat(s->env, &stat)) != 0 ||
	    (rc = mdb_env_get_fd(s->env, &fd)) != 0)
		return rc;
	used = (info.me_last_pgno + 1) * stat.ms_psize;
	want = used + bytes;
	if (want <= s->reserved)
		return 0;
	/* What an earlier process made room for is there still. */
	if (fstat(fd, &st) == -1)
		return errno;
	s->reserved = (size_t)st.st_blocks * 512;
	if (s->reserved > (size_t)st.st_size)
		s->reserved = (size_t)st.st_size;
	if (want <= s->reserved)
		return 0;
	want += reserve_step_bytes;
	while (fallocate(fd, 0, (off_t)used, (off_t)(want - used)) == -1) {
		if (errno == EOPNOTSUPP)
			break; /* the file system cannot promise */
		if (errno != EINTR)
			return errno;
	}
	s->reserved = want;
	return 0;
}

/* Run one transaction of FN that adds about BYTES, in a larger map when the map
 * is full. */
typedef int change_fn(struct state *s, MDB_txn *txn, const void *arg);
static int
change(struct state *s, change_fn *fn, const void *arg, size_t bytes)
{
	MDB_envinfo info;
	MDB_txn *txn;
	int rc;

	for (;;) {
		if ((rc = begin(s, true, &txn)) != 0)
			return fail(rc);
		if ((rc = reserve(s, bytes + change_bytes)) != 0 ||
		    (rc = fn(s, txn, arg)) != 0)
			mdb_txn_abort(txn);
		else
			rc = mdb_txn_commit(txn);
		if (rc != MDB_MAP_FULL)
			return rc == 0 ? 0 : fail(rc);
		if ((rc = mdb_env_info(s->env, &info)) != 0 ||
		    (rc = mdb_env_set_mapsize(s->env, 2 * info.me_mapsize)) !=
			0)
			return fail(rc);
	}
}

static int
change_apply(struct state *s, MDB_txn *txn, const void *arg)
{
	return apply(s, txn, arg);
}

int
state_commit(struct state *s, const struct state_change *c)
{
	size_t bytes = (c->dones + c->agains) * sizeof(uint64_t) * 8;

	for (size_t i = 0; i < c->letters; i++)
		bytes += 2 * c->letter[i].line.len + 64;
	return change(s, change_apply, c, bytes);
}

bool
state_full(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

int
state_again(struct state *s, uint64_t *seq, size_t cap, size_t *n)
{
	uint64_t *found;
	MDB_txn *txn;
	int rc;

	if ((rc = begin(s, false, &txn)) != 0)
		return fail(rc);
	rc = keys(txn, s->again, cap, &found, n);
	mdb_txn_abort(txn);
	if (rc != 0)
		return fail(rc);
	if (*n > 0)
		memcpy(seq, found, *n * sizeof(*seq));
	free(found);
	return 0;
}

int
state_letters(struct state *s, uint64_t *from, struct buf *b)
{
	MDB_val key = {sizeof(*from), from}, value;
	MDB_cursor *cursor;
	size_t before = b->len;
	MDB_txn *txn;
	uint64_t seq;
	int rc;

	/* Copied out a step at a time: whoever reads the list may be slow,
	 * and a transaction that stays open keeps pages from being reused. */
	if ((rc = begin(s, false, &txn)) != 0)
		return fail(rc);
	if ((rc = mdb_cursor_open(txn, s->dead, &cursor)) == 0) {
		for (rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
		     rc == 0 && b->len - before < LETTERS_BYTES;
		     rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
			memcpy(&seq, key.mv_data, sizeof(seq));
			*from = seq + 1;
			if (buf_put(b, value.mv_data, value.mv_size) == -1 ||
			    buf_puts(b, "\n") == -1) {
				rc = errno;
				break;
			}
		}
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	if (rc != 0 && rc != MDB_NOTFOUND)
		return fail(rc);
	return b->len > before;
}

static int
change_put_back(struct state *s, MDB_txn *txn, const void *arg)
{
	uint64_t seq;
	MDB_val key = {sizeof(seq), &seq};
	int rc;

	memcpy(&seq, arg, sizeof(seq));
	if ((rc = mdb_del(txn, s->dead, &key, NULL)) != 0)
		return rc;
	return put(txn, s->again, seq, STR("1"));
}

int
state_put_back(struct state *s, uint64_t seq)
{
	return change(s, change_put_back, &seq, 0);
}
