#include "place.h"

#include <errno.h>
#include <lmdb.h>
#include <string.h>

/* What weir-each writes: src/each/state.h tells of these databases. */
static int
read_state(MDB_env *env, uint64_t *position, uint64_t *dead)
{
	MDB_val key = {8, (void *)(uintptr_t) "position"}, value;
	MDB_dbi meta, letters;
	MDB_stat stat;
	MDB_txn *txn;
	int rc;

	if ((rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn)) != 0)
		return rc;
	if ((rc = mdb_dbi_open(txn, "meta", 0, &meta)) == 0 &&
	    (rc = mdb_dbi_open(txn, "dead", MDB_INTEGERKEY, &letters)) == 0 &&
	    (rc = mdb_stat(txn, letters, &stat)) == 0 &&
	    (rc = mdb_get(txn, meta, &key, &value)) == 0) {
		if (value.mv_size == sizeof(*position)) {
			memcpy(position, value.mv_data, sizeof(*position));
			*dead = stat.ms_entries;
		} else {
			rc = EBADMSG;
		}
	}
	mdb_txn_abort(txn);
	return rc;
}

int
place_read(const char *dir, uint64_t *position, uint64_t *dead)
{
	MDB_env *env;
	int rc;

	if ((rc = mdb_env_create(&env)) != 0)
		goto err;
	if ((rc = mdb_env_set_maxdbs(env, 8)) == 0 &&
	    (rc = mdb_env_open(env, dir, MDB_RDONLY | MDB_NOTLS, 0)) == 0)
		rc = read_state(env, position, dead);
	mdb_env_close(env);
	if (rc == 0)
		return 0;
err:
	errno = rc > 0 ? rc : rc == MDB_NOTFOUND ? ENOENT : EBADMSG;
	return -1;
}
