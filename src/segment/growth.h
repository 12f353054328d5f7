#ifndef SEGMENT_GROWTH_H
#define SEGMENT_GROWTH_H

#include "store.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>

enum { GROWTH_HASH_BYTES = 32 };

/* A segment's file while pieces are added to it. */
struct growth {
	struct store_file file;
	uint64_t bytes;
	crypto_generichash_state hash; /* BLAKE2b-256 of them */
};

/* Nothing grows yet. */
void growth_init(struct growth *g);

/* Something does. */
bool growth_begun(const struct growth *g);

/*
 * Add the N pieces at V, which are changed, to the file MSN.m4s in T, begun
 * when it is not.  0, or -1 after reporting the cause: it grows no more, and
 * what was in it before is left for the next process.
 */
int growth_add(struct growth *g, const struct store_track *t, uint64_t msn,
    struct iovec *v, int n);

/*
 * Go on with the file MSN.m4s in T that an earlier process left, whose first
 * BYTES have HASH; what is behind them goes.  0, or -1 with errno (EBADMSG:
 * they are other ones) and nothing grows.
 */
int growth_resume(struct growth *g, const struct store_track *t, uint64_t msn,
    uint64_t bytes, const uint8_t hash[GROWTH_HASH_BYTES]);

/* The hash of what is in it so far. */
void growth_hash(const struct growth *g, uint8_t hash[GROWTH_HASH_BYTES]);

/* It is whole: have it on disk under its name.  As growth_add(). */
int growth_end(struct growth *g, const struct store_track *t,
    uint8_t hash[GROWTH_HASH_BYTES]);

/* The next process is to go on with it. */
void growth_leave(struct growth *g);

/* Nobody is. */
void growth_drop(struct growth *g, const struct store_track *t);

#endif
