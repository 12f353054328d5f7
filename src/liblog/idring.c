#include "idring.h"

#include <endian.h>
#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

int
idring_open(struct log *l, MDB_txn *txn)
{
	MDB_val key = {9, (void *)(uintptr_t) "id secret"}, value;
	int rc;

	if (sodium_init() == -1)
		return ENOSYS;
	if ((rc = mdb_dbi_open(
		 txn, "ids", MDB_CREATE | MDB_INTEGERKEY, &l->ids)) != 0)
		return rc;
	if ((rc = mdb_get(txn, l->meta, &key, &value)) == 0) {
		if (value.mv_size != sizeof(l->ids_secret))
			return EBADMSG;
		memcpy(l->ids_secret, value.mv_data, sizeof(l->ids_secret));
	}
	if (rc != MDB_NOTFOUND)
		return rc;
	randombytes_buf(l->ids_secret, sizeof(l->ids_secret));
	value = (MDB_val){sizeof(l->ids_secret), l->ids_secret};
	return mdb_put(txn, l->meta, &key, &value, 0);
}

size_t
idring_max_bytes(size_t n)
{
	/* A page of ids, and the one above that points to it. */
	return (n / IDRING_PAGE + 2) * 2 * sizeof(struct idring_page);
}

/* What is at page NO's place, as LMDB has it. */
static int
at(struct log *l, MDB_txn *txn, uint64_t no, MDB_val *value)
{
	uint64_t place = no % IDRING_PAGES;
	MDB_val key = {sizeof(place), &place};

	return mdb_get(txn, l->ids, &key, value);
}

/* The head of VALUE into P, if it is page NO indeed; else P has nothing. */
static void
take_head(struct idring_page *p, uint64_t no, const MDB_val *value)
{
	uint64_t head[2];

	p->first = p->count = 0;
	if (value->mv_size != sizeof(*p))
		return;
	memcpy(head, value->mv_data, sizeof(head));
	if (le64toh(head[0]) / IDRING_PAGE != no ||
	    le64toh(head[1]) > IDRING_PAGE - le64toh(head[0]) % IDRING_PAGE)
		return;
	p->first = le64toh(head[0]);
	p->count = le64toh(head[1]);
}

/* Page NO into P, without anything if it is not there. */
static int
get(struct log *l, MDB_txn *txn, uint64_t no, struct idring_page *p)
{
	MDB_val value;
	int rc = at(l, txn, no, &value);

	p->first = p->count = 0;
	if (rc != 0)
		return rc == MDB_NOTFOUND ? 0 : rc;
	take_head(p, no, &value);
	if (p->count > 0)
		memcpy(p->key,
		    (const char *)value.mv_data +
			offsetof(struct idring_page, key),
		    sizeof(p->key));
	return 0;
}

int
idring_flush(struct idring_writer *w)
{
	uint64_t place = w->page.first / IDRING_PAGE % IDRING_PAGES;
	MDB_val key = {sizeof(place), &place};
	MDB_val value = {sizeof(w->page), &w->page};
	struct idring_page *p = &w->page;
	int rc;

	if (p->count == 0)
		return 0;
	p->first = htole64(p->first);
	p->count = htole64(p->count);
	rc = mdb_put(w->txn, w->log->ids, &key, &value, 0);
	p->count = 0;
	return rc;
}

int
idring_put(struct idring_writer *w, uint64_t seq, const struct ids_key *k)
{
	struct idring_page *p = &w->page;
	int rc;

	if (p->count == 0 || p->first / IDRING_PAGE != seq / IDRING_PAGE)
		if ((rc = idring_flush(w)) != 0 ||
		    (rc = get(w->log, w->txn, seq / IDRING_PAGE, p)) != 0)
			return rc;
	/* What does not lead up to SEQ is of no use. */
	if (p->count == 0 || p->first + p->count != seq)
		*p = (struct idring_page){.first = seq};
	p->key[seq % IDRING_PAGE] = *k;
	p->count++;
	return 0;
}

/* Have the kernel fetch those pages from the disk together. */
static int
fetch(struct log *l, MDB_txn *txn, uint64_t from, uint64_t last)
{
	enum { PAGE_BYTES = 4096 };

	for (uint64_t no = from / IDRING_PAGE; no <= last / IDRING_PAGE; no++) {
		MDB_val value;
		int rc = at(l, txn, no, &value);

		if (rc == 0)
			(void)madvise((void *)((uintptr_t)value.mv_data /
					       PAGE_BYTES * PAGE_BYTES),
			    PAGE_BYTES, MADV_WILLNEED);
		else if (rc != MDB_NOTFOUND)
			return rc;
	}
	return 0;
}

int
idring_since(
    struct log *l, MDB_txn *txn, uint64_t from, uint64_t last, uint64_t *since)
{
	uint64_t no = last / IDRING_PAGE;
	int rc;

	*since = last + 1;
	if (from > last)
		return 0;
	if ((rc = fetch(l, txn, from, last)) != 0)
		return rc;
	/* Each page is to reach up to the one behind it. */
	do {
		struct idring_page p;
		MDB_val value;

		if ((rc = at(l, txn, no, &value)) != 0)
			return rc == MDB_NOTFOUND ? 0 : rc;
		take_head(&p, no, &value);
		if (p.count == 0 || p.first + p.count < *since)
			return 0;
		*since = p.first;
	} while (*since > from && *since % IDRING_PAGE == 0 && no-- > 0);
	if (*since < from)
		*since = from;
	return 0;
}

int
idring_load(
    struct log *l, MDB_txn *txn, uint64_t since, uint64_t last, struct ids *t)
{
	struct idring_page p;
	int rc;

	for (uint64_t seq = since; seq <= last;) {
		if ((rc = get(l, txn, seq / IDRING_PAGE, &p)) != 0)
			return rc;
		if (p.count == 0 || seq < p.first || seq >= p.first + p.count)
			return MDB_CORRUPTED;
		for (; seq <= last && seq < p.first + p.count; seq++)
			ids_add(t, &p.key[seq % IDRING_PAGE], seq);
	}
	return 0;
}
