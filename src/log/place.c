#include "place.h"

#include <endian.h>
#include <errno.h>
#include <lmdb.h>
#include <stdbool.h>
#include <string.h>

static const struct kind {
	const char *folder, *name;
	const char *key; /* in the database "meta": its value begins with the
			  * position */
	bool letters;    /* it has a database "dead" */
} kinds[PLACE_KINDS] = {
    [PLACE_EACH] = {"each", "each", "position", true},
    [PLACE_PROJECTION] = {"projections", "projection", "place", false},
};

const char *
place_folder(enum place_kind kind)
{
	return kinds[kind].folder;
}

const char *
place_name(enum place_kind kind)
{
	return kinds[kind].name;
}

/* LMDB's code. */
static int
read_place(
    const struct kind *k, MDB_txn *txn, uint64_t *position, uint64_t *dead)
{
	MDB_val key = {strlen(k->key), (void *)(uintptr_t)k->key}, value;
	MDB_dbi meta, letters;
	MDB_stat stat = {0};
	int rc;

	if ((rc = mdb_dbi_open(txn, "meta", 0, &meta)) != 0 ||
	    (k->letters && ((rc = mdb_dbi_open(
				 txn, "dead", MDB_INTEGERKEY, &letters)) != 0 ||
			       (rc = mdb_stat(txn, letters, &stat)) != 0)) ||
	    (rc = mdb_get(txn, meta, &key, &value)) != 0)
		return rc;
	if (value.mv_size < sizeof(*position))
		return EBADMSG;
	memcpy(position, value.mv_data, sizeof(*position));
	*position = le64toh(*position);
	*dead = stat.ms_entries;
	return 0;
}

int
place_read(
    enum place_kind kind, const char *dir, uint64_t *position, uint64_t *dead)
{
	MDB_env *env;
	MDB_txn *txn;
	int rc;

	if ((rc = mdb_env_create(&env)) != 0)
		goto err;
	if ((rc = mdb_env_set_maxdbs(env, 8)) == 0 &&
	    (rc = mdb_env_open(env, dir, MDB_RDONLY | MDB_NOTLS, 0)) == 0 &&
	    (rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn)) == 0) {
		rc = read_place(&kinds[kind], txn, position, dead);
		mdb_txn_abort(txn);
	}
	mdb_env_close(env);
	if (rc == 0)
		return 0;
err:
	errno = rc > 0 ? rc : rc == MDB_NOTFOUND ? ENOENT : EBADMSG;
	return -1;
}
