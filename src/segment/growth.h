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
 * when it is not.  0, or -1 after reporting the cause, and it is gone.
 */
int growth_add(struct growth *g, const struct store_track *t, uint64_t msn,
    struct iovec *v, int n);

/* It is whole: have it on disk under its name.  As growth_add(). */
int growth_end(struct growth *g, const struct store_track *t,
    uint8_t hash[GROWTH_HASH_BYTES]);

void growth_drop(struct growth *g, const struct store_track *t);

#endif
