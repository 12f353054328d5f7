#include "ids.h"

#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
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

struct ids {
	/* IDS_WINDOW of them, by seq, which go round in it; all zeros: free. */
	struct ids_key *entry;
	struct slot *slot; /* SLOTS of them, by tag */
	uint64_t last;     /* the newest seq */
	unsigned char secret[IDS_SECRET_BYTES];
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

_Static_assert(IDS_SECRET_BYTES == crypto_shorthash_siphashx24_KEYBYTES,
    "the secret is the hash's key");

struct ids *
ids_open(const unsigned char secret[IDS_SECRET_BYTES])
{
	struct ids *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->entry = table(IDS_WINDOW * sizeof(*t->entry));
	t->slot = table(SLOTS * sizeof(*t->slot));
	if (t->entry == NULL || t->slot == NULL)
		goto err_tables;
	memcpy(t->secret, secret, sizeof(t->secret));
	return t;
err_tables:
	ids_close(t);
	errno = ENOMEM;
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

static bool
none(const struct ids_key *k)
{
	return k->hash[0] == 0 && k->hash[1] == 0;
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
	if (none(&k))
		k.hash[1] = 1;
	/* It will be looked for, and the oldest then gives way to it. */
	__builtin_prefetch(&t->slot[tag_of(&k) & MASK]);
	__builtin_prefetch(
	    &t->slot[tag_of(&t->entry[(t->last + 1) % IDS_WINDOW]) & MASK]);
	return k;
}

/* The newest seq that has entry N. */
static uint64_t
seq_of(const struct ids *t, uint32_t n)
{
	return t->last - (t->last - n) % IDS_WINDOW;
}

uint64_t
ids_find(const struct ids *t, const struct ids_key *k)
{
	uint32_t tag = tag_of(k);

	for (uint32_t i = tag & MASK; t->slot[i].entry != 0;
	     i = (i + 1) & MASK) {
		uint32_t n = t->slot[i].entry - 1;

		if (t->slot[i].tag == tag &&
		    t->entry[n].hash[0] == k->hash[0] &&
		    t->entry[n].hash[1] == k->hash[1])
			return seq_of(t, n);
	}
	return 0;
}

/* Take entry N out, and close the gap: what probed over it moves up. */
static void
drop(struct ids *t, uint32_t n)
{
	uint32_t i = tag_of(&t->entry[n]) & MASK, next;

	if (none(&t->entry[n]))
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
	t->entry[n] = (struct ids_key){{0, 0}};
}

void
ids_add(struct ids *t, const struct ids_key *k, uint64_t seq)
{
	uint32_t n = (uint32_t)(seq % IDS_WINDOW), i = tag_of(k) & MASK;
	uint64_t oldest = t->last == 0                 ? seq
			  : seq - t->last > IDS_WINDOW ? seq - IDS_WINDOW + 1
						       : t->last + 1;

	/* Of those left out, what is IDS_WINDOW before them goes, too. */
	for (uint64_t gone = oldest; gone <= seq; gone++)
		drop(t, (uint32_t)(gone % IDS_WINDOW));
	while (t->slot[i].entry != 0)
		i = (i + 1) & MASK;
	t->slot[i] = (struct slot){tag_of(k), n + 1};
	t->entry[n] = *k;
	t->last = seq;
}

void
ids_truncate(struct ids *t, uint64_t seq)
{
	for (; t->last >= seq && t->last > 0; t->last--)
		drop(t, (uint32_t)(t->last % IDS_WINDOW));
}
