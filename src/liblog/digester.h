#ifndef LOG_DIGESTER_H
#define LOG_DIGESTER_H

#include "block.h"

/*
 * Takes the digest of the block that is being made.  Hashing its events takes
 * longer than the disk does, so when they are many a thread of its own hashes
 * them while more are staged and the block is written.
 */
struct digester;

/* NULL with errno ENOMEM. */
struct digester *digester_open(void);
void digester_close(struct digester *d);

/* A block begins. */
void digester_begin(struct digester *d);

/* The bytes of its next event, which stay as they are until digester_end(). */
void digester_event(struct digester *d, struct str event);

/* The digest of K, which those events make up. */
void digester_end(struct digester *d, const struct block *k,
    uint8_t digest[BLOCK_DIGEST_BYTES]);

#endif
