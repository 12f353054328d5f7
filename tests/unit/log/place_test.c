#include "place.h"
#include "tap.h"
#include "tmp.h"

#include <endian.h>
#include <errno.h>
#include <lmdb.h>
#include <string.h>

/* An environment in DIR with "meta": KEY -> SIZE bytes that begin with SEQ,
 * and with LETTERS > 0 so many rows in "dead". */
static void
make(const char *dir, const char *key, size_t size, uint64_t seq,
    uint64_t letters)
{
	char bytes[64] = {0};
	MDB_val k = {strlen(key), (void *)(uintptr_t)key}, v = {size, bytes};
	MDB_dbi meta, dead;
	MDB_env *env;
	MDB_txn *txn;
	int rc;

	seq = htole64(seq);
	memcpy(bytes, &seq, sizeof(seq));
	OK(mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, 4) == 0);
	OK(mdb_env_open(env, dir, MDB_NOTLS, 0600) == 0);
	OK(mdb_txn_begin(env, NULL, 0, &txn) == 0);
	rc = mdb_dbi_open(txn, "meta", MDB_CREATE, &meta);
	OK(rc == 0 && mdb_put(txn, meta, &k, &v, 0) == 0);
	if (letters > 0)
		rc = mdb_dbi_open(
		    txn, "dead", MDB_CREATE | MDB_INTEGERKEY, &dead);
	for (uint64_t i = 1; i <= letters && rc == 0; i++) {
		MDB_val n = {sizeof(i), &i};

		rc = mdb_put(txn, dead, &n, &n, 0);
	}
	OK(rc == 0 && mdb_txn_commit(txn) == 0);
	mdb_env_close(env);
}

static void
test(enum place_kind kind, const char *key, size_t size, uint64_t letters,
    int error)
{
	uint64_t position = 0, dead = 77;
	char dir[64];
	int rc;

	(void)tmp_make(dir);
	OK(place_read(kind, dir, &position, &dead) == -1 && errno == ENOENT);
	make(dir, key, size, 123456789, letters);
	rc = place_read(kind, dir, &position, &dead);
	if (error == 0)
		OK(rc == 0 && position == 123456789 && dead == letters);
	else
		OK(rc == -1 && errno == error && dead == 77);
	tmp_remove(dir);
}

int
main(void)
{
	test(PLACE_EACH, "position", 8, 3, 0);
	test(PLACE_PROJECTION, "place", 48, 0, 0);
	test(PLACE_EACH, "position", 7, 1, EBADMSG);
	test(PLACE_EACH, "other", 8, 1, ENOENT);
	/* One without letters is no consumer's. */
	test(PLACE_EACH, "position", 8, 0, ENOENT);
	return tap_done();
}
