#ifndef VERIFY_STATEMENT_H
#define VERIFY_STATEMENT_H

#include "block.h"
#include "key.h"

/*
 * What somebody signed about a log: that up to SEQ it has this digest.  Some
 * points on the way have theirs, too, so that it can be told where another log
 * leaves it.  docs/log.md gives the text.
 */
enum {
	STATEMENT_POINTS = 64,
	STATEMENT_MAX_BYTES = 16 * 1024 /* of its text */
};

struct statement_point {
	uint64_t seq; /* the last event of a block */
	uint8_t digest[BLOCK_DIGEST_BYTES];
};

struct statement {
	uint64_t time_us; /* when it was signed, as the signer's clock said */
	uint64_t removed; /* events that were removed by then */
	struct statement_point point[STATEMENT_POINTS]; /* by seq */
	size_t points; /* at least one; the last is the log's end */
};

/* Sign S: its text, to B.  0, or -1 with errno. */
int statement_sign(
    const struct statement *s, const struct key_secret *k, struct buf *b);

/*
 * Read TEXT into *S.  0, or -1 with errno EBADMSG and *WHY for people: it is
 * no statement, or another key signed it.
 */
int statement_read(struct statement *s, const struct key_public *k,
    struct str text, const char **why);

#endif
