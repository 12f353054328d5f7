#include "rows.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct rows {
	void *tree;       /* search.h's, of struct row */
	struct row *last; /* asked for: mostly it is the next one too */
	size_t count, bytes;
};

/* What an entry takes beside its key and value: itself, a node of the tree. */
enum { ENTRY_BYTES = sizeof(struct row) + 64 };

int
rows_order(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

static int
by_key(const void *a, const void *b)
{
	return rows_order(
	    ((const struct row *)a)->key, ((const struct row *)b)->key);
}

struct rows *
rows_open(void)
{
	return calloc(1, sizeof(struct rows));
}

static void
row_free(void *arg)
{
	struct row *c = arg;

	free(c->bytes);
	free(c);
}

void
rows_reset(struct rows *t)
{
	tdestroy(t->tree, row_free);
	*t = (struct rows){0};
}

void
rows_close(struct rows *t)
{
	if (t == NULL)
		return;
	rows_reset(t);
	free(t);
}

size_t
rows_count(const struct rows *t)
{
	return t->count;
}

size_t
rows_bytes(const struct rows *t)
{
	return t->bytes;
}

static struct row *
find(struct rows *t, struct str key)
{
	struct row want = {.key = key}, **found;

	if (t->last != NULL && str_eq(t->last->key, key))
		return t->last;
	if ((found = tfind(&want, &t->tree, by_key)) == NULL)
		return NULL;
	return t->last = *found;
}

const struct row *
rows_find(struct rows *t, struct str key)
{
	return find(t, key);
}

/* A new entry for KEY, without a value. */
static struct row *
add(struct rows *t, struct str key)
{
	struct row *c = calloc(1, sizeof(*c) + key.len);

	if (c == NULL)
		return NULL;
	if (key.len > 0)
		memcpy(c + 1, key.p, key.len);
	c->key = (struct str){(const char *)(c + 1), key.len};
	c->gone = true;
	if (tsearch(c, &t->tree, by_key) == NULL) {
		free(c);
		errno = ENOMEM;
		return NULL;
	}
	t->count++;
	t->bytes += ENTRY_BYTES + key.len;
	return c;
}

int
rows_set(struct rows *t, struct str key, struct str value, bool gone)
{
	struct row *c = find(t, key);
	char *fresh = NULL;

	/* A value that fits goes where the old one was. */
	if ((c == NULL || value.len > c->room) &&
	    (fresh = malloc(value.len + 1)) == NULL)
		return -1;
	if (c == NULL && (c = add(t, key)) == NULL) {
		free(fresh);
		return -1;
	}
	if (value.len > 0)
		memmove(fresh != NULL ? fresh : c->bytes, value.p, value.len);
	if (fresh != NULL) {
		free(c->bytes);
		c->bytes = fresh;
		t->bytes += value.len - c->room;
		c->room = value.len;
	}
	c->value = (struct str){c->bytes, value.len};
	c->gone = gone;
	t->last = c;
	return 0;
}

struct gather {
	const struct row **list;
	struct str prefix;
	size_t n;
};

static void
gather(const void *node, VISIT which, void *arg)
{
	const struct row *c = *(const struct row *const *)node;
	struct gather *g = arg;

	if ((which == postorder || which == leaf) &&
	    str_starts(c->key, g->prefix))
		g->list[g->n++] = c;
}

const struct row **
rows_sorted(const struct rows *t, struct str prefix, size_t *n)
{
	struct gather g = {.prefix = prefix};

	if ((g.list = calloc(t->count + 1, sizeof(*g.list))) == NULL)
		return NULL;
	twalk_r(t->tree, gather, &g);
	*n = g.n;
	return g.list;
}
