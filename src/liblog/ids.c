#include "ids.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Chains by array index + 1; 0 ends one.  One entry for each place in the
 * window, which seqs go round. */
struct entry {
	uint64_t hash[2];
	uint64_t seq; /* 0: free */
	uint32_t next;
};

struct ids {
	struct entry *entry; /* IDS_WINDOW of them, by seq */
	uint32_t *head;      /* IDS_WINDOW chains, by hash */
	uint64_t last;       /* the newest seq */
	unsigned char key[crypto_shorthash_siphashx24_KEYBYTES];
};

struct ids *
ids_open(void)
{
	struct ids *t = calloc(1, sizeof(*t));

	if (t == NULL || sodium_init() == -1)
		goto err_alloc;
	/* Zeroed by the kernel, and no memory until it is used. */
	t->entry = calloc(IDS_WINDOW, sizeof(*t->entry));
	t->head = calloc(IDS_WINDOW, sizeof(*t->head));
	if (t->entry == NULL || t->head == NULL)
		goto err_tables;
	randombytes_buf(t->key, sizeof(t->key));
	return t;
err_tables:
	free(t->entry);
	free(t->head);
err_alloc:
	free(t);
	return NULL;
}

void
ids_close(struct ids *t)
{
	if (t == NULL)
		return;
	free(t->entry);
	free(t->head);
	free(t);
}

static void
hash_id(const struct ids *t, struct str id, uint64_t hash[2])
{
	unsigned char out[crypto_shorthash_siphashx24_BYTES];

	(void)crypto_shorthash_siphashx24(
	    out, (const unsigned char *)id.p, id.len, t->key);
	memcpy(hash, out, sizeof(out));
}

uint64_t
ids_find(const struct ids *t, struct str id)
{
	uint64_t hash[2];
	uint32_t i;

	hash_id(t, id, hash);
	for (i = t->head[hash[0] % IDS_WINDOW]; i != 0;
	     i = t->entry[i - 1].next) {
		const struct entry *e = &t->entry[i - 1];

		if (e->hash[0] == hash[0] && e->hash[1] == hash[1])
			return e->seq;
	}
	return 0;
}

/* Take entry I out of its chain. */
static void
drop(struct ids *t, uint32_t i)
{
	struct entry *e = &t->entry[i];
	uint32_t *link = &t->head[e->hash[0] % IDS_WINDOW];

	if (e->seq == 0)
		return;
	while (*link != i + 1)
		link = &t->entry[*link - 1].next;
	*link = e->next;
	e->seq = 0;
}

void
ids_add(struct ids *t, struct str id, uint64_t seq)
{
	uint32_t i = (uint32_t)(seq % IDS_WINDOW), *head;
	struct entry *e = &t->entry[i];

	drop(t, i);
	hash_id(t, id, e->hash);
	e->seq = seq;
	head = &t->head[e->hash[0] % IDS_WINDOW];
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
