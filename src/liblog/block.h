#ifndef LOG_BLOCK_H
#define LOG_BLOCK_H

#include "buf.h"
#include "str.h"

#include <stdint.h>

/*
 * A block: the events of one commit, as they stand in one LMDB record.
 * docs/log.md gives the layout; numbers are little-endian.
 */
enum {
	BLOCK_HEADER_BYTES = 64,
	BLOCK_DIGEST_BYTES = 32,
	BLOCK_MAX_BYTES = 16 * 1024 * 1024,
	BLOCK_MAX_EVENTS = 65536
};

/*
 * What the hashes of a block are made with.  The first version had BLAKE2b-256
 * (RFC 7693); its blocks stay as they are.
 */
enum block_form { BLOCK_BLAKE2B = '1', BLOCK_SHA256 = '2' };

struct block {
	enum block_form form;
	uint64_t first_seq;
	uint64_t time_us;        /* of the commit, since the epoch */
	uint32_t count;          /* events in it */
	uint32_t bytes;          /* the whole block */
	const uint8_t *before;   /* digest of the block before it */
	const uint8_t *at, *end; /* the next event's length, and the end */
	const uint8_t *hash;     /* of the event just given, if removed */
};

/* Begin a block in B, which is empty; then put events, then seal it. */
int block_begin(struct buf *b);

/* Where the next event's bytes go in B: call before and after encoding. */
int block_event_begin(struct buf *b);
void block_event_end(struct buf *b, size_t begun);

/*
 * Put a mark in the place of an event that had LEN bytes and is removed: its
 * hash stands for it in the chain of digests.
 */
int block_put_removed(
    struct buf *b, const uint8_t hash[BLOCK_DIGEST_BYTES], size_t len);

/*
 * Fill in the header and the CRC of the COUNT events in B; BEFORE is the
 * digest of the block before it, zeroes for the first one.
 */
void block_seal(struct buf *b, uint64_t first_seq, uint32_t count,
    uint64_t time_us, const uint8_t before[BLOCK_DIGEST_BYTES]);

/* The same of B, which stands in for K: with its header, and of its form. */
void block_seal_as(struct buf *b, const struct block *k);

/*
 * The digest of K, which was just opened: the hash, SHA-256 (FIPS 180-4) unless
 * K's form is another, of its BEFORE, first seq, count and time, and of the
 * hash of each event's bytes.  Each block bearing the digest of the one before,
 * the last digest stands for the whole log; and an event's bytes can give way
 * to their hash without changing it.  0, or -1 with EBADMSG.
 */
int block_digest(const struct block *k, uint8_t digest[BLOCK_DIGEST_BYTES]);

/* The same in two steps: the hash of an event's bytes, in a block of FORM, then
 * the digest from the N of them one behind the other at HASHES. */
void block_event_hash(
    enum block_form form, struct str event, uint8_t hash[BLOCK_DIGEST_BYTES]);
void block_digest_of(const struct block *k, const uint8_t *hashes, size_t n,
    uint8_t digest[BLOCK_DIGEST_BYTES]);

/*
 * Take up the block of exactly LEN bytes at P, whose key is KEY.  0, or -1
 * with errno EBADMSG and *WHY a sentence's end for people.
 */
int block_open(
    struct block *k, uint64_t key, const void *p, size_t len, const char **why);

/*
 * What a header of BLOCK_HEADER_BYTES claims, unchecked but for being within
 * a block's limits.  0, or -1: it is none.
 */
int block_peek(
    const uint8_t *header, uint64_t *first_seq, uint32_t *count, size_t *bytes);

/* The same of B, which was just sealed and so needs no check. */
void block_own(struct block *k, const struct buf *b);

/*
 * The bytes of the next event of K.  1, 0 at its end, -1 with EBADMSG.  Of
 * one that was removed there is only how many they were, and P is NULL; K's
 * hash is theirs.
 */
int block_next(struct block *k, struct str *event);

#endif
