#ifndef VERIFY_CHAIN_H
#define VERIFY_CHAIN_H

#include "block.h"
#include "log.h"

/*
 * Walks the chain of digests, block by block from the log's first: each block
 * must be whole, follow the one before and bear its digest.
 */
struct chain {
	struct log_reader *reader;
	uint64_t last;                      /* seq of the last event so far */
	uint64_t removed;                   /* of these, how many are removed */
	uint8_t digest[BLOCK_DIGEST_BYTES]; /* of the last block so far */
	/* After EBADMSG: where and what, a sentence's end for people. */
	uint64_t fault_seq;
	const char *fault;
};

/* 0, or -1 with errno. */
int chain_init(struct chain *c, struct log *l);
void chain_fini(struct chain *c);

/* Take the next block.  1, 0 at the end, or -1 with errno. */
int chain_next(struct chain *c);

#endif
