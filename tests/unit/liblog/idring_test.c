#include "idring.h"
#include "tap.h"
#include "tmp.h"
#include "writer.h"

#include <inttypes.h>
#include <stdbool.h>

/* Stage an event with the id "id-N"; what becomes of it. */
static struct log_place
add(struct log_writer *w, uint64_t n)
{
	struct NoteWritten note = {.text = STR("a line for people")};
	struct log_place place = {.verdict = LOG_CONFLICT};
	struct event e;
	struct buf b;
	char id[64];

	buf_init(&b, EVENT_MAX);
	if (event_begin(&e, EVENT_NoteWritten, "test", STR("s"), id) == 0 &&
	    EVENT_PUT(NoteWritten, &note, &b) == 0) {
		(void)snprintf(id, sizeof(id), "id-%" PRIu64, n);
		e.id = str_from(id);
		e.data = buf_str(&b);
		(void)log_writer_add(w, &e, &place);
	}
	buf_fini(&b);
	return place;
}

/* Append N more in commits of STEP, with a move after each. */
static bool
append(struct log_writer *w, uint64_t n, uint64_t step)
{
	uint64_t last = log_writer_head(w) + n;

	while (log_writer_head(w) < last) {
		for (uint64_t i = 1;
		     i <= step && log_writer_head(w) + i <= last; i++)
			if (add(w, log_writer_head(w) + i).verdict !=
			    LOG_STAGED)
				return false;
		if (log_writer_commit(w) == -1 || log_writer_move(w) == -1)
			return false;
	}
	return true;
}

/* Does W know the id of every event? */
static bool
knows(struct log_writer *w)
{
	for (uint64_t seq = 1; seq <= log_writer_head(w); seq++) {
		struct log_place p = add(w, seq);

		if (p.verdict != LOG_DUPLICATE || p.seq != seq ||
		    p.version != seq)
			return false;
	}
	return log_writer_staged(w) == 0;
}

/* From which seq on the ids are kept in the log. */
static uint64_t
since(struct log_writer *w)
{
	struct log *l = log_writer_log(w);
	uint64_t indexed, at = 0;
	MDB_txn *txn;

	if (store_begin(l, &txn) != 0)
		return 0;
	if (store_indexed(l, txn, &indexed) != 0 ||
	    idring_since(l, txn, 1, indexed, &at) != 0)
		at = 0;
	mdb_txn_abort(txn);
	return at;
}

/* The page that holds SEQ is lost. */
static bool
lose(struct log_writer *w, uint64_t seq)
{
	struct log *l = log_writer_log(w);
	uint64_t place = seq / IDRING_PAGE % IDRING_PAGES;
	MDB_val key = {sizeof(place), &place};
	MDB_txn *txn;

	return mdb_txn_begin(l->env, NULL, 0, &txn) == 0 &&
	       mdb_del(txn, l->ids, &key, NULL) == 0 &&
	       mdb_txn_commit(txn) == 0;
}

/* What one writer knew the next one knows, from the pages or without. */
static void
test_writers(const char *dir)
{
	struct log_writer *w;
	pid_t holder;

	OK((w = log_writer_open(dir, &holder)) != NULL);
	OK(since(w) == 1);
	OK(append(w, 3, 1) && append(w, 1000, 70) && append(w, 300, 300));
	OK(since(w) == 1);
	log_writer_close(w);
	OK((w = log_writer_open(dir, &holder)) != NULL);
	OK(log_writer_head(w) == 1303 && knows(w));

	/* What was not moved is in the journal only. */
	OK(add(w, 1304).verdict == LOG_STAGED && log_writer_commit(w) == 0);
	log_writer_close(w);
	OK((w = log_writer_open(dir, &holder)) != NULL);
	OK(log_writer_head(w) == 1304 && knows(w));
	OK(log_writer_move(w) == 0 && since(w) == 1);

	/* Without a page, what comes after it is kept and all is known. */
	OK(lose(w, 600));
	OK(since(w) == 600 / IDRING_PAGE * IDRING_PAGE + IDRING_PAGE);
	log_writer_close(w);
	OK((w = log_writer_open(dir, &holder)) != NULL);
	OK(knows(w) && append(w, 20, 7) && knows(w));

	/* Without the last one it goes on in its middle. */
	OK(lose(w, 1324));
	log_writer_close(w);
	OK((w = log_writer_open(dir, &holder)) != NULL);
	OK(since(w) == 1325 && knows(w) && append(w, 20, 20));
	OK(since(w) == 1325);
	log_writer_close(w);
	OK((w = log_writer_open(dir, &holder)) != NULL);
	OK(knows(w));
	log_writer_close(w);
}

/* Put the ids of FROM to LAST, which are their seqs. */
static bool
put(struct log *l, uint64_t from, uint64_t last)
{
	struct idring_writer w = {.log = l};
	bool fine = mdb_txn_begin(l->env, NULL, 0, &w.txn) == 0;

	for (uint64_t seq = from; fine && seq <= last; seq++)
		fine = idring_put(&w, seq, &(struct ids_key){{seq, 1}}) == 0;
	return fine && idring_flush(&w) == 0 && mdb_txn_commit(w.txn) == 0;
}

/* As the function of that name, 0 when it fails. */
static uint64_t
put_since(struct log *l, uint64_t from, uint64_t last)
{
	uint64_t at = 0;
	MDB_txn *txn;

	if (store_begin(l, &txn) != 0)
		return 0;
	if (idring_since(l, txn, from, last, &at) != 0)
		at = 0;
	mdb_txn_abort(txn);
	return at;
}

/* Does the table know FROM to LAST, and nothing before? */
static bool
loads(struct log *l, uint64_t from, uint64_t last)
{
	struct ids *t = ids_open(l->ids_secret);
	bool fine = t != NULL;
	MDB_txn *txn;

	fine = fine && store_begin(l, &txn) == 0;
	if (fine) {
		fine = idring_load(l, txn, from, last, t) == 0;
		mdb_txn_abort(txn);
	}
	for (uint64_t seq = from - 10; fine && seq <= last; seq++)
		fine = ids_find(t, &(struct ids_key){{seq, 1}}) ==
		       (seq < from ? 0 : seq);
	ids_close(t);
	return fine;
}

/* The ring goes round; what is of the time before is not taken for new. */
static void
test_round(const char *dir)
{
	const uint64_t round = (uint64_t)IDRING_PAGES * IDRING_PAGE;
	struct log *l = store_open(dir, true);

	OK(l != NULL);
	OK(put(l, 1, 2000) && put_since(l, 1, 2000) == 1);
	OK(put_since(l, 300, 2000) == 300 && loads(l, 300, 2000));
	OK(put_since(l, 1, 2001) == 2002);
	OK(put_since(l, 1, round + 2000) == round + 2001);
	OK(put(l, round + 1, round + 100));
	OK(put_since(l, 1, round + 100) == round + 1);
	/* Page 0 was written over, and what is behind it is of before. */
	OK(put_since(l, 1, 2000) == IDRING_PAGE);
	OK(put_since(l, 1, round + 300) == round + 301);

	/* What leaves seqs out begins anew. */
	OK(put(l, round + 150, round + 3000));
	OK(put_since(l, 1, round + 3000) == round + 150);
	OK(loads(l, round + 150, round + 3000));
	OK(put(l, round + 3001, round + IDS_WINDOW + 3000));
	OK(put_since(l, round + 3001, round + IDS_WINDOW + 3000) ==
	    round + 3001);
	OK(loads(l, round + 3001, round + IDS_WINDOW + 3000));
	log_close(l);
}

int
main(void)
{
	char dir[64];

	tmp_make(dir);
	test_writers(dir);
	tmp_remove(dir);
	tmp_make(dir);
	test_round(dir);
	tmp_remove(dir);
	return tap_done();
}
