#include "ids.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Chains by array index + 1; 0 ends one.  One entry for each place in the
 * window, which seqs go round. */
struct entry {
	struct ids_key key;
	uint64_t seq; /* 0: free */
	uint32_t next;
};

struct ids {
	struct entry *entry; /* IDS_WINDOW of them, by seq */
	uint32_t *head;      /* IDS_WINDOW chains, by hash */
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
	t->head = table(IDS_WINDOW * sizeof(*t->head));
	if (t->entry == NULL || t->head == NULL)
		goto err_tables;
	randombytes_buf(t->secret, sizeof(t->secret));
	return t;
err_tables:
	untable(t->entry, IDS_WINDOW * sizeof(*t->entry));
	untable(t->head, IDS_WINDOW * sizeof(*t->head));
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
	untable(t->head, IDS_WINDOW * sizeof(*t->head));
	free(t);
}

struct ids_key
ids_key(const struct ids *t, struct str id)
{
	unsigned char out[crypto_shorthash_siphashx24_BYTES];
	struct ids_key k;

	(void)crypto_shorthash_siphashx24(
	    out, (const unsigned char *)id.p, id.len, t->secret);
	memcpy(k.hash, out, sizeof(out));
	return k;
}

uint64_t
ids_find(const struct ids *t, const struct ids_key *k)
{
	uint32_t i;

	for (i = t->head[k->hash[0] % IDS_WINDOW]; i != 0;
	     i = t->entry[i - 1].next) {
		const struct ids_key *e = &t->entry[i - 1].key;

		if (e->hash[0] == k->hash[0] && e->hash[1] == k->hash[1])
			return t->entry[i - 1].seq;
	}
	return 0;
}

/* Take entry I out of its chain. */
static void
drop(struct ids *t, uint32_t i)
{
	struct entry *e = &t->entry[i];
	uint32_t *link = &t->head[e->key.hash[0] % IDS_WINDOW];

	if (e->seq == 0)
		return;
	while (*link != i + 1)
		link = &t->entry[*link - 1].next;
	*link = e->next;
	e->seq = 0;
}

void
ids_add(struct ids *t, const struct ids_key *k, uint64_t seq)
{
	uint32_t i = (uint32_t)(seq % IDS_WINDOW), *head;
	struct entry *e = &t->entry[i];

	drop(t, i);
	e->key = *k;
	e->seq = seq;
	head = &t->head[e->key.hash[0] % IDS_WINDOW];
	e->next = *head;
	*head = i + 1;
	t->last = seq;
}

void
ids_truncate(struct ids *t, uint64_t seq)
{
	for (; t->last >= seq && t->last > 0; t->last--)
		if (t->entry[t->last % IDS_WINDOW].seq == t->last)
			drop(t, (uint32_t)(t->last % IDS_WINDOW));
}
