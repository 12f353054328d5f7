#include "append.h"
#include "block.h"
#include "removal.h"
#include "store.h"
#include "tap.h"
#include "tmp.h"
#include "verify.h"

#include <string.h>

enum { BLOCKS = 6, PER_BLOCK = 10, EVENTS = BLOCKS * PER_BLOCK };

static const struct removal_limits generous = {
    .time_us = 60000000, .write_bytes = 1 << 26, .events = 1 << 20};

/* Notes on two subjects; with ORDERED also an order for the first 40. */
static struct log_writer *
story(const char *dir, bool ordered)
{
	const struct NoteWritten note = {.text = STR("a line for people")};
	const struct RemovalOrdered order = {
	    .type = STR("NoteWritten"), .until = 40, .rule = STR("for a test")};
	pid_t holder;
	struct log_writer *w = log_writer_open(dir, &holder);
	bool fine = w != NULL;

	for (int i = 1; fine && i <= EVENTS; i++) {
		fine = append(w, EVENT_NoteWritten, &note,
			   i % 2 != 0 ? "n/a" : "n/b") == 0;
		if (fine && i % PER_BLOCK == 0)
			fine = log_writer_commit(w) == 0;
	}
	if (fine && ordered)
		fine = append(w, EVENT_RemovalOrdered, &order,
			   "retention/NoteWritten") == 0 &&
		       log_writer_commit(w) == 0;
	OK(fine && log_writer_move(w) == 0);
	return w;
}

static int
remove_until(struct log_writer *w, uint64_t until)
{
	struct removal r = {.type = STR("NoteWritten"),
	    .until = until,
	    .order = EVENTS + 1,
	    .next = 1};

	return removal_step(log_writer_log(w), &r, 1, &generous);
}

/* What verify_log() says into TEXT; its faults, or -1. */
static int
verify(struct log_writer *w, char text[1024], struct verify_result *result)
{
	FILE *f;
	int rc;

	memset(text, 0, 1024);
	if ((f = fmemopen(text, 1023, "w")) == NULL)
		return -1;
	rc = verify_log(log_writer_log(w), f, result);
	(void)fclose(f);
	return rc == -1 ? -1 : (int)result->faults;
}

typedef void damage_fn(struct buf *b, const struct block *k);

/* Make the block with the first seq FIRST anew: DAMAGE changes its bytes. */
static void
rewrite(struct log_writer *w, uint64_t first, damage_fn *damage)
{
	struct log *l = log_writer_log(w);
	MDB_val key = {sizeof(first), &first}, value;
	struct block k;
	struct buf b;
	const char *why;
	MDB_txn *txn;

	buf_init(&b, BLOCK_MAX_BYTES);
	OK(mdb_txn_begin(l->env, NULL, 0, &txn) == 0);
	OK(mdb_get(txn, l->blocks, &key, &value) == 0);
	OK(buf_put(&b, value.mv_data, value.mv_size) == 0);
	OK(block_open(&k, first, b.p, b.len, &why) == 0);
	damage(&b, &k);
	block_seal(&b, first, k.count, k.time_us, k.before);
	value = (MDB_val){b.len, b.p};
	OK(mdb_put(txn, l->blocks, &key, &value, 0) == 0);
	OK(mdb_txn_commit(txn) == 0);
	buf_fini(&b);
}

static void
change_hash(struct buf *b, const struct block *k)
{
	(void)k;
	b->p[BLOCK_HEADER_BYTES + 4] ^= 1;
}

static void
claim_more(struct buf *b, const struct block *k)
{
	(void)k;
	memset(b->p + BLOCK_HEADER_BYTES, 0xff, 4);
}

static void
cut_off(struct buf *b, const struct block *k)
{
	(void)k;
	b->len -= 5;
}

/* Every event gives way to its mark, and nobody said so. */
static void
mark_all(struct buf *b, const struct block *k)
{
	struct block old = *k;
	uint8_t hash[BLOCK_DIGEST_BYTES];
	struct str raw;
	struct buf copy;

	buf_init(&copy, BLOCK_MAX_BYTES);
	(void)block_begin(&copy);
	while (block_next(&old, &raw) == 1) {
		block_event_hash(BLOCK_SHA256, raw, hash);
		(void)block_put_removed(&copy, hash, raw.len);
	}
	/* The header's copy goes with it: K points into it. */
	memcpy(b->p + BLOCK_HEADER_BYTES, copy.p + BLOCK_HEADER_BYTES,
	    copy.len - BLOCK_HEADER_BYTES);
	b->len = copy.len;
	buf_fini(&copy);
}

static void
test(bool ordered, uint64_t until, uint64_t first, damage_fn *damage,
    const char *want)
{
	struct verify_result result;
	struct log_writer *w;
	char dir[64], text[1024];
	int faults;

	(void)tmp_make(dir);
	w = story(dir, ordered);
	OK(until == 0 || remove_until(w, until) == 0);
	if (damage != NULL)
		rewrite(w, first, damage);
	faults = verify(w, text, &result);
	if (want == NULL) {
		OK(faults == 0 && result.removed == until &&
		    result.events + result.removed == result.last);
	} else {
		OK(faults > 0 && strstr(text, want) != NULL);
	}
	if ((want == NULL) != (faults == 0))
		printf("# %s\n", text);
	log_writer_close(w);
	tmp_remove(dir);
}

int
main(void)
{
	test(true, 0, 0, NULL, NULL);
	test(true, 40, 0, NULL, NULL);
	test(true, 37, 0, NULL, NULL);
	test(false, 40, 0, NULL, "no RemovalOrdered says");
	test(true, 45, 0, NULL, "no RemovalOrdered says");
	test(true, 40, 11, change_hash,
	    "seq 21 is damaged: it does not bear the digest");
	test(true, 40, 11, claim_more, "seq 11 is damaged");
	test(true, 40, 11, cut_off, "seq 11 is damaged");
	/* The digest stays, but the subjects' last events are gone. */
	test(true, 40, 51, mark_all, "versions are missing");
	/* In the middle the versions tell nothing; the order does not go so
	 * far. */
	test(true, 0, 41, mark_all, "seq 50 is removed, but no");
	return tap_done();
}
