#include "removal_state.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* An order's place in the database "meta". */
enum { PROGRESS_FIELDS = 6, KEY_SIZE = EVENT_MAX_ID + 16 };

static MDB_val
progress_key(char key[KEY_SIZE], struct str type)
{
	int n = snprintf(key, KEY_SIZE, "removal/%.*s", STRF(type));

	return (MDB_val){(size_t)n, key};
}

static int
load(struct log *l, MDB_txn *txn, struct removal *r)
{
	char name[KEY_SIZE];
	MDB_val key = progress_key(name, r->type), value;
	uint64_t le[PROGRESS_FIELDS];
	int rc = mdb_get(txn, l->meta, &key, &value);

	r->next = 1;
	r->count = r->bytes = r->first = r->last = 0;
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return rc;
	if (value.mv_size != sizeof(le))
		return EBADMSG;
	memcpy(le, value.mv_data, sizeof(le));
	/* What is told of an order before this one is over. */
	if (le64toh(le[0]) != r->order)
		return 0;
	r->next = le64toh(le[1]);
	r->count = le64toh(le[2]);
	r->bytes = le64toh(le[3]);
	r->first = le64toh(le[4]);
	r->last = le64toh(le[5]);
	return 0;
}

int
removal_save(struct log *l, MDB_txn *txn, const struct removal *r)
{
	uint64_t le[PROGRESS_FIELDS] = {htole64(r->order), htole64(r->next),
	    htole64(r->count), htole64(r->bytes), htole64(r->first),
	    htole64(r->last)};
	char name[KEY_SIZE];
	MDB_val key = progress_key(name, r->type), value = {sizeof(le), le};

	return mdb_put(txn, l->meta, &key, &value, 0);
}

int
removal_load(struct log *l, struct removal *r)
{
	MDB_txn *txn;
	int rc;

	if ((rc = store_begin(l, &txn)) == 0) {
		rc = load(l, txn, r);
		mdb_txn_abort(txn);
	}
	if (rc == 0)
		return 0;
	errno = store_errno(rc);
	return -1;
}
