#include "store.h"
#include "subjects.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The index on disk tells of everything up to a seq; what came after it is
 * read from the blocks.  That tail is short: weir-logd writes the index
 * every INDEX_STEP events and whenever it has nothing else to do.
 */

/* Fold the events after INDEXED that begin with PREFIX into TAIL. */
static int
fold_tail(
    struct log *l, uint64_t indexed, struct str prefix, struct subjects *tail)
{
	struct log_reader *r = log_reader_open(l, indexed + 1);
	struct subject *s;
	struct event e;
	int n;

	if (r == NULL)
		return -1;
	while ((n = log_reader_next(r, &e)) == 1) {
		if (!str_starts(e.subject, prefix))
			continue;
		if ((s = subjects_find(tail, e.subject)) == NULL &&
		    (s = subjects_add(tail, e.subject)) == NULL) {
			n = -1;
			break;
		}
		s->now = (struct log_subject){e.version, e.seq};
		s->changed = true;
	}
	log_reader_close(r);
	return n;
}

int
log_subject(struct log *l, struct str subject, struct log_subject *out)
{
	struct log_subject found = {0};
	struct log_reader *r;
	struct event e;
	uint64_t indexed;
	int n;

	if (subject.len == 0 || subject.len > EVENT_MAX_SUBJECT) {
		*out = found;
		return 0;
	}
	if (store_subject(l, subject, &found, &indexed) == -1)
		return -1;
	if ((r = log_reader_open(l, indexed + 1)) == NULL)
		return -1;
	while ((n = log_reader_next(r, &e)) == 1)
		if (str_eq(e.subject, subject))
			found = (struct log_subject){e.version, e.seq};
	log_reader_close(r);
	if (n == -1)
		return -1;
	*out = found;
	return 0;
}

struct log_subject_index {
	struct log *log;
	struct subjects *tail; /* what was not indexed */
};

struct log_subject_index *
log_subject_index_open(struct log *l)
{
	struct log_subject_index *t = calloc(1, sizeof(*t));
	uint64_t indexed = 0;
	MDB_txn *txn;
	int rc;

	if (t == NULL)
		return NULL;
	t->log = l;
	if ((rc = store_begin(l, &txn)) == 0) {
		rc = store_indexed(l, txn, &indexed);
		mdb_txn_abort(txn);
	}
	if (rc != 0) {
		errno = store_errno(rc);
		goto err;
	}
	if ((t->tail = subjects_open()) != NULL &&
	    fold_tail(l, indexed, STR(""), t->tail) == 0)
		return t;
err:
	log_subject_index_close(t);
	return NULL;
}

void
log_subject_index_close(struct log_subject_index *t)
{
	int saved = errno;

	if (t == NULL)
		return;
	subjects_close(t->tail);
	free(t);
	errno = saved;
}

int
log_subject_index_get(
    struct log_subject_index *t, struct str subject, struct log_subject *out)
{
	const struct subject *s = subjects_find(t->tail, subject);
	uint64_t indexed;

	if (s == NULL)
		return store_subject(t->log, subject, out, &indexed);
	*out = s->now;
	return 0;
}

/* Give the changed subjects before BEFORE (NULL: all) that are left. */
static int
give_tail(struct subject **list, size_t n, size_t *at, const struct str *before,
    log_subject_fn *fn, void *arg)
{
	int rc = 0;

	for (; rc == 0 && *at < n; (*at)++) {
		const struct subject *s = list[*at];
		struct str name = {s->name, s->len};

		if (before != NULL) {
			size_t min =
			    name.len < before->len ? name.len : before->len;
			int order = memcmp(name.p, before->p, min);

			if (order > 0 || (order == 0 && name.len > before->len))
				break;
			if (order == 0 && name.len == before->len)
				break;
		}
		rc = fn(arg, name, &s->now);
	}
	return rc;
}

/* A subject of the index, copied out. */
struct entry {
	struct log_subject now;
	size_t len; /* 0 in the one before the first */
	char name[EVENT_MAX_SUBJECT];
};

enum { BATCH_ENTRIES = 256 };

/*
 * Copy up to BATCH_ENTRIES indexed subjects that begin with PREFIX and come
 * after AFTER, *N of them.  An LMDB return code.
 */
static int
copy_entries(struct log *l, struct str prefix, const struct entry *after,
    struct entry *batch, size_t *n)
{
	struct str from = {after->name, after->len};
	MDB_val key = {prefix.len, (void *)(uintptr_t)prefix.p}, value;
	MDB_cursor *cursor;
	MDB_txn *txn;
	int rc;

	*n = 0;
	if (from.len > 0)
		key = (MDB_val){from.len, (void *)(uintptr_t)from.p};
	if ((rc = store_begin(l, &txn)) != 0)
		return rc;
	if ((rc = mdb_cursor_open(txn, l->subjects, &cursor)) != 0)
		goto out;
	for (rc = mdb_cursor_get(cursor, &key, &value,
		 key.mv_size > 0 ? MDB_SET_RANGE : MDB_FIRST);
	     rc == 0 && *n < BATCH_ENTRIES;
	     rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
		struct str name = {key.mv_data, key.mv_size};
		struct entry *e = &batch[*n];

		if (!str_starts(name, prefix))
			break;
		if (str_eq(name, from))
			continue;
		if (name.len > sizeof(e->name) ||
		    store_subject_unpack(&e->now, &value) == -1) {
			rc = EBADMSG;
			break;
		}
		memcpy(e->name, name.p, name.len);
		e->len = name.len;
		++*n;
	}
	mdb_cursor_close(cursor);
out:
	mdb_txn_abort(txn);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/*
 * Walk the indexed subjects in step with those of the tail, N of them in
 * LIST.  FN is called outside of any transaction, so that it may read the
 * log itself: when the map has grown meanwhile, that moves it.
 */
static int
merge(struct log *l, struct str prefix, const struct subjects *t,
    struct subject **list, size_t n, log_subject_fn *fn, void *arg)
{
	struct entry *batch = calloc(BATCH_ENTRIES, sizeof(*batch));
	struct entry last = {.len = 0};
	size_t at = 0, got;
	int rc, result = 0;

	if (batch == NULL)
		return -1;
	do {
		rc = copy_entries(l, prefix, &last, batch, &got);
		if (rc != 0) {
			errno = store_errno(rc);
			result = -1;
			goto out;
		}
		for (size_t i = 0; i < got; i++) {
			struct str name = {batch[i].name, batch[i].len};
			struct subject *newer = subjects_find(t, name);
			struct log_subject now = batch[i].now;

			if ((result = give_tail(
				 list, n, &at, &name, fn, arg)) != 0)
				goto out;
			/* The index may have been written since the tail was
			 * read. */
			if (newer != NULL && newer->now.seq > now.seq)
				now = newer->now;
			at += newer != NULL; /* it stands next in the list */
			if ((result = fn(arg, name, &now)) != 0)
				goto out;
		}
		if (got > 0)
			last = batch[got - 1];
	} while (got == BATCH_ENTRIES);
	result = give_tail(list, n, &at, NULL, fn, arg);
out:
	free(batch);
	return result;
}

int
log_subjects(struct log *l, struct str prefix, log_subject_fn *fn, void *arg)
{
	struct subjects *tail;
	struct subject **list;
	MDB_txn *txn;
	uint64_t indexed;
	size_t n;
	int rc, result = -1;

	if ((rc = store_begin(l, &txn)) == 0) {
		rc = store_indexed(l, txn, &indexed);
		mdb_txn_abort(txn);
	}
	if (rc != 0) {
		errno = store_errno(rc);
		return -1;
	}
	if ((tail = subjects_open()) == NULL)
		return -1;
	if (fold_tail(l, indexed, prefix, tail) == 0 &&
	    (list = subjects_changed(tail, &n)) != NULL) {
		result = merge(l, prefix, tail, list, n, fn, arg);
		free(list);
	}
	subjects_close(tail);
	return result;
}
