#include "ids.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * Open addressing with linear probing, never more than half full: an id that
 * is new, as nearly all are, is looked for in one cache line, and its entry
 * is written beside the one before.
 */
enum { SLOTS = 2 * IDS_WINDOW, MASK = SLOTS - 1 };

struct slot {
	uint32_t tag;   /* of the key; its low bits say where it belongs */
	uint32_t entry; /* index + 1; 0: free */
};

/* One for each place in the window, which seqs go round. */
struct entry {
	struct ids_key key;
	uint64_t seq; /* 0: free */
};

struct ids {
	struct entry *entry; /* IDS_WINDOW of them, by seq */
	struct slot *slot;   /* SLOTS of them, by tag */
	uint64_t last;       /* the newest seq */
	unsigned char secret[crypto_shorthash_siphashx24_KEYBYTES];
};

/*
 * BYTES of zeros; no memory until they are used.  Look-ups go all over it, and
 * large pages spare them the walk through the page table.
 */
static void *
table(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	(void)madvise(p, bytes, MADV_HUGEPAGE);
	return p;
}

static void
untable(void *p, size_t bytes)
{
	if (p != NULL)
		(void)munmap(p, bytes);
}

struct ids *
ids_open(void)
{
	struct ids *t = calloc(1, sizeof(*t));

	if (t == NULL || sodium_init() == -1)
		goto err_alloc;
	t->entry = table(IDS_WINDOW * sizeof(*t->entry));
	t->slot = table(SLOTS * sizeof(*t->slot));
	if (t->entry == NULL || t->slot == NULL)
		goto err_tables;
	randombytes_buf(t->secret, sizeof(t->secret));
	return t;
err_tables:
	untable(t->entry, IDS_WINDOW * sizeof(*t->entry));
	untable(t->slot, SLOTS * sizeof(*t->slot));
err_alloc:
	free(t);
	return NULL;
}

void
ids_close(struct ids *t)
{
	if (t == NULL)
		return;
	untable(t->entry, IDS_WINDOW * sizeof(*t->entry));
	untable(t->slot, SLOTS * sizeof(*t->slot));
	free(t);
}

static uint32_t
tag_of(const struct ids_key *k)
{
	return (uint32_t)k->hash[0];
}

struct ids_key
ids_key(const struct ids *t, struct str id)
{
	unsigned char out[crypto_shorthash_siphashx24_BYTES];
	struct ids_key k;

	(void)crypto_shorthash_siphashx24(
	    out, (const unsigned char *)id.p, id.len, t->secret);
	memcpy(k.hash, out, sizeof(out));
	/* It will be looked for, and the oldest then gives way to it. */
	__builtin_prefetch(&t->slot[tag_of(&k) & MASK]);
	__builtin_prefetch(
	    &t->slot[tag_of(&t->entry[(t->last + 1) % IDS_WINDOW].key) & MASK]);
	return k;
}

uint64_t
ids_find(const struct ids *t, const struct ids_key *k)
{
	uint32_t tag = tag_of(k);

	for (uint32_t i = tag & MASK; t->slot[i].entry != 0;
	     i = (i + 1) & MASK) {
		const struct entry *e = &t->entry[t->slot[i].entry - 1];

		if (t->slot[i].tag == tag && e->key.hash[0] == k->hash[0] &&
		    e->key.hash[1] == k->hash[1])
			return e->seq;
	}
	return 0;
}

/* Take entry N out, and close the gap: what probed over it moves up. */
static void
drop(struct ids *t, uint32_t n)
{
	struct entry *e = &t->entry[n];
	uint32_t i = tag_of(&e->key) & MASK, next;

	if (e->seq == 0)
		return;
	while (t->slot[i].entry != n + 1)
		i = (i + 1) & MASK;
	for (next = (i + 1) & MASK; t->slot[next].entry != 0;
	     next = (next + 1) & MASK) {
		uint32_t home = t->slot[next].tag & MASK;

		if (((next - home) & MASK) < ((next - i) & MASK))
			continue;
		t->slot[i] = t->slot[next];
		i = next;
	}
	t->slot[i] = (struct slot){0};
	e->seq = 0;
}

void
ids_add(struct ids *t, const struct ids_key *k, uint64_t seq)
{
	uint32_t n = (uint32_t)(seq % IDS_WINDOW), i = tag_of(k) & MASK;

	drop(t, n);
	while (t->slot[i].entry != 0)
		i = (i + 1) & MASK;
	t->slot[i] = (struct slot){tag_of(k), n + 1};
	t->entry[n] = (struct entry){*k, seq};
	t->last = seq;
}

void
ids_truncate(struct ids *t, uint64_t seq)
{
	for (; t->last >= seq && t->last > 0; t->last--)
		if (t->entry[t->last % IDS_WINDOW].seq == t->last)
			drop(t, (uint32_t)(t->last % IDS_WINDOW));
}
