#ifndef LOG_DIGESTER_H
#define LOG_DIGESTER_H

#include "block.h"

/*
 * Takes the digest of a block while its writer waits for the disk: hashing a
 * large block takes about as long as the sync does.  A thread of its own does
 * so, which is begun with the first block that is worth it.
 */
struct digester;

/* NULL with errno ENOMEM. */
struct digester *digester_open(void);
void digester_close(struct digester *d);

/* Begin with K, whose bytes stay as they are until digester_end(). */
void digester_begin(struct digester *d, const struct block *k);

/* Wait for its digest. */
void digester_end(struct digester *d, uint8_t digest[BLOCK_DIGEST_BYTES]);

#endif
