#include "keep.h"

#include "file.h"
#include "store.h"
#include "writer.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct keep {
	char *dir;   /* NULL: private */
	int lock_fd; /* -1: not the one that writes */
	unsigned flags;
	MDB_env *env;
	MDB_dbi rows, meta;
	MDB_txn *txn; /* for reading; NULL until the first, reset by commits */
	MDB_cursor *cursor;
	bool reading;    /* TXN is not reset */
	bool walking;    /* CURSOR is of TXN as it is */
	bool lost;       /* they cannot be trusted: the files are gone */
	size_t reserved; /* bytes that the file has for sure */
};

/* As it is written; LMDB's own numbers are the machine's, so only one kind
 * of machine reads it anyway. */
struct place_bytes {
	uint64_t position;
	uint32_t version, zero;
	uint8_t mark[KEEP_MARK_BYTES];
};

/* Address space, not disk; doubled when it is full. */
static const size_t map_bytes = (size_t)64 << 20;

/* The file grows by so much at a time, and any commit needs that. */
static const size_t reserve_step_bytes = (size_t)256 << 10;
static const size_t commit_bytes = (size_t)64 << 10;
static const size_t page_bytes = 4096;

/*
 * Without MDB_NOMETASYNC a commit is two barriers.  With it there is the one
 * between the data and the meta page that points to it, and the meta page
 * itself comes to the disk with the barrier of the next commit: a power cut
 * costs the last commit and no more.  MDB_NOSYNC has no barrier, so that the
 * disk could hold a meta page without the pages it points to.
 */
static const unsigned kept_flags = MDB_NOTLS | MDB_NOMETASYNC;
static const unsigned private_flags =
    MDB_NOTLS | MDB_NOSYNC | MDB_NOLOCK | MDB_NOSUBDIR;

static int
fail(int rc)
{
	errno = store_errno(rc);
	return -1;
}

/* The databases, made unless K is only read.  LMDB's code. */
static int
open_databases(struct keep *k)
{
	bool write = (k->flags & MDB_RDONLY) == 0;
	unsigned make = write ? MDB_CREATE : 0;
	MDB_txn *txn;
	int rc;

	rc = mdb_txn_begin(k->env, NULL, write ? 0 : MDB_RDONLY, &txn);
	if (rc != 0)
		return rc;
	if ((rc = mdb_dbi_open(txn, "rows", make, &k->rows)) != 0 ||
	    (rc = mdb_dbi_open(txn, "meta", make, &k->meta)) != 0) {
		mdb_txn_abort(txn);
		return rc;
	}
	return mdb_txn_commit(txn);
}

/* The environment at PATH into K.  LMDB's code. */
static int
open_env(struct keep *k, const char *path)
{
	int rc, dead;

	if ((rc = mdb_env_create(&k->env)) != 0)
		return rc;
	if ((rc = mdb_env_set_maxdbs(k->env, 2)) != 0 ||
	    (rc = mdb_env_set_mapsize(k->env, map_bytes)) != 0 ||
	    (rc = mdb_env_open(k->env, path, k->flags, 0640)) != 0 ||
	    ((k->flags & MDB_NOLOCK) == 0 &&
		(rc = mdb_reader_check(k->env, &dead)) != 0) ||
	    (rc = open_databases(k)) != 0) {
		mdb_env_close(k->env);
		k->env = NULL;
	}
	return rc;
}

static struct keep *
keep_make(const char *dir, unsigned flags)
{
	struct keep *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->flags = flags;
	k->lock_fd = -1;
	if (dir != NULL && (k->dir = strdup(dir)) == NULL) {
		free(k);
		return NULL;
	}
	return k;
}

static void
close_env(struct keep *k)
{
	if (k->cursor != NULL)
		mdb_cursor_close(k->cursor);
	if (k->txn != NULL)
		mdb_txn_abort(k->txn);
	if (k->env != NULL)
		mdb_env_close(k->env);
	k->cursor = NULL;
	k->txn = NULL;
	k->env = NULL;
	k->reading = k->walking = false;
	k->reserved = 0;
}

void
keep_close(struct keep *k)
{
	int saved = errno;

	if (k == NULL)
		return;
	close_env(k);
	if (k->lock_fd != -1)
		(void)close(k->lock_fd);
	free(k->dir);
	free(k);
	errno = saved;
}

static int
path_in(char path[PATH_MAX], const char *dir, const char *name)
{
	if ((size_t)snprintf(path, PATH_MAX, "%s/%s", dir, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/* Take the files away.  0, or -1 with errno. */
static int
remove_files(const struct keep *k)
{
	static const char *const name[] = {"data.mdb", "lock.mdb"};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++)
		if (path_in(path, k->dir, name[i]) == -1 ||
		    (unlink(path) == -1 && errno != ENOENT))
			return -1;
	return file_sync_parent(path);
}

struct keep *
keep_open(const char *dir, pid_t *holder, bool *damaged)
{
	struct keep *k = keep_make(dir, kept_flags);
	char path[PATH_MAX];
	int rc;

	*holder = 0;
	*damaged = false;
	if (k == NULL)
		return NULL;
	if (file_mkdirs(dir, 0750) == -1 ||
	    path_in(path, dir, "writer.lock") == -1 ||
	    (k->lock_fd = file_lock(path, holder)) == -1)
		goto err;
	if ((rc = open_env(k, dir)) == 0)
		return k;
	fail(rc);
	/* What cannot be read is thrown away; all of it can be had again. */
	*damaged = errno == EBADMSG || errno == EPROTO;
	if (*damaged && keep_drop(k) == 0)
		return k;
err:
	keep_close(k);
	return NULL;
}

struct keep *
keep_open_seen(const char *dir)
{
	struct keep *k = keep_make(dir, MDB_NOTLS | MDB_RDONLY);
	int rc;

	if (k == NULL)
		return NULL;
	if ((rc = open_env(k, dir)) == 0)
		return k;
	keep_close(k);
	fail(rc);
	return NULL;
}

struct keep *
keep_open_private(void)
{
	const char *set = getenv("TMPDIR");
	struct keep *k = keep_make(NULL, private_flags);
	char path[32];
	int fd, rc;

	if (k == NULL)
		return NULL;
	fd = open(set != NULL && set[0] == '/' ? set : "/tmp",
	    O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd == -1)
		fd = memfd_create("projection", MFD_CLOEXEC);
	if (fd == -1)
		goto err;
	/* LMDB opens it once more, by the only name it has. */
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	rc = open_env(k, path);
	(void)close(fd);
	if (rc == 0)
		return k;
	fail(rc);
err:
	keep_close(k);
	return NULL;
}

int
keep_drop(struct keep *k)
{
	int rc;

	close_env(k);
	if (remove_files(k) == -1)
		return -1;
	k->lost = false;
	return (rc = open_env(k, k->dir)) == 0 ? 0 : fail(rc);
}

/* See to it that there is a transaction to read in.  LMDB's code. */
static int
enter(struct keep *k)
{
	int rc;

	if (k->reading)
		return 0;
	if (k->txn != NULL) {
		rc = mdb_txn_renew(k->txn);
	} else {
		rc = mdb_txn_begin(k->env, NULL, MDB_RDONLY, &k->txn);
		/* Another process let the map grow since this one opened it. */
		if (rc == MDB_MAP_RESIZED &&
		    (rc = mdb_env_set_mapsize(k->env, 0)) == 0)
			rc = mdb_txn_begin(k->env, NULL, MDB_RDONLY, &k->txn);
		if (rc != 0)
			k->txn = NULL;
	}
	k->reading = rc == 0;
	return rc;
}

static void
leave(struct keep *k)
{
	if (!k->reading)
		return;
	mdb_txn_reset(k->txn);
	k->reading = k->walking = false;
}

int
keep_read_place(struct keep *k, struct keep_place *out)
{
	MDB_val key = {5, (void *)(uintptr_t) "place"}, value;
	struct place_bytes b;
	int rc;

	if ((rc = enter(k)) != 0)
		return fail(rc);
	if ((rc = mdb_get(k->txn, k->meta, &key, &value)) == MDB_NOTFOUND)
		return 0;
	if (rc == 0 && value.mv_size != sizeof(b))
		rc = MDB_CORRUPTED;
	if (rc != 0)
		return fail(rc);
	memcpy(&b, value.mv_data, sizeof(b));
	*out = (struct keep_place){
	    .position = le64toh(b.position), .version = le32toh(b.version)};
	memcpy(out->mark, b.mark, sizeof(out->mark));
	return 1;
}

/* D43: what is there cannot be trusted any more; memory still can. */
static void
lose(struct keep *k)
{
	k->lost = true;
	if (k->lock_fd != -1)
		(void)remove_files(k);
}

/* What LMDB gave, as ours.  1, 0, or -1 with errno, never EBADMSG. */
static int
found(struct keep *k, int rc, const MDB_val *from, struct str *to)
{
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0 && store_errno(rc) == EBADMSG) {
		lose(k);
		rc = EIO;
	}
	if (rc != 0)
		return fail(rc);
	*to = (struct str){from->mv_data, from->mv_size};
	return 1;
}

int
keep_get(struct keep *k, struct str name, struct str *value)
{
	MDB_val key = {name.len, (void *)(uintptr_t)name.p}, v;
	int rc = enter(k);

	if (rc == 0)
		rc = mdb_get(k->txn, k->rows, &key, &v);
	return found(k, rc, &v, value);
}

static int
step(struct keep *k, struct str *key, struct str *value, MDB_cursor_op op)
{
	MDB_val at = {key->len, (void *)(uintptr_t)key->p}, v;
	int rc = mdb_cursor_get(k->cursor, &at, &v, op);
	int n = found(k, rc, &v, value);

	return n == 1 ? found(k, rc, &at, key) : n;
}

int
keep_seek(struct keep *k, struct str *key, struct str *value)
{
	int rc = enter(k);

	if (rc == 0 && k->cursor == NULL)
		rc = mdb_cursor_open(k->txn, k->rows, &k->cursor);
	else if (rc == 0 && !k->walking)
		rc = mdb_cursor_renew(k->txn, k->cursor);
	if (rc != 0)
		return fail(rc);
	k->walking = true;
	return step(k, key, value, key->len > 0 ? MDB_SET_RANGE : MDB_FIRST);
}

int
keep_next(struct keep *k, struct str *key, struct str *value)
{
	return step(k, key, value, MDB_NEXT);
}

/*
 * Let the file have room for a commit of N rows of BYTES before LMDB writes:
 * it calls a write that the disk took in part an I/O error.  0 or errno.
 */
static int
reserve(struct keep *k, size_t n, size_t bytes)
{
	MDB_envinfo info;
	mdb_filehandle_t fd;
	struct stat st;
	size_t used, want;
	int rc;

	if ((rc = mdb_env_info(k->env, &info)) != 0 ||
	    (rc = mdb_env_get_fd(k->env, &fd)) != 0)
		return rc;
	if (fstat(fd, &st) == -1)
		return errno;
	used = (info.me_last_pgno + 1) * page_bytes;
	/* Each row may be on a page of its own, which is written anew. */
	want = 2 * n * page_bytes < used ? 2 * n * page_bytes : used;
	want += used + 2 * bytes + commit_bytes;
	/* What an earlier process made room for is there still. */
	if (k->reserved == 0 && st.st_blocks * 512 >= st.st_size)
		k->reserved = (size_t)st.st_size;
	if (want <= k->reserved)
		return 0;
	want += reserve_step_bytes;
	if ((rc = store_extend(k->env, used, want)) == 0)
		k->reserved = want;
	return rc;
}

/* One transaction of all that is to be written.  LMDB's code. */
static int
write_all(struct keep *k, const struct row *const *row, size_t n,
    const struct keep_place *place)
{
	struct place_bytes b = {.position = htole64(place->position),
	    .version = htole32(place->version)};
	MDB_val key, value;
	MDB_txn *txn;
	int rc;

	memcpy(b.mark, place->mark, sizeof(b.mark));
	if ((rc = mdb_txn_begin(k->env, NULL, 0, &txn)) != 0)
		return rc;
	for (size_t i = 0; i < n && rc == 0; i++) {
		key = (MDB_val){
		    row[i]->key.len, (void *)(uintptr_t)row[i]->key.p};
		value = (MDB_val){
		    row[i]->value.len, (void *)(uintptr_t)row[i]->value.p};
		rc = row[i]->gone ? mdb_del(txn, k->rows, &key, NULL)
				  : mdb_put(txn, k->rows, &key, &value, 0);
		if (rc == MDB_NOTFOUND)
			rc = 0;
	}
	key = (MDB_val){5, (void *)(uintptr_t) "place"};
	value = (MDB_val){sizeof(b), &b};
	if (rc != 0 || (rc = mdb_put(txn, k->meta, &key, &value, 0)) != 0) {
		mdb_txn_abort(txn);
		return rc;
	}
	return mdb_txn_commit(txn);
}

int
keep_commit(struct keep *k, const struct row *const *row, size_t n,
    const struct keep_place *place)
{
	MDB_envinfo info;
	size_t bytes = 0;
	int rc;

	if (k->lost)
		return fail(EIO);
	/* No transaction may be open when the map moves. */
	leave(k);
	for (size_t i = 0; i < n; i++)
		bytes += row[i]->key.len + row[i]->value.len;
	do {
		if (k->dir != NULL && (rc = reserve(k, n, bytes)) != 0)
			return fail(rc);
		if ((rc = write_all(k, row, n, place)) != MDB_MAP_FULL)
			break;
		if ((rc = mdb_env_info(k->env, &info)) == 0)
			rc = mdb_env_set_mapsize(k->env, 2 * info.me_mapsize);
	} while (rc == 0);
	if (rc == 0)
		return 0;
	if (!log_writer_temporary(store_errno(rc)))
		lose(k);
	return fail(rc);
}
