#ifndef LOG_IDS_H
#define LOG_IDS_H

#include "str.h"

#include <stdint.h>

/*
 * The ids of the newest events, so that one said again is known.  Each is
 * kept as a keyed 128-bit hash under a secret of the log: who does not know
 * it cannot make two collide, and chance will not.
 */
struct ids;

/* How many of the newest events are remembered: the stated window. */
enum { IDS_WINDOW = 1 << 20 };

enum { IDS_SECRET_BYTES = 16 };

/* NULL with errno ENOMEM. */
struct ids *ids_open(const unsigned char secret[IDS_SECRET_BYTES]);
void ids_close(struct ids *t);

/* What stands for an id in T. */
struct ids_key {
	uint64_t hash[2];
};
struct ids_key ids_key(const struct ids *t, struct str id);

/* The seq of the event whose id has the key K, or 0. */
uint64_t ids_find(const struct ids *t, const struct ids_key *k);

/*
 * Remember that the event SEQ has the id of K; seqs come in order, those left
 * out have none.  What is IDS_WINDOW before it is forgotten.
 */
void ids_add(struct ids *t, const struct ids_key *k, uint64_t seq);

/* Forget the events from SEQ on: they did not come to be stored. */
void ids_truncate(struct ids *t, uint64_t seq);

#endif
