#include "block.h"
#include "loader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* To step over so many is cheaper than to look for a place. */
enum { NEAR_EVENTS = 256 };

struct log_reader {
	struct loader load;
	size_t copied;      /* bytes that it copied and that were opened */
	struct block now;   /* the block being walked */
	uint64_t block_end; /* seq after its last event, 0: none is open */
	bool chained;       /* check the chain of digests */
	uint8_t digest[BLOCK_DIGEST_BYTES]; /* of the block that ends at
					     * LOAD's LAST_END, when chained */
	struct str raw;
	uint64_t removed; /* events passed over because they were */
	const char *why;
	/* For one subject: the seqs to give, and how far that has gone. */
	uint64_t *seqs;
	size_t seqs_len, seqs_at;
	bool by_subject;
};

struct log_reader *
log_reader_open(struct log *l, uint64_t from)
{
	struct log_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	loader_init(&r->load, l);
	log_reader_seek(r, from);
	return r;
}

void
log_reader_close(struct log_reader *r)
{
	if (r == NULL)
		return;
	loader_fini(&r->load);
	free(r->seqs);
	free(r);
}

void
log_reader_seek(struct log_reader *r, uint64_t from)
{
	r->block_end = 0;
	r->copied = 0;
	loader_seek(&r->load, from > 0 ? from : 1);
	r->now = (struct block){0};
}

void
log_reader_check_chain(struct log_reader *r)
{
	r->chained = true;
}

const char *
log_reader_why(const struct log_reader *r)
{
	return r->why;
}

uint64_t
log_reader_removed(const struct log_reader *r)
{
	return r->removed;
}

struct str
log_reader_raw(const struct log_reader *r)
{
	return r->raw;
}

/* Copy more blocks.  1, 0 at the end of the log, -1 with errno. */
static int
load(struct log_reader *r)
{
	int n = loader_more(&r->load);

	r->copied = 0;
	if (n == -1 && errno == EBADMSG)
		r->why = "the journal holds events behind damaged ones";
	return n;
}

/*
 * Does the block just opened bear the digest of the one before it?  Takes
 * its own.  Where the one before was not read, nothing can be said.
 */
static bool
follows(struct log_reader *r)
{
	static const uint8_t zeroes[BLOCK_DIGEST_BYTES];
	const uint8_t *want = r->load.last_end == r->now.first_seq ? r->digest
			      : r->now.first_seq == 1              ? zeroes
						      : r->now.before;
	bool fine = memcmp(want, r->now.before, BLOCK_DIGEST_BYTES) == 0;

	return block_digest(&r->now, r->digest) == 0 && fine;
}

/* The block with KEY cannot be read: the next call goes on behind it. */
static int
give_up_block(struct log_reader *r, uint64_t key)
{
	r->block_end = 0;
	r->copied = r->load.copy.len;
	r->load.behind = key;
	errno = EBADMSG;
	return -1;
}

/*
 * Open the next copied block.  1, 0 when none is left, or -1 with EBADMSG
 * and *DAMAGED its first seq.
 */
static int
open_block(struct log_reader *r, uint64_t *damaged)
{
	uint64_t head[2];
	const uint8_t *p;

	if (r->copied == r->load.copy.len)
		return 0;
	memcpy(head, r->load.copy.p + r->copied, sizeof(head));
	p = r->load.copy.p + r->copied + sizeof(head);
	r->copied += sizeof(head) + (size_t)head[1];
	if (block_open(&r->now, head[0], p, (size_t)head[1], &r->why) == -1)
		goto damaged;
	if (r->chained && !follows(r)) {
		r->why = "it does not bear the digest of the block before";
		goto damaged;
	}
	r->block_end = r->now.first_seq + r->now.count;
	r->load.last_key = r->now.first_seq;
	r->load.last_end = r->block_end;
	return 1;
damaged:
	*damaged = head[0];
	return give_up_block(r, head[0]);
}

/*
 * Walk to the bytes of the first event from seq NEXT on, whatever the subject,
 * that was not removed; 0 also when there is none up to LAST.  *SEQ is its, or
 * of the first one of a damaged block.
 */
static int
step(struct log_reader *r, uint64_t *seq, uint64_t last)
{
	int n;

	for (;;) {
		while (r->block_end > r->load.next) {
			uint64_t at = r->block_end - r->now.count;

			if (block_next(&r->now, &r->raw) != 1) {
				r->why = "it holds fewer events than it says";
				*seq = r->now.first_seq;
				return give_up_block(r, r->now.first_seq);
			}
			r->now.count--;
			if (at < r->load.next)
				continue;
			r->load.next = at + 1;
			if (r->raw.p != NULL) {
				*seq = at;
				return 1;
			}
			r->removed++;
			if (at >= last)
				return 0;
		}
		if ((n = open_block(r, seq)) == 0 && (n = load(r)) == 1)
			continue;
		if (n == 1)
			continue;
		if (n == -1 && errno == EBADMSG && r->load.behind == 0)
			*seq = r->load.next;
		return n;
	}
}

int
log_reader_skim(struct log_reader *r, uint64_t *seq)
{
	return step(r, seq, UINT64_MAX);
}

static int
next_any(struct log_reader *r, struct event *e, uint64_t last)
{
	uint64_t seq = 0;
	int n = step(r, &seq, last);

	if (n == 1 && event_decode(e, r->raw.p, r->raw.len, &r->why) == -1)
		n = -1;
	if (n == -1 && errno == EBADMSG)
		*e = (struct event){.seq = seq};
	return n;
}

int
log_reader_block(struct log_reader *r, struct log_block *out)
{
	uint64_t damaged = 0;
	int n;

	/* The log's last block is opened even if NEXT lies behind it. */
	while ((n = open_block(r, &damaged)) != 1 ||
	       r->block_end <= r->load.next) {
		if (n == 1 || (n == 0 && (n = load(r)) == 1))
			continue;
		if (n == -1)
			out->first =
			    r->load.behind > 0 ? damaged : r->load.next;
		return n;
	}
	*out = (struct log_block){
	    .first = r->now.first_seq,
	    .count = r->now.count,
	    .bytes = {(const char *)r->now.end - r->now.bytes, r->now.bytes},
	};
	r->load.next = r->block_end;
	r->block_end = 0;
	return 1;
}

int
log_reader_at(struct log_reader *r, uint64_t seq, struct event *e)
{
	int n;

	/* What lies a little ahead is mostly copied already. */
	if (seq < r->load.next || seq - r->load.next > NEAR_EVENTS ||
	    r->load.behind > 0)
		log_reader_seek(r, seq);
	r->load.next = seq;
	n = next_any(r, e, seq);
	return n == 1 && e->seq != seq ? 0 : n;
}

int
log_reader_next(struct log_reader *r, struct event *e)
{
	uint64_t removed;
	int n;

	if (!r->by_subject)
		return next_any(r, e, UINT64_MAX);
	do {
		if (r->seqs_at == r->seqs_len)
			return 0;
		removed = r->removed;
		n = log_reader_at(r, r->seqs[r->seqs_at++], e);
	} while (n == 0 && r->removed > removed);
	if (n == 0) {
		r->why = "the index names a seq that the log does not hold";
		errno = EBADMSG;
		return -1;
	}
	return n;
}

static int
push(struct log_reader *r, size_t *cap, uint64_t seq)
{
	if (r->seqs_len == *cap) {
		size_t more = *cap > 0 ? 2 * *cap : 64;
		uint64_t *p = realloc(r->seqs, more * sizeof(*p));

		if (p == NULL)
			return -1;
		r->seqs = p;
		*cap = more;
	}
	r->seqs[r->seqs_len++] = seq;
	return 0;
}

struct log_reader *
log_reader_open_subject(struct log *l, struct str subject, uint64_t from)
{
	uint8_t bytes[STORE_HISTORY_KEY_MAX];
	struct log_reader *r;
	MDB_val key, value;
	MDB_cursor *cursor;
	MDB_txn *txn;
	struct event e;
	uint64_t indexed, le;
	size_t cap = 0;
	int rc, n;

	if (subject.len > EVENT_MAX_SUBJECT) {
		errno = EINVAL;
		return NULL;
	}
	if ((r = log_reader_open(l, 1)) == NULL)
		return NULL;
	if ((rc = store_begin(l, &txn)) != 0)
		goto err_reader;
	if ((rc = store_indexed(l, txn, &indexed)) != 0 ||
	    (rc = mdb_cursor_open(txn, l->history, &cursor)) != 0)
		goto err_txn;
	key = (MDB_val){store_history_key(bytes, subject, from), bytes};
	for (rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE); rc == 0;
	     rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
		if (key.mv_size != subject.len + 9 ||
		    memcmp(key.mv_data, bytes, subject.len + 1) != 0)
			break;
		if (value.mv_size != sizeof(le)) {
			rc = EBADMSG;
			break;
		}
		memcpy(&le, value.mv_data, sizeof(le));
		if (push(r, &cap, le64toh(le)) == -1) {
			rc = errno;
			break;
		}
	}
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	if (rc != 0 && rc != MDB_NOTFOUND)
		goto err_reader;
	/* What the index does not tell of yet. */
	log_reader_seek(r, indexed + 1);
	while ((n = next_any(r, &e, UINT64_MAX)) == 1)
		if (str_eq(e.subject, subject) && e.version >= from &&
		    push(r, &cap, e.seq) == -1) {
			n = -1;
			break;
		}
	if (n == -1) {
		rc = errno;
		goto err_reader;
	}
	r->by_subject = true;
	log_reader_seek(r, 1);
	return r;
err_txn:
	mdb_txn_abort(txn);
err_reader:
	log_reader_close(r);
	errno = store_errno(rc);
	return NULL;
}
