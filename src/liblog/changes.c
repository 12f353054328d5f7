#include "changes.h"
#include "idring.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>

struct change {
	struct subject *subject;
	struct log_subject before;
	bool changed_before;
	uint64_t version, seq;
	struct ids_key id;
};

struct changes {
	struct change *change;
	size_t count, cap;
	/* Sealed: the subjects that changed, in byte order, and how they
	 * stood then. */
	struct subject **list;
	struct log_subject *now;
	size_t subjects;
};

struct changes *
changes_open(void)
{
	return calloc(1, sizeof(struct changes));
}

void
changes_close(struct changes *c)
{
	if (c == NULL)
		return;
	free(c->change);
	free(c->list);
	free(c->now);
	free(c);
}

int
changes_reserve(struct changes *c)
{
	size_t cap = c->cap > 0 ? 2 * c->cap : 1024;
	struct change *p;

	if (c->count < c->cap)
		return 0;
	if ((p = realloc(c->change, cap * sizeof(*p))) == NULL)
		return -1;
	c->change = p;
	c->cap = cap;
	return 0;
}

void
changes_add(struct changes *c, struct subject *s, const struct ids_key *id,
    uint64_t version, uint64_t seq)
{
	c->change[c->count++] =
	    (struct change){s, s->now, s->changed, version, seq, *id};
	s->now = (struct log_subject){version, seq};
	s->changed = true;
}

size_t
changes_count(const struct changes *c)
{
	return c->count;
}

uint64_t
changes_version(const struct changes *c, size_t i)
{
	return c->change[i].version;
}

void
changes_undo(struct changes *c, size_t n)
{
	for (; n > 0; n--) {
		const struct change *last = &c->change[--c->count];

		last->subject->now = last->before;
		last->subject->changed = last->changed_before;
	}
}

static void
drop_seal(struct changes *c)
{
	free(c->list);
	free(c->now);
	c->list = NULL;
	c->now = NULL;
	c->subjects = 0;
}

int
changes_seal(struct changes *c, const struct subjects *subjects)
{
	drop_seal(c);
	if ((c->list = subjects_changed(subjects, &c->subjects)) == NULL ||
	    (c->now = calloc(c->subjects + 1, sizeof(*c->now))) == NULL) {
		drop_seal(c);
		return -1;
	}
	for (size_t i = 0; i < c->subjects; i++) {
		c->now[i] = c->list[i]->now;
		c->list[i]->changed = false;
	}
	return 0;
}

void
changes_unseal(struct changes *c)
{
	for (size_t i = 0; i < c->subjects; i++)
		c->list[i]->changed = true;
	drop_seal(c);
}

/* The changed subjects as they stood.  LMDB's code. */
static int
write_subjects(const struct changes *c, struct log *l, MDB_txn *txn)
{
	uint8_t packed[16];
	int rc = 0;

	for (size_t i = 0; i < c->subjects && rc == 0; i++) {
		MDB_val key = {c->list[i]->len, c->list[i]->name};
		MDB_val value = {sizeof(packed), packed};

		store_subject_pack(packed, &c->now[i]);
		rc = mdb_put(txn, l->subjects, &key, &value, 0);
	}
	return rc;
}

/*
 * Into ORDER the changes of each subject one after the other, so that LMDB
 * finds the place of nearly every key beside the one before.  They are
 * counted and placed by the counts, in the order of seq.
 */
static void
sort(const struct changes *c, uint32_t *order)
{
	size_t at = 0;

	for (size_t i = 0; i < c->subjects; i++)
		c->list[i]->place = 0;
	for (size_t i = 0; i < c->count; i++)
		c->change[i].subject->place++;
	for (size_t i = 0; i < c->subjects; i++) {
		size_t count = c->list[i]->place;

		c->list[i]->place = at;
		at += count;
	}
	for (size_t i = 0; i < c->count; i++)
		order[c->change[i].subject->place++] = (uint32_t)i;
}

/* LMDB's code. */
static int
write_history(
    const struct changes *c, struct log *l, MDB_txn *txn, const uint32_t *order)
{
	uint8_t bytes[STORE_HISTORY_KEY_MAX];
	MDB_cursor *cursor;
	int rc;

	if ((rc = mdb_cursor_open(txn, l->history, &cursor)) != 0)
		return rc;
	for (size_t i = 0; i < c->count && rc == 0; i++) {
		const struct change *one = &c->change[order[i]];
		struct str name = {one->subject->name, one->subject->len};
		MDB_val key = {
		    store_history_key(bytes, name, one->version), bytes};
		uint64_t le = htole64(one->seq);
		MDB_val value = {sizeof(le), &le};

		rc = mdb_cursor_put(cursor, &key, &value, 0);
	}
	mdb_cursor_close(cursor);
	return rc;
}

/* LMDB's code. */
static int
write_ids(const struct changes *c, struct log *l, MDB_txn *txn)
{
	struct idring_writer w = {.log = l, .txn = txn};
	int rc = 0;

	for (size_t i = 0; i < c->count && rc == 0; i++)
		rc = idring_put(&w, c->change[i].seq, &c->change[i].id);
	return rc != 0 ? rc : idring_flush(&w);
}

int
changes_write(const struct changes *c, struct log *l, MDB_txn *txn)
{
	uint32_t *order = calloc(c->count + 1, sizeof(*order));
	int rc = order != NULL ? 0 : ENOMEM;

	if (rc == 0 && (rc = write_subjects(c, l, txn)) == 0) {
		sort(c, order);
		rc = write_history(c, l, txn, order);
	}
	if (rc == 0)
		rc = write_ids(c, l, txn);
	free(order);
	return rc != 0 || c->count == 0
		   ? rc
		   : store_put_indexed(l, txn, c->change[c->count - 1].seq);
}

void
changes_forget(struct changes *c)
{
	drop_seal(c);
	c->count = 0;
}
