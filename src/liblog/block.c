#include "block.h"
#include "crc32c.h"

#include <endian.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

/* Offsets in the header; the CRC covers everything after itself. */
enum {
	AT_MAGIC = 0,
	AT_FORM = 3,
	AT_CRC = 4,
	AT_FIRST_SEQ = 8,
	AT_COUNT = 16,
	AT_BYTES = 20,
	AT_TIME = 24,
	AT_BEFORE = 32
};

/* Then its form: '1' or '2'. */
static const char magic[3] = {'W', 'B', 'K'};

/* In the word before an event: it was removed, what follows is its hash. */
static const uint32_t removed_bit = UINT32_C(1) << 31;

static void
put32(uint8_t *p, uint32_t v)
{
	v = htole32(v);
	memcpy(p, &v, sizeof(v));
}

static void
put64(uint8_t *p, uint64_t v)
{
	v = htole64(v);
	memcpy(p, &v, sizeof(v));
}

static uint32_t
get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static uint64_t
get64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

int
block_begin(struct buf *b)
{
	static const uint8_t zero[BLOCK_HEADER_BYTES];

	return buf_put(b, zero, sizeof(zero));
}

int
block_event_begin(struct buf *b)
{
	static const uint8_t zero[4];

	return buf_put(b, zero, sizeof(zero));
}

void
block_event_end(struct buf *b, size_t begun)
{
	put32(b->p + begun, (uint32_t)(b->len - begun - 4));
}

int
block_put_removed(
    struct buf *b, const uint8_t hash[BLOCK_DIGEST_BYTES], size_t len)
{
	uint8_t mark[4 + BLOCK_DIGEST_BYTES];

	put32(mark, removed_bit | (uint32_t)len);
	memcpy(mark + 4, hash, BLOCK_DIGEST_BYTES);
	return buf_put(b, mark, sizeof(mark));
}

static bool
is_block(const uint8_t *p)
{
	return memcmp(p + AT_MAGIC, magic, sizeof(magic)) == 0 &&
	       (p[AT_FORM] == BLOCK_BLAKE2B || p[AT_FORM] == BLOCK_SHA256);
}

void
block_seal(struct buf *b, uint64_t first_seq, uint32_t count, uint64_t time_us,
    const uint8_t before[BLOCK_DIGEST_BYTES])
{
	memcpy(b->p + AT_MAGIC, magic, sizeof(magic));
	b->p[AT_FORM] = BLOCK_SHA256;
	put64(b->p + AT_FIRST_SEQ, first_seq);
	put32(b->p + AT_COUNT, count);
	put32(b->p + AT_BYTES, (uint32_t)b->len);
	put64(b->p + AT_TIME, time_us);
	memcpy(b->p + AT_BEFORE, before, BLOCK_DIGEST_BYTES);
	put32(b->p + AT_CRC,
	    crc32c(0, b->p + AT_FIRST_SEQ, b->len - AT_FIRST_SEQ));
}

void
block_seal_as(struct buf *b, const struct block *k)
{
	block_seal(b, k->first_seq, k->count, k->time_us, k->before);
	b->p[AT_FORM] = (uint8_t)k->form;
}

static void
take_up(struct block *k, const uint8_t *p, size_t len)
{
	*k = (struct block){
	    .form = p[AT_FORM] == BLOCK_BLAKE2B ? BLOCK_BLAKE2B : BLOCK_SHA256,
	    .first_seq = get64(p + AT_FIRST_SEQ),
	    .time_us = get64(p + AT_TIME),
	    .count = get32(p + AT_COUNT),
	    .bytes = (uint32_t)len,
	    .before = p + AT_BEFORE,
	    .at = p + BLOCK_HEADER_BYTES,
	    .end = p + len,
	};
}

int
block_open(struct block *k, uint64_t key, const void *bytes, size_t len,
    const char **why)
{
	const uint8_t *p = bytes;

	*why = NULL;
	if (len < BLOCK_HEADER_BYTES || len > BLOCK_MAX_BYTES)
		*why = "the record is not of a block's size";
	else if (!is_block(p))
		*why = "the record does not begin as a block";
	else if (get32(p + AT_BYTES) != len)
		*why = "the block's length is not the record's";
	else if (get32(p + AT_CRC) !=
		 crc32c(0, p + AT_FIRST_SEQ, len - AT_FIRST_SEQ))
		*why = "the CRC does not fit";
	else if (get64(p + AT_FIRST_SEQ) != key)
		*why = "the block's first seq is not its key";
	else if (get32(p + AT_COUNT) == 0 ||
		 get32(p + AT_COUNT) > BLOCK_MAX_EVENTS)
		*why = "the block's count is not possible";
	if (*why != NULL) {
		errno = EBADMSG;
		return -1;
	}
	take_up(k, p, len);
	return 0;
}

int
block_peek(
    const uint8_t *header, uint64_t *first_seq, uint32_t *count, size_t *bytes)
{
	*first_seq = get64(header + AT_FIRST_SEQ);
	*count = get32(header + AT_COUNT);
	*bytes = get32(header + AT_BYTES);
	return is_block(header) && *count > 0 && *count <= BLOCK_MAX_EVENTS &&
		       *bytes >= BLOCK_HEADER_BYTES && *bytes <= BLOCK_MAX_BYTES
		   ? 0
		   : -1;
}

void
block_own(struct block *k, const struct buf *b)
{
	take_up(k, b->p, b->len);
}

int
block_next(struct block *k, struct str *event)
{
	uint32_t word, len, here;
	bool removed;

	if (k->at == k->end)
		return 0;
	if (k->end - k->at < 4)
		goto bad;
	word = get32(k->at);
	removed = (word & removed_bit) != 0;
	len = word & ~removed_bit;
	here = removed ? BLOCK_DIGEST_BYTES : len;
	if (len > BLOCK_MAX_BYTES || here > (size_t)(k->end - k->at - 4))
		goto bad;
	k->hash = removed ? k->at + 4 : NULL;
	*event = (struct str){removed ? NULL : (const char *)k->at + 4, len};
	k->at += 4 + here;
	return 1;
bad:
	errno = EBADMSG;
	return -1;
}

/* A hash of either kind that is being made. */
struct hasher {
	enum block_form form;
	union {
		struct sha256_ctx sha256;
		crypto_generichash_state blake2b;
	} of;
};

static void
hasher_begin(struct hasher *h, enum block_form form)
{
	h->form = form;
	if (form == BLOCK_SHA256)
		sha256_init(&h->of.sha256);
	else
		(void)crypto_generichash_init(
		    &h->of.blake2b, NULL, 0, BLOCK_DIGEST_BYTES);
}

static void
hasher_put(struct hasher *h, const void *p, size_t len)
{
	if (h->form == BLOCK_SHA256)
		sha256_update(&h->of.sha256, len, p);
	else
		(void)crypto_generichash_update(&h->of.blake2b, p, len);
}

static void
hasher_end(struct hasher *h, uint8_t hash[BLOCK_DIGEST_BYTES])
{
	if (h->form == BLOCK_SHA256)
		sha256_digest(&h->of.sha256, BLOCK_DIGEST_BYTES, hash);
	else
		(void)crypto_generichash_final(
		    &h->of.blake2b, hash, BLOCK_DIGEST_BYTES);
}

void
block_event_hash(
    enum block_form form, struct str event, uint8_t hash[BLOCK_DIGEST_BYTES])
{
	struct hasher one;

	hasher_begin(&one, form);
	hasher_put(&one, event.p, event.len);
	hasher_end(&one, hash);
}

/* What of the digest comes before the events. */
static void
digest_begin(struct hasher *all, const struct block *k)
{
	uint8_t fixed[8 + 4 + 8];

	put64(fixed, k->first_seq);
	put32(fixed + 8, k->count);
	put64(fixed + 12, k->time_us);
	hasher_begin(all, k->form);
	hasher_put(all, k->before, BLOCK_DIGEST_BYTES);
	hasher_put(all, fixed, sizeof(fixed));
}

void
block_digest_of(const struct block *k, const uint8_t *hashes, size_t n,
    uint8_t digest[BLOCK_DIGEST_BYTES])
{
	struct hasher all;

	digest_begin(&all, k);
	hasher_put(&all, hashes, n * BLOCK_DIGEST_BYTES);
	hasher_end(&all, digest);
}

int
block_digest(const struct block *opened, uint8_t digest[BLOCK_DIGEST_BYTES])
{
	uint8_t hash[BLOCK_DIGEST_BYTES];
	struct block k = *opened;
	struct hasher all;
	struct str event;
	int n;

	digest_begin(&all, &k);
	while ((n = block_next(&k, &event)) == 1) {
		if (k.hash == NULL)
			block_event_hash(k.form, event, hash);
		hasher_put(&all, k.hash != NULL ? k.hash : hash, sizeof(hash));
	}
	hasher_end(&all, digest);
	return n;
}
