#include "store.h"
#include "block.h"
#include "file.h"
#include "idring.h"
#include "num.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_DATABASES = 8, MAX_READERS = 1022 };

/* Other programs of the host's group read; LMDB wants them to write their
 * places into the lock file. */
static const mdb_mode_t mode = 0660;

/* The file grows by so much at a time. */
static const size_t reserve_step_bytes = (size_t)16 << 20;

int
store_errno(int rc)
{
	switch (rc) {
	case MDB_MAP_FULL:
		return ENOSPC;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
		return EBADMSG;
	case MDB_VERSION_MISMATCH:
		return EPROTO;
	case MDB_READERS_FULL:
		return EUSERS;
	case MDB_NOTFOUND:
		return ENOENT;
	default:
		return rc > 0 ? rc : EIO;
	}
}

/* Open the databases, making them when WRITE.  LMDB's code. */
static int
open_databases(struct log *l, bool write)
{
	unsigned make = write ? MDB_CREATE : 0;
	MDB_txn *txn;
	int rc;

	if ((rc = mdb_txn_begin(l->env, NULL, write ? 0 : MDB_RDONLY, &txn)) !=
	    0)
		return rc;
	if ((rc = mdb_dbi_open(
		 txn, "blocks", make | MDB_INTEGERKEY, &l->blocks)) != 0 ||
	    (rc = mdb_dbi_open(txn, "subjects", make, &l->subjects)) != 0 ||
	    (rc = mdb_dbi_open(txn, "history", make, &l->history)) != 0 ||
	    (rc = mdb_dbi_open(txn, "meta", make, &l->meta)) != 0 ||
	    (write && (rc = idring_open(l, txn)) != 0)) {
		mdb_txn_abort(txn);
		return rc;
	}
	return mdb_txn_commit(txn);
}

static size_t
first_map_bytes(void)
{
	const char *set = getenv(STORE_MAP_SETTING);
	uint64_t bytes;

	if (set == NULL || num_parse(set, STORE_MAP_MIN_BYTES,
			       STORE_MAP_MAX_BYTES, &bytes) == -1)
		return STORE_MAP_BYTES;
	return (size_t)bytes;
}

/* The environment at PATH with its databases into L.  LMDB's code. */
static int
open_env(struct log *l, const char *path, unsigned flags)
{
	bool write = (flags & MDB_RDONLY) == 0;
	int rc;

	if ((rc = mdb_env_create(&l->env)) != 0)
		return rc;
	if ((rc = mdb_env_set_maxdbs(l->env, MAX_DATABASES)) != 0 ||
	    (rc = mdb_env_set_maxreaders(l->env, MAX_READERS)) != 0 ||
	    (write &&
		(rc = mdb_env_set_mapsize(l->env, first_map_bytes())) != 0) ||
	    (rc = mdb_env_open(
		 l->env, path, MDB_NOTLS | MDB_NORDAHEAD | flags, mode)) != 0 ||
	    (rc = open_databases(l, write)) != 0)
		mdb_env_close(l->env);
	return rc;
}

/*
 * Have on disk that DIR holds the log, $WEIR_STATE holds DIR, and the folder
 * above holds $WEIR_STATE, as far as that one lets us.  0 or errno.
 */
static int
sync_names(const char *dir)
{
	char path[PATH_MAX], *slash;

	if ((size_t)snprintf(path, sizeof(path), "%s/data.mdb", dir) >=
	    sizeof(path))
		return ENAMETOOLONG;
	for (int above = 0; above < 3; above++) {
		if (file_sync_parent(path) == -1 && (above < 2 || errno == EIO))
			return errno;
		if ((slash = strrchr(path, '/')) == NULL || slash == path)
			break;
		*slash = '\0';
	}
	return 0;
}

/*
 * Make an empty log in DIR unless there is one: under another name first,
 * since LMDB cannot open a file of which power cut off the beginning.  errno
 * or LMDB's code.
 */
static int
make(const char *dir)
{
	char path[PATH_MAX], tmp[PATH_MAX];
	struct log l = {0};
	int rc;

	if ((size_t)snprintf(path, sizeof(path), "%s/data.mdb", dir) >=
		sizeof(path) ||
	    (size_t)snprintf(tmp, sizeof(tmp), "%s/new.mdb", dir) >=
		sizeof(tmp))
		return ENAMETOOLONG;
	if (access(path, F_OK) == 0)
		return 0;
	if (errno != ENOENT || (unlink(tmp) == -1 && errno != ENOENT))
		return errno;
	if ((rc = open_env(&l, tmp, MDB_NOSUBDIR | MDB_NOLOCK)) != 0)
		return rc;
	mdb_env_close(l.env);
	return rename(tmp, path) == -1 ? errno : 0;
}

struct log *
store_open(const char *dir, bool write)
{
	struct log *l = calloc(1, sizeof(*l));
	int rc;

	if (l == NULL)
		return NULL;
	if (!write && (l->journal = journal_open(dir)) == NULL) {
		rc = ENOMEM;
		goto err_alloc;
	}
	if ((write && ((rc = make(dir)) != 0 || (rc = sync_names(dir)) != 0)) ||
	    (rc = open_env(l, dir, write ? 0 : MDB_RDONLY)) != 0)
		goto err_journal;
	/* A writer that was cut off may have left in the page cache what is
	 * not on disk; what we read of it we shall answer for. */
	if (write && (rc = mdb_env_sync(l->env, 1)) != 0)
		goto err_env;
	return l;
err_env:
	mdb_env_close(l->env);
err_journal:
	journal_close(l->journal);
err_alloc:
	free(l);
	/* Databases that are not there: the log is being made just now. */
	errno = store_errno(rc);
	return NULL;
}

struct log *
log_open(const char *dir)
{
	return store_open(dir, false);
}

void
log_close(struct log *l)
{
	if (l == NULL)
		return;
	mdb_env_close(l->env);
	journal_close(l->journal);
	free(l);
}

/*
 * Map BYTES, 0: as many as the log says.  When that fails the old map is gone
 * as well, and LMDB does not mind that: nothing may touch it any more.
 */
static int
remap(struct log *l, size_t bytes)
{
	if (!l->unmapped && mdb_env_set_mapsize(l->env, bytes) != 0)
		l->unmapped = true;
	return l->unmapped ? ENOTRECOVERABLE : 0;
}

int
store_begin(struct log *l, MDB_txn **txn)
{
	int rc = l->unmapped ? ENOTRECOVERABLE
			     : mdb_txn_begin(l->env, NULL, MDB_RDONLY, txn);

	if (rc == MDB_MAP_RESIZED && (rc = remap(l, 0)) == 0)
		rc = mdb_txn_begin(l->env, NULL, MDB_RDONLY, txn);
	return rc;
}

int
store_renew(struct log *l, MDB_txn *txn)
{
	int rc = l->unmapped ? ENOTRECOVERABLE : mdb_txn_renew(txn);

	if (rc == MDB_MAP_RESIZED && (rc = remap(l, 0)) == 0)
		rc = mdb_txn_renew(txn);
	return rc;
}

int
store_extend(MDB_env *env, size_t used, size_t want)
{
	mdb_filehandle_t fd;
	int rc;

	if ((rc = mdb_env_get_fd(env, &fd)) != 0)
		return rc;
	while (fallocate(fd, 0, (off_t)used, (off_t)(want - used)) == -1) {
		if (errno == EOPNOTSUPP)
			break; /* the file system cannot promise */
		if (errno != EINTR)
			return errno;
	}
	return 0;
}

static int
extend(struct log *l, size_t used, size_t want)
{
	int rc = store_extend(l->env, used, want);

	if (rc == 0)
		l->reserved = want;
	return rc;
}

bool
store_fits(struct log *l, size_t bytes)
{
	MDB_envinfo info;
	MDB_stat stat;

	return mdb_env_info(l->env, &info) == 0 &&
	       mdb_env_stat(l->env, &stat) == 0 &&
	       (info.me_last_pgno + 1) * stat.ms_psize + bytes <=
		   info.me_mapsize;
}

int
store_reserve(struct log *l, size_t bytes)
{
	MDB_envinfo info;
	MDB_stat stat;
	size_t used, want, map;
	int rc;

	if (l->unmapped)
		return ENOTRECOVERABLE;
	if ((rc = mdb_env_info(l->env, &info)) != 0 ||
	    (rc = mdb_env_stat(l->env, &stat)) != 0)
		return rc;
	used = (info.me_last_pgno + 1) * stat.ms_psize;
	want = used + bytes;
	for (map = info.me_mapsize; map < want;)
		map *= 2;
	if (map > info.me_mapsize && (rc = remap(l, map)) != 0)
		return rc;
	if (want <= l->reserved)
		return 0;
	/* In large steps while there is room, then to the last byte. */
	if (extend(l, used, want + reserve_step_bytes) == 0)
		return 0;
	return extend(l, used, want);
}

int
store_head(struct log *l, MDB_txn *txn, uint64_t *seq, uint8_t *digest)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	struct block k;
	const char *why;
	uint64_t first;
	int rc;

	*seq = 0;
	if (digest != NULL)
		memset(digest, 0, BLOCK_DIGEST_BYTES);
	if ((rc = mdb_cursor_open(txn, l->blocks, &cursor)) != 0)
		return rc;
	rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
	mdb_cursor_close(cursor);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return rc;
	memcpy(&first, key.mv_data, sizeof(first));
	if (block_open(&k, first, value.mv_data, value.mv_size, &why) == -1)
		return EBADMSG;
	if (digest != NULL && block_digest(&k, digest) == -1)
		return EBADMSG;
	*seq = first + k.count - 1;
	return 0;
}

int
store_find(struct log *l, uint64_t *head)
{
	uint8_t digest[BLOCK_DIGEST_BYTES];
	MDB_txn *txn;
	int rc;

	if ((rc = store_begin(l, &txn)) != 0)
		return rc;
	rc = store_head(l, txn, head, digest);
	mdb_txn_abort(txn);
	if (rc == 0)
		rc = journal_find(l->journal, head, digest) == -1 ? errno : 0;
	return rc;
}

int
log_head(struct log *l, uint64_t *seq)
{
	int rc;

	if (journal_live(l->journal)) {
		*seq = journal_next(l->journal) - 1;
		return 0;
	}
	/* What is whole in front of damage counts. */
	if ((rc = store_find(l, seq)) == 0 || (rc == EBADMSG && *seq > 0))
		return 0;
	errno = store_errno(rc);
	return -1;
}

int
store_indexed(struct log *l, MDB_txn *txn, uint64_t *seq)
{
	MDB_val key = {7, (void *)(uintptr_t) "indexed"}, value;
	int rc = mdb_get(txn, l->meta, &key, &value);

	*seq = 0;
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return rc;
	if (value.mv_size != sizeof(*seq))
		return EBADMSG;
	memcpy(seq, value.mv_data, sizeof(*seq));
	*seq = le64toh(*seq);
	return 0;
}

int
store_put_indexed(struct log *l, MDB_txn *txn, uint64_t seq)
{
	uint64_t le = htole64(seq);
	MDB_val key = {7, (void *)(uintptr_t) "indexed"};
	MDB_val value = {sizeof(le), &le};

	return mdb_put(txn, l->meta, &key, &value, 0);
}

size_t
store_history_key(
    uint8_t key[STORE_HISTORY_KEY_MAX], struct str subject, uint64_t version)
{
	uint64_t be = htobe64(version);

	memcpy(key, subject.p, subject.len);
	key[subject.len] = '\0';
	memcpy(key + subject.len + 1, &be, sizeof(be));
	return subject.len + 1 + sizeof(be);
}

void
store_subject_pack(uint8_t v[16], const struct log_subject *s)
{
	uint64_t le[2] = {htole64(s->version), htole64(s->seq)};

	memcpy(v, le, sizeof(le));
}

int
store_subject_unpack(struct log_subject *s, const MDB_val *v)
{
	uint64_t le[2];

	if (v->mv_size != sizeof(le)) {
		errno = EBADMSG;
		return -1;
	}
	memcpy(le, v->mv_data, sizeof(le));
	*s = (struct log_subject){le64toh(le[0]), le64toh(le[1])};
	return 0;
}

int
store_subject(struct log *l, struct str subject, struct log_subject *out,
    uint64_t *indexed)
{
	MDB_val key = {subject.len, (void *)(uintptr_t)subject.p}, value;
	MDB_txn *txn;
	int rc;

	*out = (struct log_subject){0};
	if ((rc = store_begin(l, &txn)) == 0) {
		if ((rc = store_indexed(l, txn, indexed)) == 0 &&
		    (rc = mdb_get(txn, l->subjects, &key, &value)) == 0 &&
		    store_subject_unpack(out, &value) == -1)
			rc = errno;
		mdb_txn_abort(txn);
	}
	if (rc == 0 || rc == MDB_NOTFOUND)
		return 0;
	errno = store_errno(rc);
	return -1;
}
