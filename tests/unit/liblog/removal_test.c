#include "archive.h"
#include "block.h"
#include "removal.h"
#include "store.h"
#include "tap.h"
#include "tmp.h"
#include "writer.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { BLOCKS = 40, PER_BLOCK = 50, EVENTS = BLOCKS * PER_BLOCK };

static const struct removal_limits generous = {
    .time_us = 60000000, .write_bytes = 1 << 26, .events = 1 << 20};

/* Stage an event of TYPE about SUBJECT; the verdict, or -1. */
static int
add(struct log_writer *w, enum event_type type, const char *subject,
    const char *id)
{
	struct event e;
	struct log_place p;
	char new_id[64];

	/* The log does not look into the data: an empty map will do. */
	if (event_begin(&e, type, "test", str_from(subject), new_id) == -1)
		return -1;
	if (id != NULL)
		e.id = str_from(id);
	e.data = STR("\x80");
	return log_writer_add(w, &e, &p) == -1 ? -1 : (int)p.verdict;
}

/*
 * A story: two of three events are notes, on seven subjects; the others
 * tell of restarts, on two.
 */
static struct log_writer *
story(const char *dir)
{
	pid_t holder;
	struct log_writer *w = log_writer_open(dir, &holder);
	bool fine = w != NULL;
	char subject[32];

	for (int i = 0; fine && i < EVENTS; i++) {
		bool note = i % 3 != 0;

		(void)snprintf(subject, sizeof(subject), "%s/%d",
		    note ? "n" : "live", i % (note ? 7 : 2));
		fine =
		    add(w, note ? EVENT_NoteWritten : EVENT_PipelineRestarted,
			subject, NULL) == LOG_STAGED;
		if (fine && (i + 1) % PER_BLOCK == 0)
			fine = log_writer_commit(w) == 0;
	}
	OK(fine && log_writer_move(w) == 0);
	return w;
}

struct tally {
	uint64_t events, notes, removed, last, sum;
	bool chained; /* no block is damaged, the chain holds */
};

static struct tally
tally(struct log *l)
{
	struct log_reader *r = log_reader_open(l, 1);
	struct tally t = {.chained = true};
	struct event e;
	int n;

	log_reader_check_chain(r);
	while ((n = log_reader_next(r, &e)) == 1) {
		t.events++;
		t.notes += e.type == EVENT_NoteWritten;
		t.last = e.seq;
		t.sum += e.seq * e.version;
	}
	t.chained = n == 0;
	t.removed = log_reader_removed(r);
	log_reader_close(r);
	return t;
}

static void
head_digest(struct log *l, uint8_t digest[BLOCK_DIGEST_BYTES])
{
	MDB_txn *txn;
	uint64_t seq;

	memset(digest, 0, BLOCK_DIGEST_BYTES);
	if (store_begin(l, &txn) != 0)
		return;
	(void)store_head(l, txn, &seq, digest);
	mdb_txn_abort(txn);
}

/* Step by step until R is done; how many steps that took, or -1. */
static int
finish(struct log *l, struct removal *r, const struct removal_limits *limits)
{
	int steps = 0;

	for (; r->next <= r->until && steps < 100000; steps++)
		if (removal_step(l, r, 1, limits) == -1)
			return -1;
	return steps;
}

static void
test_remove(const char *dir)
{
	struct log_writer *w = story(dir);
	struct log *l = log_writer_log(w);
	uint8_t before[BLOCK_DIGEST_BYTES], after[BLOCK_DIGEST_BYTES];
	struct tally was = tally(l), is;
	struct removal r = {
	    .type = STR("NoteWritten"), .until = 1000, .order = 77, .next = 1};
	struct removal again = {.type = STR("NoteWritten"), .order = 77};
	struct log_subject s;
	struct log_reader *reader;
	struct event e;

	OK(was.events == EVENTS && was.removed == 0 && was.chained);
	head_digest(l, before);
	OK(removal_load(l, &r) == 0 && r.next == 1 && r.count == 0);
	OK(finish(l, &r, &generous) == 1);
	OK(r.count == 666 && r.first == 2 && r.last == 999);
	OK(r.bytes > 666 * 60 && r.bytes < 666 * 300);
	OK(removal_load(l, &again) == 0 && again.count == r.count &&
	    again.next == r.next && again.first == 2 && again.last == 999);

	/* What is left, and that it is what was. */
	is = tally(l);
	OK(is.chained && is.removed == 666 && is.events == EVENTS - 666);
	OK(is.last == EVENTS);
	head_digest(l, after);
	OK(memcmp(before, after, sizeof(before)) == 0);

	/* Look-ups know what is gone, and what stands. */
	reader = log_reader_open(l, 1);
	OK(log_reader_at(reader, 2, &e) == 0);
	OK(log_reader_at(reader, 4, &e) == 1 && e.seq == 4);
	OK(log_reader_at(reader, 999, &e) == 0);
	OK(log_reader_at(reader, 1001, &e) == 1 && e.seq == 1001);
	log_reader_seek(reader, 2);
	OK(log_reader_next(reader, &e) == 1 && e.seq == 4);
	log_reader_close(reader);
	OK(log_subject(l, STR("n/1"), &s) == 0);
	reader = log_reader_open_subject(l, STR("n/1"), 1);
	OK(log_reader_next(reader, &e) == 1 && e.seq > 1000 && e.version > 90);
	while (log_reader_next(reader, &e) == 1)
		;
	OK(e.seq == s.seq && e.version == s.version);
	log_reader_close(reader);

	/* Another order of the same type begins anew, and finds nothing. */
	again.order = 78;
	again.until = 1000;
	OK(removal_load(l, &again) == 0 && again.next == 1);
	OK(finish(l, &again, &generous) == 1 && again.count == 0);
	log_writer_close(w);
}

/* However small the steps, and whenever it was cut off: the same log. */
static void
test_steps(const char *dir, const char *other)
{
	const struct removal_limits tiny = {
	    .time_us = 60000000, .write_bytes = 1, .events = 7};
	struct removal whole[2] = {
	    {.type = STR("NoteWritten"), .until = 1500, .order = 1, .next = 1},
	    {.type = STR("PipelineRestarted"),
		.until = 700,
		.order = 2,
		.next = 1},
	};
	struct removal parts[2] = {whole[0], whole[1]};
	struct log_writer *w = story(dir), *v = story(other);
	struct tally a, b;
	pid_t holder;
	int steps = 0;

	OK(removal_step(log_writer_log(w), whole, 2, &generous) == 0);
	OK(whole[0].next > 1500 && whole[1].next > 700);
	while (v != NULL && steps < 1000 &&
	       (parts[0].next <= 1500 || parts[1].next <= 700)) {
		if (removal_step(log_writer_log(v), parts, 2, &tiny) == -1)
			break;
		if (++steps % 10 != 0)
			continue;
		log_writer_close(v);
		if ((v = log_writer_open(other, &holder)) == NULL)
			break;
		/* What is on disk is all that one needs to know. */
		parts[0].next = parts[1].next = 0;
		OK(removal_load(log_writer_log(v), &parts[0]) == 0 &&
		    removal_load(log_writer_log(v), &parts[1]) == 0);
	}
	OK(steps > 100 && steps < 1000);
	OK(parts[0].count == whole[0].count && parts[0].bytes > 0 &&
	    parts[0].first == whole[0].first && parts[0].last == whole[0].last);
	OK(parts[1].count == whole[1].count && whole[1].count == 234);
	a = tally(log_writer_log(w));
	b = tally(log_writer_log(v));
	OK(a.chained && b.chained && a.sum == b.sum && a.events == b.events &&
	    a.removed == b.removed);
	log_writer_close(w);
	log_writer_close(v);
}

/* The newest event of a subject stays; so versions survive everything. */
static void
test_newest(const char *dir, const char *copy, const char *restored)
{
	struct log_writer *w = story(dir);
	struct removal list[2] = {
	    {.type = STR("NoteWritten"),
		.until = EVENTS,
		.order = 1,
		.next = 1},
	    {.type = STR("PipelineRestarted"),
		.until = EVENTS,
		.order = 2,
		.next = 1},
	};
	struct archive_report report;
	char why[ARCHIVE_WHY_BYTES];
	struct log_subject was, is;
	struct log_subject_index *index;
	struct log_place p;
	struct event e;
	struct tally t;
	char id[64];
	pid_t holder;

	OK(log_writer_subject(w, STR("n/1"), &was) == 0);
	OK(removal_step(log_writer_log(w), list, 2, &generous) == 0);
	t = tally(log_writer_log(w));
	OK(t.chained && t.events == 9 && t.last == EVENTS);
	OK(archive_add(log_writer_log(w), copy, &report, why) == 0);
	OK(report.events == EVENTS);
	log_writer_close(w);

	/* The index made anew, from the blocks alone, says the same. */
	OK(archive_restore(copy, restored, &report, why) == 0);
	OK((w = log_writer_open(restored, &holder)) != NULL);
	OK(log_writer_subject(w, STR("n/1"), &is) == 0);
	OK(was.version == is.version && was.seq == is.seq);
	index = log_subject_index_open(log_writer_log(w));
	OK(log_subject_index_get(index, STR("n/1"), &is) == 0 &&
	    is.seq == was.seq);
	OK(log_subject_index_get(index, STR("n/none"), &is) == 0 &&
	    is.version == 0);
	log_subject_index_close(index);
	OK(event_begin(&e, EVENT_NoteWritten, "test", STR("n/1"), id) == 0);
	e.data = STR("\x80");
	OK(log_writer_add(w, &e, &p) == 0 && p.seq == EVENTS + 1 &&
	    p.version == was.version + 1);
	OK(log_writer_commit(w) == 0);
	/* Now the one that was the newest may go, too. */
	OK(log_writer_move(w) == 0);
	list[0] = (struct removal){
	    .type = STR("NoteWritten"), .until = EVENTS, .order = 9, .next = 1};
	OK(removal_step(log_writer_log(w), list, 1, &generous) == 0);
	OK(list[0].count == 1 && list[0].first == was.seq);
	t = tally(log_writer_log(w));
	OK(t.chained && t.events == 9 && t.last == EVENTS + 1);
	log_writer_close(w);
}

/* An id that is remembered answers still; its version went with it. */
static void
test_ids(const char *dir)
{
	pid_t holder;
	struct log_writer *w = log_writer_open(dir, &holder);
	struct removal r = {
	    .type = STR("NoteWritten"), .until = 1, .order = 3, .next = 1};
	struct log_place p;
	struct event e;
	char id[64];

	OK(add(w, EVENT_NoteWritten, "n/1", "one") == LOG_STAGED);
	OK(add(w, EVENT_NoteWritten, "n/1", "two") == LOG_STAGED);
	OK(log_writer_commit(w) == 0);
	/* Not before the index tells of it. */
	OK(removal_step(log_writer_log(w), &r, 1, &generous) == 0);
	OK(r.count == 0 && r.next == 1);
	OK(log_writer_move(w) == 0);
	OK(removal_step(log_writer_log(w), &r, 1, &generous) == 0);
	OK(r.count == 1);
	OK(event_begin(&e, EVENT_NoteWritten, "test", STR("n/1"), id) == 0);
	e.id = STR("one");
	e.data = STR("\x80");
	OK(log_writer_add(w, &e, &p) == 0);
	OK(p.verdict == LOG_DUPLICATE && p.seq == 1 && p.version == 0);
	log_writer_close(w);
}

/* A block that somebody changed is left as it is, for weir-verify to tell. */
static void
test_tampered(const char *dir)
{
	struct log_writer *w = story(dir);
	struct log *l = log_writer_log(w);
	struct removal r = {
	    .type = STR("NoteWritten"), .until = EVENTS, .order = 5, .next = 1};
	uint64_t first = PER_BLOCK + 1, events = 0;
	MDB_val key = {sizeof(first), &first}, value;
	struct log_reader *reader;
	struct block k;
	struct event e;
	struct buf b;
	const char *why;
	MDB_txn *txn;

	buf_init(&b, BLOCK_MAX_BYTES);
	OK(mdb_txn_begin(l->env, NULL, 0, &txn) == 0);
	OK(mdb_get(txn, l->blocks, &key, &value) == 0);
	OK(buf_put(&b, value.mv_data, value.mv_size) == 0);
	OK(block_open(&k, first, b.p, b.len, &why) == 0);
	memcpy(memmem(b.p, b.len, "test", 4), "best", 4);
	block_seal(&b, first, k.count, k.time_us, k.before);
	value = (MDB_val){b.len, b.p};
	OK(mdb_put(txn, l->blocks, &key, &value, 0) == 0);
	OK(mdb_txn_commit(txn) == 0);
	buf_fini(&b);
	OK(finish(l, &r, &generous) == 1);
	reader = log_reader_open(l, first);
	while (log_reader_next(reader, &e) == 1 && e.seq < first + PER_BLOCK)
		events++;
	OK(events == PER_BLOCK);
	log_reader_close(reader);
	log_writer_close(w);
}

/* Marks themselves: what is cut off or claims too much is damage. */
static void
test_marks(void)
{
	static const uint8_t zeroes[BLOCK_DIGEST_BYTES];
	uint8_t hash[BLOCK_DIGEST_BYTES], with[BLOCK_DIGEST_BYTES],
	    without[BLOCK_DIGEST_BYTES];
	struct str text = STR("an event's bytes"), raw;
	struct block k;
	struct buf b;
	size_t begun;

	buf_init(&b, BLOCK_MAX_BYTES);
	block_event_hash(BLOCK_SHA256, text, hash);
	for (int removed = 0; removed < 2; removed++) {
		buf_reset(&b);
		(void)block_begin(&b);
		begun = b.len;
		if (removed) {
			OK(block_put_removed(&b, hash, text.len) == 0);
		} else {
			(void)block_event_begin(&b);
			(void)buf_putstr(&b, text);
			block_event_end(&b, begun);
		}
		block_seal(&b, 5, 1, 9, zeroes);
		block_own(&k, &b);
		OK(block_digest(&k, removed ? with : without) == 0);
	}
	OK(memcmp(with, without, sizeof(with)) == 0);
	OK(block_next(&k, &raw) == 1 && raw.p == NULL && raw.len == text.len);
	OK(memcmp(k.hash, hash, sizeof(hash)) == 0);
	OK(block_next(&k, &raw) == 0);
	b.len--;
	block_own(&k, &b);
	OK(block_next(&k, &raw) == -1 && errno == EBADMSG);
	b.len++;
	memset(b.p + begun, 0xff, 4);
	block_own(&k, &b);
	OK(block_next(&k, &raw) == -1 && errno == EBADMSG);
	buf_fini(&b);
}

int
main(void)
{
	char dir[64], other[64], third[64];

	test_marks();
	(void)tmp_make(dir);
	test_remove(dir);
	tmp_remove(dir);
	(void)tmp_make(dir);
	(void)tmp_make(other);
	test_steps(dir, other);
	tmp_remove(dir);
	tmp_remove(other);
	(void)tmp_make(dir);
	(void)tmp_make(other);
	(void)tmp_make(third);
	test_newest(dir, other, third);
	tmp_remove(dir);
	tmp_remove(other);
	tmp_remove(third);
	(void)tmp_make(dir);
	test_ids(dir);
	tmp_remove(dir);
	(void)tmp_make(dir);
	test_tampered(dir);
	tmp_remove(dir);
	return tap_done();
}
