#include "removal.h"
#include "block.h"
#include "clock.h"
#include "removal_state.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum {
	PAGE_BYTES = 4096,
	/* Pages of the trees that a step changes on its way. */
	TREE_BYTES = 256 * 1024,
	/* The clock is asked after so many events. */
	CLOCK_STEP = 64
};

/* One step, while its transaction is open. */
struct step {
	struct log *log;
	MDB_txn *txn;
	MDB_cursor *cursor;
	struct removal *list;
	size_t n;
	const struct removal_limits *limits;
	uint64_t end_us;  /* by the clock, then it is enough */
	uint64_t indexed; /* what comes behind is for another step */
	uint64_t until;   /* the last seq that any order wants */
	uint64_t next;    /* the seq to look at next */
	size_t removed, written;
	struct buf block; /* the block that is made anew */
};

/* The order that the event E, which stands at its seq, goes by, or NULL. */
static struct removal *
order_of(struct step *s, const struct event *e)
{
	for (size_t i = 0; i < s->n; i++) {
		struct removal *r = &s->list[i];

		if (e->seq >= r->next && e->seq <= r->until &&
		    str_eq(e->type_name, r->type))
			return r;
	}
	return NULL;
}

/* Whether E is the newest event of its subject.  LMDB's code. */
static int
is_newest(struct step *s, const struct event *e, bool *newest)
{
	MDB_val key = {e->subject.len, (void *)(uintptr_t)e->subject.p};
	struct log_subject now;
	MDB_val value;
	int rc = mdb_get(s->txn, s->log->subjects, &key, &value);

	*newest = true;
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc == 0 && store_subject_unpack(&now, &value) == -1)
		return errno;
	if (rc == 0)
		*newest = now.seq <= e->seq;
	return rc;
}

/* This step has done enough with the event before SEQ. */
static bool
enough(const struct step *s, uint64_t seq)
{
	return s->removed >= s->limits->events ||
	       (seq % CLOCK_STEP == 0 && clock_mono_us() >= s->end_us);
}

/* Whether event RAW at SEQ goes, and then by which order.  LMDB's code. */
static int
goes(struct step *s, uint64_t seq, struct str raw, struct removal **by)
{
	struct event e;
	const char *why;
	bool newest;
	int rc;

	*by = NULL;
	if (event_decode(&e, raw.p, raw.len, &why) == -1 || e.seq != seq ||
	    (*by = order_of(s, &e)) == NULL)
		return 0;
	if ((rc = is_newest(s, &e, &newest)) == 0 && newest)
		*by = NULL;
	return rc;
}

static int
put_event(struct buf *b, struct str raw)
{
	size_t begun = b->len;

	if (block_event_begin(b) == -1 || buf_putstr(b, raw) == -1)
		return errno;
	block_event_end(b, begun);
	return 0;
}

static int
put_mark(struct buf *b, const uint8_t *hash, size_t len)
{
	return block_put_removed(b, hash, len) == -1 ? errno : 0;
}

/* The event RAW at SEQ, in a block of FORM, goes by order R. */
static int
put_removed(struct step *s, struct removal *r, enum block_form form,
    uint64_t seq, struct str raw)
{
	uint8_t hash[BLOCK_DIGEST_BYTES];

	block_event_hash(form, raw, hash);
	r->count++;
	r->bytes += raw.len;
	r->first = r->first == 0 ? seq : r->first;
	r->last = seq;
	s->removed++;
	return put_mark(&s->block, hash, raw.len);
}

/* Whether K is whole and holds something that an order names. */
static bool
wanted(struct step *s, const struct block *opened)
{
	struct block k = *opened;
	uint64_t seq = k.first_seq;
	bool found = false;
	struct event e;
	struct str raw;
	const char *why;
	int n;

	for (; (n = block_next(&k, &raw)) == 1; seq++)
		if (!found && raw.p != NULL && seq >= s->next &&
		    seq <= s->until &&
		    event_decode(&e, raw.p, raw.len, &why) == 0)
			found = order_of(s, &e) != NULL;
	return found && n == 0 && seq == k.first_seq + k.count;
}

/*
 * Make block K anew in S->block, without what goes; *LAST is the last seq
 * that this step has looked at.  LMDB's code.
 */
static int
rewrite(struct step *s, const struct block *opened, uint64_t *last)
{
	struct block k = *opened;
	uint64_t seq = k.first_seq;
	struct str raw;
	int rc;

	*last = s->until;
	buf_reset(&s->block);
	rc = block_begin(&s->block) == -1 ? errno : 0;
	for (; rc == 0 && block_next(&k, &raw) == 1; seq++) {
		struct removal *by = NULL;

		/* One more than the step before, at the least. */
		if (seq > s->next && seq <= *last && enough(s, seq))
			*last = seq - 1;
		if (raw.p != NULL && seq >= s->next && seq <= *last)
			rc = goes(s, seq, raw, &by);
		if (rc != 0)
			break;
		if (raw.p == NULL)
			rc = put_mark(&s->block, k.hash, raw.len);
		else if (by == NULL)
			rc = put_event(&s->block, raw);
		else
			rc = put_removed(s, by, k.form, seq, raw);
	}
	if (rc == 0)
		block_seal_as(&s->block, &k);
	return rc;
}

/*
 * Whether the chain holds with the new block in the place of K.  The block
 * behind it bears the digest that it must have.
 */
static bool
chain_holds(struct step *s, const struct block *k)
{
	uint8_t want[BLOCK_DIGEST_BYTES], have[BLOCK_DIGEST_BYTES];
	MDB_val key, value;
	struct block next, now;
	const char *why;
	uint64_t first;

	block_own(&now, &s->block);
	if (block_digest(&now, have) == -1)
		return false;
	if (mdb_cursor_get(s->cursor, &key, &value, MDB_NEXT) == 0) {
		memcpy(&first, key.mv_data, sizeof(first));
		if (block_open(&next, first, value.mv_data, value.mv_size,
			&why) == 0 &&
		    first == k->first_seq + k->count)
			return memcmp(next.before, have, sizeof(have)) == 0;
	}
	return block_digest(k, want) == 0 &&
	       memcmp(want, have, sizeof(have)) == 0;
}

/* The index is to name no more what K holds and the new block does not. */
static int
unlist(struct step *s, const struct block *opened)
{
	struct block old = *opened, now;
	uint8_t bytes[STORE_HISTORY_KEY_MAX];
	struct str was, is;
	struct event e;
	const char *why;
	MDB_val key;
	int rc = 0;

	block_own(&now, &s->block);
	while (rc == 0 && block_next(&old, &was) == 1 &&
	       block_next(&now, &is) == 1) {
		if (is.p != NULL || was.p == NULL ||
		    event_decode(&e, was.p, was.len, &why) == -1)
			continue;
		key.mv_size = store_history_key(bytes, e.subject, e.version);
		key.mv_data = bytes;
		/* One that was restored knows nothing of some versions. */
		rc = mdb_del(s->txn, s->log->history, &key, NULL);
		rc = rc == MDB_NOTFOUND ? 0 : rc;
	}
	return rc;
}

/* Go through block K as far as this step goes.  LMDB's code. */
static int
take_block(struct step *s, const struct block *k)
{
	MDB_val key = {sizeof(k->first_seq), (void *)(uintptr_t)&k->first_seq};
	struct removal before[REMOVAL_MAX];
	uint64_t end = k->first_seq + k->count, last;
	size_t removed = s->removed;
	MDB_val value;
	int rc;

	if (!wanted(s, k)) {
		s->next = end <= s->until ? end : s->until + 1;
		return 0;
	}
	memcpy(before, s->list, s->n * sizeof(*before));
	if ((rc = rewrite(s, k, &last)) != 0)
		return rc;
	s->next = last < end - 1 ? last + 1 : end;
	if (s->removed == removed)
		return 0;
	if (!chain_holds(s, k)) {
		/* Damage is weir-verify's to tell, and not ours to hide. */
		memcpy(s->list, before, s->n * sizeof(*before));
		s->removed = removed;
		s->next = end;
		return 0;
	}
	if ((rc = unlist(s, k)) != 0)
		return rc;
	s->written += s->block.len;
	value = (MDB_val){s->block.len, s->block.p};
	return mdb_put(s->txn, s->log->blocks, &key, &value, 0);
}

/*
 * Put the cursor on the block that holds S->next, or on the first one behind
 * it.  LMDB's code.
 */
static int
seek(struct step *s, MDB_val *key, MDB_val *value)
{
	uint64_t beyond = s->next + 1, first;
	struct block k;
	const char *why;
	int rc;

	*key = (MDB_val){sizeof(beyond), &beyond};
	rc = mdb_cursor_get(s->cursor, key, value, MDB_SET_RANGE);
	if (rc != 0 && rc != MDB_NOTFOUND)
		return rc;
	rc = mdb_cursor_get(
	    s->cursor, key, value, rc == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
	if (rc == MDB_NOTFOUND)
		return mdb_cursor_get(s->cursor, key, value, MDB_FIRST);
	if (rc != 0)
		return rc;
	memcpy(&first, key->mv_data, sizeof(first));
	if (first == s->next ||
	    (block_open(&k, first, value->mv_data, value->mv_size, &why) == 0 &&
		first + k.count > s->next))
		return 0;
	return mdb_cursor_get(s->cursor, key, value, MDB_NEXT);
}

/* From block to block until it is enough.  LMDB's code. */
static int
walk(struct step *s)
{
	MDB_val key, value;
	struct block k;
	const char *why;
	uint64_t first;
	int rc = 0;

	while (rc == 0 && s->next <= s->until) {
		if ((rc = seek(s, &key, &value)) != 0)
			break;
		memcpy(&first, key.mv_data, sizeof(first));
		if (first > s->next)
			s->next = first;
		if (s->next > s->until)
			break;
		if (block_open(&k, first, value.mv_data, value.mv_size, &why) ==
		    0)
			rc = take_block(s, &k);
		else if ((rc = mdb_cursor_get(
			      s->cursor, &key, &value, MDB_NEXT)) == 0)
			memcpy(&s->next, key.mv_data, sizeof(s->next));
		if (s->written >= s->limits->write_bytes || enough(s, 0))
			break;
	}
	if (rc != MDB_NOTFOUND)
		return rc;
	s->next = s->until + 1;
	return 0;
}

/* What the orders want, and where the first of them stands. */
static void
survey(struct step *s)
{
	s->until = 0;
	s->next = UINT64_MAX;
	for (size_t i = 0; i < s->n; i++) {
		const struct removal *r = &s->list[i];

		if (r->next > r->until)
			continue;
		if (r->until > s->until)
			s->until = r->until;
		if (r->next < s->next)
			s->next = r->next;
	}
	if (s->until > s->indexed)
		s->until = s->indexed;
}

/* The step has come as far as S->next: so has each order.  LMDB's code. */
static int
advance(struct step *s)
{
	int rc = 0;

	for (size_t i = 0; i < s->n && rc == 0; i++) {
		struct removal *r = &s->list[i];

		if (r->next < s->next)
			r->next = s->next;
		/* A search that found nothing need not be remembered. */
		if (s->removed > 0)
			rc = removal_save(s->log, s->txn, r);
	}
	return rc;
}

static int
step(struct step *s)
{
	int rc;

	if ((rc = mdb_txn_begin(s->log->env, NULL, 0, &s->txn)) != 0)
		return rc;
	if ((rc = store_indexed(s->log, s->txn, &s->indexed)) != 0 ||
	    (rc = mdb_cursor_open(s->txn, s->log->blocks, &s->cursor)) != 0)
		goto out;
	survey(s);
	s->end_us = clock_mono_us() + s->limits->time_us;
	rc = walk(s);
	mdb_cursor_close(s->cursor);
	if (rc == 0)
		rc = advance(s);
out:
	if (rc == 0 && s->removed > 0)
		/* D61: the marks, the index and the progress, or nothing. */
		return mdb_txn_commit(s->txn);
	mdb_txn_abort(s->txn);
	return rc;
}

/* Make room for what a step may write at the most.  LMDB's code. */
static int
reserve(struct log *l, const struct removal_limits *limits)
{
	/* Each event may change a page of the index, and the page above. */
	size_t most = limits->write_bytes + BLOCK_MAX_BYTES +
		      2 * PAGE_BYTES * limits->events;
	MDB_envinfo info;
	MDB_stat stat;
	int rc;

	if ((rc = mdb_env_info(l->env, &info)) != 0 ||
	    (rc = mdb_env_stat(l->env, &stat)) != 0)
		return rc;
	/* No page is written twice, and each may be split. */
	if (most / 2 / stat.ms_psize > info.me_last_pgno)
		most = 2 * stat.ms_psize * info.me_last_pgno;
	return store_reserve(l, most + TREE_BYTES);
}

int
removal_step(struct log *l, struct removal *list, size_t n,
    const struct removal_limits *limits)
{
	struct removal work[REMOVAL_MAX];
	struct step s = {.log = l, .list = work, .n = n, .limits = limits};
	int rc;

	if (n > REMOVAL_MAX) {
		errno = EINVAL;
		return -1;
	}
	memcpy(work, list, n * sizeof(*work));
	buf_init(&s.block, BLOCK_MAX_BYTES);
	if ((rc = reserve(l, limits)) == 0)
		rc = step(&s);
	buf_fini(&s.block);
	if (rc != 0) {
		errno = store_errno(rc);
		return -1;
	}
	memcpy(list, work, n * sizeof(*work));
	return 0;
}
