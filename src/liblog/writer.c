#include "writer.h"
#include "block.h"
#include "clock.h"
#include "digester.h"
#include "file.h"
#include "ids.h"
#include "store.h"
#include "subjects.h"

#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* The index is written after so many events, in the commit that
	 * stores the last of them: small enough not to be felt. */
	INDEX_STEP = 8192,
	/* As many at the start, when the index is behind. */
	RECOVER_STEP = 16 * INDEX_STEP,
	/* A reader that died pins the pages that were freed since; we look
	 * for such after so many commits, which frees some MiB at most. */
	CHECK_STEP = 256,
	/* Unchanged subjects that are kept in memory to be found again. */
	MAX_CACHED_SUBJECTS = 65536
};

/* What an event did to the state, to write the index and to undo it. */
struct change {
	struct subject *subject;
	struct log_subject before;
	bool changed_before;
	uint64_t version, seq;
};

/* Where an event's bytes lie in the block. */
struct span {
	size_t at, end;
};

struct log_writer {
	int lock_fd;
	struct log *log;
	struct log_reader *reader; /* for what is asked now and then */
	struct subjects *subjects;
	struct ids *ids;
	struct digester *digester;
	struct buf block;
	struct span span[BLOCK_MAX_EVENTS]; /* of the events in BLOCK */
	size_t staged;
	/* Changes since the index was written; the last STAGED of them are
	 * not committed yet. */
	struct change *change;
	size_t changes, changes_cap;
	unsigned unchecked;                 /* commits since CHECK_STEP */
	uint64_t head;                      /* last committed seq */
	uint8_t digest[BLOCK_DIGEST_BYTES]; /* of the last block */
};

int
log_writer_temporary(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG ||
	       error == ENOMEM || error == EAGAIN;
}

/* The entry of NAME, from the index when it is not in memory. */
static struct subject *
subject_get(struct log_writer *w, struct str name)
{
	struct subject *s = subjects_find(w->subjects, name);
	MDB_val key = {name.len, (void *)(uintptr_t)name.p}, value;
	struct log_subject now = {0};
	MDB_txn *txn;
	int rc;

	if (s != NULL)
		return s;
	/* Conflicts alone change nothing, and must not fill the memory. */
	if (w->changes == 0 &&
	    subjects_count(w->subjects) > 2 * MAX_CACHED_SUBJECTS)
		subjects_reset(w->subjects);
	/* Not changed since the index was written: the index knows. */
	if ((rc = store_begin(w->log, &txn)) != 0)
		goto err;
	if ((rc = mdb_get(txn, w->log->subjects, &key, &value)) == 0 &&
	    store_subject_unpack(&now, &value) == -1)
		rc = errno;
	mdb_txn_abort(txn);
	if (rc != 0 && rc != MDB_NOTFOUND)
		goto err;
	if ((s = subjects_add(w->subjects, name)) != NULL)
		s->now = now;
	return s;
err:
	errno = store_errno(rc);
	return NULL;
}

static struct change *
change_push(struct log_writer *w)
{
	if (w->changes == w->changes_cap) {
		size_t cap = w->changes_cap > 0 ? 2 * w->changes_cap : 1024;
		struct change *p = realloc(w->change, cap * sizeof(*p));

		if (p == NULL)
			return NULL;
		w->change = p;
		w->changes_cap = cap;
	}
	return &w->change[w->changes];
}

static int commit(struct log_writer *w, bool index);

/* Take up what the index does not tell of, and the newest ids. */
static int
recover(struct log_writer *w)
{
	struct log_reader *r;
	struct event e;
	MDB_txn *txn;
	uint64_t indexed, head, from;
	int rc, n;

	if ((rc = store_begin(w->log, &txn)) != 0)
		goto err;
	if ((rc = store_head(w->log, txn, &head, w->digest)) == 0)
		rc = store_indexed(w->log, txn, &indexed);
	mdb_txn_abort(txn);
	if (rc != 0)
		goto err;
	w->head = head;
	from = head > IDS_WINDOW ? head - IDS_WINDOW + 1 : 1;
	from = indexed + 1 < from ? indexed + 1 : from;
	if ((r = log_reader_open(w->log, from)) == NULL)
		return -1;
	while ((n = log_reader_next(r, &e)) == 1 ||
	       (n == -1 && errno == EBADMSG)) {
		struct subject *s;
		struct change *c;
		struct ids_key id;

		/* Damage is weir-verify's to tell; what is whole counts. */
		if (n == -1)
			continue;
		id = ids_key(w->ids, e.id);
		ids_add(w->ids, &id, e.seq);
		if (e.seq <= indexed)
			continue;
		if ((s = subject_get(w, e.subject)) == NULL ||
		    (c = change_push(w)) == NULL) {
			n = -1;
			break;
		}
		*c = (struct change){.subject = s,
		    .before = s->now,
		    .changed_before = s->changed,
		    .version = e.version,
		    .seq = e.seq};
		s->now = (struct log_subject){e.version, e.seq};
		s->changed = true;
		/* A log without its index: in steps, or memory would hold it
		 * all. */
		if (++w->changes >= RECOVER_STEP && commit(w, true) == -1) {
			n = -1;
			break;
		}
	}
	log_reader_close(r);
	return n;
err:
	errno = store_errno(rc);
	return -1;
}

struct log_writer *
log_writer_open(const char *dir, pid_t *holder)
{
	struct log_writer *w = calloc(1, sizeof(*w));
	char path[PATH_MAX];

	*holder = 0;
	if (w == NULL)
		return NULL;
	w->lock_fd = -1;
	buf_init(&w->block, BLOCK_MAX_BYTES);
	if (file_mkdirs(dir, 0770) == -1)
		goto err;
	if ((size_t)snprintf(path, sizeof(path), "%s/writer.lock", dir) >=
	    sizeof(path)) {
		errno = ENAMETOOLONG;
		goto err;
	}
	if ((w->lock_fd = file_lock(path, holder)) == -1 ||
	    (w->log = store_open(dir, true)) == NULL ||
	    (w->subjects = subjects_open()) == NULL ||
	    (w->ids = ids_open()) == NULL ||
	    (w->digester = digester_open()) == NULL ||
	    (w->reader = log_reader_open(w->log, 1)) == NULL ||
	    recover(w) == -1)
		goto err;
	return w;
err:
	log_writer_close(w);
	return NULL;
}

void
log_writer_close(struct log_writer *w)
{
	int saved = errno;

	if (w == NULL)
		return;
	log_reader_close(w->reader);
	log_close(w->log);
	subjects_close(w->subjects);
	ids_close(w->ids);
	digester_close(w->digester);
	buf_fini(&w->block);
	free(w->change);
	if (w->lock_fd != -1)
		(void)close(w->lock_fd);
	free(w);
	errno = saved;
}

struct log *
log_writer_log(struct log_writer *w)
{
	return w->log;
}

uint64_t
log_writer_head(const struct log_writer *w)
{
	return w->head;
}

int
log_writer_subject(
    struct log_writer *w, struct str subject, struct log_subject *out)
{
	struct subject *s = subject_get(w, subject);

	if (s == NULL)
		return -1;
	*out = s->now;
	return 0;
}

/*
 * The version of the event SEQ, which may be staged, into *VERSION; 0 when it
 * is damaged.  0, or -1 with errno.
 */
static int
version_at(struct log_writer *w, uint64_t seq, uint64_t *version)
{
	struct event e;
	int n;

	if (seq > w->head) {
		*version =
		    w->change[w->changes - w->staged + (seq - w->head - 1)]
			.version;
		return 0;
	}
	if ((n = log_reader_at(w->reader, seq, &e)) == -1 && errno != EBADMSG)
		return -1;
	*version = n == 1 ? e.version : 0;
	return 0;
}

/* Put E, which stands at SEQ, behind the block.  0, or -1 with errno. */
static int
put(struct log_writer *w, const struct event *e)
{
	size_t begun = w->block.len;

	if (block_event_begin(&w->block) == -1 ||
	    event_encode(e, &w->block) == -1) {
		w->block.len = begun;
		w->block.failed = false;
		/* It may have room in the next block. */
		errno = errno == EMSGSIZE ? EAGAIN : errno;
		return -1;
	}
	block_event_end(&w->block, begun);
	return 0;
}

int
log_writer_add(
    struct log_writer *w, const struct event *e, struct log_place *place)
{
	struct ids_key id = ids_key(w->ids, e->id);
	struct event logged = *e;
	struct subject *s;
	struct change *c;
	uint64_t known;
	size_t begun;

	if ((s = subject_get(w, e->subject)) == NULL)
		return -1;
	if (w->staged == 0) {
		buf_reset(&w->block);
		if (block_begin(&w->block) == -1)
			return -1;
	}
	logged.seq = w->head + w->staged + 1;
	logged.version = s->now.version + 1;
	logged.expect = EVENT_ANY;
	begun = w->block.len;
	if (w->staged == BLOCK_MAX_EVENTS || (c = change_push(w)) == NULL) {
		errno = w->staged == BLOCK_MAX_EVENTS ? EAGAIN : ENOMEM;
		return -1;
	}
	if (put(w, &logged) == -1)
		return -1;
	/* Asked only now: the memory that tells was on its way until here. */
	if ((known = ids_find(w->ids, &id)) != 0) {
		uint64_t version;

		w->block.len = begun;
		if (version_at(w, known, &version) == -1)
			return -1;
		*place = (struct log_place){LOG_DUPLICATE, known, version};
		return 0;
	}
	if (e->expect != EVENT_ANY && e->expect != s->now.version) {
		w->block.len = begun;
		*place = (struct log_place){
		    LOG_CONFLICT, s->now.seq, s->now.version};
		return 0;
	}
	*c = (struct change){s, s->now, s->changed, logged.version, logged.seq};
	w->changes++;
	w->span[w->staged++] = (struct span){begun + 4, w->block.len};
	s->now = (struct log_subject){logged.version, logged.seq};
	s->changed = true;
	ids_add(w->ids, &id, logged.seq);
	*place = (struct log_place){LOG_STAGED, logged.seq, logged.version};
	return 0;
}

size_t
log_writer_staged(const struct log_writer *w)
{
	return w->staged;
}

struct str
log_writer_event(const struct log_writer *w, size_t i)
{
	const struct span *s = &w->span[i];

	return (struct str){(const char *)w->block.p + s->at, s->end - s->at};
}

/* The staged events will not be stored: undo what they did. */
static void
rollback(struct log_writer *w)
{
	ids_truncate(w->ids, w->head + 1);
	for (; w->staged > 0; w->staged--) {
		const struct change *c = &w->change[--w->changes];

		c->subject->now = c->before;
		c->subject->changed = c->changed_before;
	}
}

/* The changed subjects, which LIST names, as they are now.  LMDB's code. */
static int
write_subjects(
    struct log_writer *w, MDB_txn *txn, struct subject *const *list, size_t n)
{
	uint8_t packed[16];
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		MDB_val key = {list[i]->len, list[i]->name};
		MDB_val value = {sizeof(packed), packed};

		store_subject_pack(packed, &list[i]->now);
		rc = mdb_put(txn, w->log->subjects, &key, &value, 0);
	}
	return rc;
}

/*
 * The changes of each subject of LIST one after the other, so that LMDB finds
 * the place of nearly every key beside the one before.  LMDB's code.
 */
static int
write_history(struct log_writer *w, MDB_txn *txn, struct subject *const *list,
    size_t n, uint32_t *order)
{
	uint8_t bytes[STORE_HISTORY_KEY_MAX];
	MDB_cursor *cursor;
	size_t at = 0;
	int rc;

	/* Count, and sort by the counts: they are in the order of seq. */
	for (size_t i = 0; i < n; i++)
		list[i]->place = 0;
	for (size_t i = 0; i < w->changes; i++)
		w->change[i].subject->place++;
	for (size_t i = 0; i < n; i++) {
		size_t count = list[i]->place;

		list[i]->place = at;
		at += count;
	}
	for (size_t i = 0; i < w->changes; i++)
		order[w->change[i].subject->place++] = (uint32_t)i;
	if ((rc = mdb_cursor_open(txn, w->log->history, &cursor)) != 0)
		return rc;
	for (size_t i = 0; i < w->changes && rc == 0; i++) {
		const struct change *c = &w->change[order[i]];
		struct str name = {c->subject->name, c->subject->len};
		MDB_val key = {
		    store_history_key(bytes, name, c->version), bytes};
		uint64_t le = htole64(c->seq);
		MDB_val value = {sizeof(le), &le};

		rc = mdb_cursor_put(cursor, &key, &value, 0);
	}
	mdb_cursor_close(cursor);
	return rc;
}

/* Write what changed since into the index, within TXN.  LMDB's code. */
static int
write_index(struct log_writer *w, MDB_txn *txn)
{
	uint32_t *order = calloc(w->changes + 1, sizeof(*order));
	size_t n;
	struct subject **list = subjects_changed(w->subjects, &n);
	int rc = order != NULL && list != NULL ? 0 : ENOMEM;

	if (rc == 0 && (rc = write_subjects(w, txn, list, n)) == 0)
		rc = write_history(w, txn, list, n, order);
	free(list);
	free(order);
	if (rc == 0) {
		uint64_t le = htole64(w->change[w->changes - 1].seq);
		MDB_val key = {7, (void *)(uintptr_t) "indexed"};
		MDB_val value = {sizeof(le), &le};

		rc = mdb_put(txn, w->log->meta, &key, &value, 0);
	}
	return rc;
}

/* The index is on disk: what led to it is not needed any more. */
static void
index_written(struct log_writer *w)
{
	if (subjects_count(w->subjects) > MAX_CACHED_SUBJECTS) {
		subjects_reset(w->subjects);
	} else {
		for (size_t i = 0; i < w->changes; i++)
			w->change[i].subject->changed = false;
	}
	w->changes = 0;
}

/* How many bytes a commit may add to the file, at the most. */
static size_t
commit_max_bytes(const struct log_writer *w, bool index)
{
	/* Pages that the tree above the block needs. */
	enum { TREE_BYTES = 256 * 1024, PAGE_BYTES = 4096 };

	/* In the index each key may touch a page of its own, twice. */
	return w->block.len + TREE_BYTES +
	       (index ? 2 * PAGE_BYTES * w->changes : 0);
}

/* Commit the staged block, the index, or both.  0, or -1 with errno. */
static int
commit(struct log_writer *w, bool index)
{
	uint64_t first = w->head + 1, head = w->head + w->staged;
	MDB_val key = {sizeof(first), &first}, value;
	uint8_t digest[BLOCK_DIGEST_BYTES];
	struct block block;
	MDB_txn *txn;
	int rc;

	if ((rc = store_reserve(w->log, commit_max_bytes(w, index))) != 0)
		goto err;
	store_prepare(w->log, w->block.len);
	if ((rc = mdb_txn_begin(w->log->env, NULL, 0, &txn)) != 0)
		goto err;
	if (w->staged > 0) {
		block_seal(&w->block, first, (uint32_t)w->staged,
		    clock_real_us(), w->digest);
		value.mv_size = w->block.len;
		rc = mdb_put(txn, w->log->blocks, &key, &value,
		    MDB_APPEND | MDB_RESERVE);
		if (rc == 0)
			memcpy(value.mv_data, w->block.p, w->block.len);
	}
	if (rc == 0 && index)
		rc = write_index(w, txn);
	if (rc != 0) {
		mdb_txn_abort(txn);
		goto err;
	}
	/* The next block will bear the digest of this one. */
	if (w->staged > 0) {
		block_own(&block, &w->block);
		digester_begin(w->digester, &block);
	}
	/* D1: encoded, nothing of it on disk. */
	rc = mdb_txn_commit(txn);
	if (w->staged > 0)
		digester_end(w->digester, digest);
	if (rc != 0)
		goto err;
	/* D2: on disk and visible to readers, not answered yet. */
	if (w->staged > 0)
		memcpy(w->digest, digest, sizeof(w->digest));
	w->head = head;
	w->staged = 0;
	if (index)
		index_written(w);
	if (++w->unchecked == CHECK_STEP)
		log_writer_check_readers(w);
	return 0;
err:
	rollback(w);
	errno = store_errno(rc);
	return -1;
}

int
log_writer_commit(struct log_writer *w)
{
	return w->staged == 0 ? 0 : commit(w, w->changes >= INDEX_STEP);
}

int
log_writer_index(struct log_writer *w)
{
	return w->changes == 0 ? 0 : commit(w, true);
}

void
log_writer_check_readers(struct log_writer *w)
{
	int dead;

	w->unchecked = 0;
	(void)mdb_reader_check(w->log->env, &dead);
}
