#ifndef LOG_STAGE_H
#define LOG_STAGE_H

#include "block.h"
#include "event.h"

/*
 * A block that is being made, event by event, until it is sealed.  Its bytes
 * and its digest stay to be asked for until the next one begins in its place.
 */
struct stage;

/* NULL with errno ENOMEM. */
struct stage *stage_open(void);
void stage_close(struct stage *s);

/* Begin another block.  0, or -1 with errno ENOMEM. */
int stage_begin(struct stage *s);

/*
 * Put E behind the others; then keep it or take it out again.  0, or -1 with
 * errno: EAGAIN (the block is full), or ENOMEM.
 */
int stage_put(struct stage *s, const struct event *e);
void stage_keep(struct stage *s);
void stage_drop(struct stage *s);

/* Events that are kept, and the encoded bytes of the I-th. */
size_t stage_count(const struct stage *s);
struct str stage_event(const struct stage *s, size_t i);

/*
 * Seal the block, which has events: see block_seal().  What it says then, and
 * its bytes, with room behind them for what the journal adds.
 */
const struct block *stage_seal(struct stage *s, uint64_t first_seq,
    uint64_t time_us, const uint8_t before[BLOCK_DIGEST_BYTES]);
struct buf *stage_bytes(struct stage *s);

/* The digest of the block that was sealed; takes a while when it is large. */
void stage_digest(struct stage *s, uint8_t digest[BLOCK_DIGEST_BYTES]);

#endif
