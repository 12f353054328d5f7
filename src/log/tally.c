#include "tally.h"
#include "progress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The row of E's type, a new one if need be; the last one takes the rest. */
static struct tally_row *
row_of(struct tally *t, const struct event *e)
{
	struct tally_row *row;

	for (size_t i = 0; i < t->rows; i++)
		if (str_eqz(e->type_name, t->row[i].name))
			return &t->row[i];
	if (t->rows == TALLY_MAX)
		return &t->row[TALLY_MAX - 1];
	row = &t->row[t->rows++];
	(void)str_copy(row->name, sizeof(row->name),
	    t->rows < TALLY_MAX ? e->type_name : STR("others"));
	return row;
}

static void
count(struct tally_row *row, const struct event *e, size_t bytes,
    const uint64_t since[TALLY_SPANS])
{
	row->events++;
	row->bytes += bytes;
	for (size_t i = 0; i < TALLY_SPANS; i++)
		row->recent[i] += e->seq >= since[i];
	row->last = e->seq;
	row->last_us = e->time_us;
}

static int
by_bytes(const void *a, const void *b)
{
	const struct tally_row *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return strcmp(x->name, y->name);
}

int
tally_make(struct tally *t, struct log *l, uint64_t head,
    const uint64_t since[TALLY_SPANS])
{
	/* By the number of the type, for those that we know. */
	enum { KNOWN = 1024 };
	struct tally_row *known[KNOWN] = {NULL};
	struct log_reader *r = log_reader_open(l, 1);
	struct progress progress;
	struct event e = {0};
	int n = 0, saved;

	memset(t, 0, sizeof(*t));
	progress_init(&progress, "counting", head);
	while (r != NULL && e.seq < head && (n = log_reader_next(r, &e)) != 0) {
		struct tally_row *row;
		size_t type = (size_t)e.type, bytes;

		if (n == -1 && errno != EBADMSG)
			break;
		if (n == -1) {
			t->damaged++;
			continue;
		}
		row = type > 0 && type < KNOWN ? known[type] : NULL;
		if (row == NULL)
			row = row_of(t, &e);
		if (type > 0 && type < KNOWN)
			known[type] = row;
		bytes = log_reader_raw(r).len;
		count(row, &e, bytes, since);
		count(&t->all, &e, bytes, since);
		progress_set(&progress, e.seq);
	}
	saved = errno;
	progress_fini(&progress);
	if (r != NULL)
		t->removed = log_reader_removed(r);
	log_reader_close(r);
	qsort(t->row, t->rows, sizeof(t->row[0]), by_bytes);
	errno = saved;
	return r == NULL || (n == -1 && saved != EBADMSG) ? -1 : 0;
}
