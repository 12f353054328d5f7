#include "subjects.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };

struct subjects {
	struct subject **slot; /* open addressing; SLOTS is a power of two */
	size_t slots, count;
	/* Subjects come from outside: the key keeps them from being chosen
	 * to collide. */
	unsigned char key[crypto_shorthash_KEYBYTES];
};

struct subjects *
subjects_open(void)
{
	struct subjects *t = calloc(1, sizeof(*t));

	if (t == NULL || sodium_init() == -1)
		goto err_alloc;
	t->slots = FIRST_SLOTS;
	if ((t->slot = calloc(t->slots, sizeof(struct subject *))) == NULL)
		goto err_alloc;
	crypto_shorthash_keygen(t->key);
	return t;
err_alloc:
	free(t);
	return NULL;
}

void
subjects_close(struct subjects *t)
{
	if (t == NULL)
		return;
	subjects_reset(t);
	free(t->slot);
	free(t);
}

/* The slot that holds NAME, or the free one where it would go. */
static struct subject **
place(const struct subjects *t, struct str name)
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint64_t h;

	(void)crypto_shorthash(
	    hash, (const unsigned char *)name.p, name.len, t->key);
	memcpy(&h, hash, sizeof(h));
	for (;; h++) {
		struct subject **s = &t->slot[h & (t->slots - 1)];

		if (*s == NULL ||
		    ((*s)->len == name.len &&
			memcmp((*s)->name, name.p, name.len) == 0))
			return s;
	}
}

struct subject *
subjects_find(const struct subjects *t, struct str name)
{
	return *place(t, name);
}

static int
grow(struct subjects *t)
{
	struct subject **old = t->slot;
	size_t slots = t->slots;

	if ((t->slot = calloc(2 * slots, sizeof(struct subject *))) == NULL) {
		t->slot = old;
		return -1;
	}
	t->slots = 2 * slots;
	for (size_t i = 0; i < slots; i++)
		if (old[i] != NULL)
			*place(t, (struct str){old[i]->name, old[i]->len}) =
			    old[i];
	free(old);
	return 0;
}

struct subject *
subjects_add(struct subjects *t, struct str name)
{
	struct subject *s;

	if (2 * (t->count + 1) > t->slots && grow(t) == -1)
		return NULL;
	if ((s = malloc(sizeof(*s) + name.len)) == NULL)
		return NULL;
	*s = (struct subject){.len = name.len};
	memcpy(s->name, name.p, name.len);
	*place(t, name) = s;
	t->count++;
	return s;
}

size_t
subjects_count(const struct subjects *t)
{
	return t->count;
}

void
subjects_reset(struct subjects *t)
{
	for (size_t i = 0; i < t->slots; i++) {
		free(t->slot[i]);
		t->slot[i] = NULL;
	}
	t->count = 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct subject *x = *(struct subject *const *)a;
	const struct subject *y = *(struct subject *const *)b;
	int order = memcmp(x->name, y->name, x->len < y->len ? x->len : y->len);

	if (order != 0)
		return order;
	return x->len < y->len ? -1 : x->len > y->len;
}

struct subject **
subjects_changed(const struct subjects *t, size_t *n)
{
	struct subject **list = malloc((t->count + 1) * sizeof(*list));

	*n = 0;
	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i] != NULL && t->slot[i]->changed)
			list[(*n)++] = t->slot[i];
	qsort(list, *n, sizeof(*list), by_name);
	return list;
}
