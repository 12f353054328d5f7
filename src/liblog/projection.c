#include "projection.h"

#include "clock.h"
#include "keep.h"
#include "origin.h"
#include "rows.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct projection {
	const struct projection_type *type;
	struct str want[PROJECTION_MAX_WANT]; /* names of the types */
	size_t wants;                         /* 0: all */
	struct log *log;
	struct log_reader *reader; /* NULL: it takes no events */
	struct keep *keep;
	struct rows *changed; /* since the last commit */
	uint64_t seq;         /* of the last event taken */
	uint64_t written;     /* and at the last commit */
	uint64_t until;
	uint64_t settled_us; /* when a commit was last tried */
	int unsettled;       /* and why it failed */
	uint64_t damaged;    /* where that was last told */
	const char *anew, *why;
	uint64_t edits; /* of rows, to see that a fold kept its word */
};

enum {
	/* So much may wait in memory for a commit. */
	CHANGED_MAX_BYTES = 16 * 1024 * 1024,
	/* A place without a row that changed is worth a commit from here. */
	SETTLE_EVENTS = 16384,
	SETTLE_US = 1000000,
	BETWEEN_CLOCK_LOOKS = 256
};

static struct projection *
projection_make(const struct projection_type *t, struct log *l)
{
	struct projection *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->type = t;
	p->log = l;
	p->until = UINT64_MAX;
	for (; t->want != NULL && t->want[p->wants] != EVENT_NONE; p->wants++) {
		assert(p->wants < PROJECTION_MAX_WANT);
		p->want[p->wants] = schema_of(t->want[p->wants])->name;
	}
	if (sodium_init() == -1 || (p->changed = rows_open()) == NULL) {
		free(p);
		return NULL;
	}
	return p;
}

void
projection_close(struct projection *p)
{
	int saved = errno;

	if (p == NULL)
		return;
	log_reader_close(p->reader);
	keep_close(p->keep);
	rows_close(p->changed);
	free(p);
	errno = saved;
}

static int
path_of(char path[PATH_MAX], const char *dir, const struct projection_type *t)
{
	if ((size_t)snprintf(path, PATH_MAX, "%s/%s", dir, t->name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/* Go on behind SEQ, which is what is written. */
static int
begin_at(struct projection *p, uint64_t seq)
{
	p->seq = p->written = seq;
	if (p->reader == NULL)
		p->reader = log_reader_open(p->log, seq + 1);
	else
		log_reader_seek(p->reader, seq + 1);
	return p->reader != NULL ? 0 : -1;
}

int
projection_drop(struct projection *p)
{
	rows_reset(p->changed);
	return keep_drop(p->keep) == -1 ? -1 : begin_at(p, 0);
}

struct projection *
projection_open(const struct projection_type *t, struct log *l, const char *dir,
    pid_t *holder)
{
	struct projection *p = projection_make(t, l);
	struct keep_place place = {0};
	char path[PATH_MAX];
	bool damaged;
	int n;

	*holder = 0;
	if (p == NULL)
		return NULL;
	if (path_of(path, dir, t) == -1 ||
	    (p->keep = keep_open(path, holder, &damaged)) == NULL)
		goto err;
	n = keep_read_place(p->keep, &place);
	if (damaged || (n == -1 && errno == EBADMSG))
		p->anew = "it was damaged";
	else if (n == -1 || (n == 1 && origin_judge(l, &place, t->version,
					   &p->anew) == -1))
		goto err;
	if ((p->anew != NULL ? projection_drop(p)
			     : begin_at(p, place.position)) == -1)
		goto err;
	return p;
err:
	projection_close(p);
	return NULL;
}

const char *
projection_anew(const struct projection *p)
{
	return p->anew;
}

struct projection *
projection_open_kept(
    const struct projection_type *t, struct log *l, const char *dir)
{
	struct projection *p = projection_make(t, l);
	struct keep_place place;
	char path[PATH_MAX];
	const char *why;
	int n;

	if (p == NULL)
		return NULL;
	if (path_of(path, dir, t) == -1 ||
	    (p->keep = keep_open_seen(path)) == NULL ||
	    (n = keep_read_place(p->keep, &place)) == -1)
		goto err;
	if (n == 0) {
		errno = ENOENT;
		goto err;
	}
	if (origin_judge(l, &place, t->version, &why) == -1)
		goto err;
	if (why != NULL) {
		errno = ESTALE;
		goto err;
	}
	p->seq = p->written = place.position;
	return p;
err:
	projection_close(p);
	return NULL;
}

/* See to it that not too much waits in memory. */
static int
make_room(struct projection *p)
{
	return rows_bytes(p->changed) > CHANGED_MAX_BYTES ? projection_commit(p)
							  : 0;
}

static int
copy_row(void *arg, struct str key, struct str value)
{
	return projection_put(arg, key, value) == -1 || make_room(arg) == -1
		   ? -1
		   : 0;
}

/* Let P begin as what is kept in DIR stands, if that is of use. */
static int
begin_as_kept(struct projection *p, const char *dir)
{
	struct projection *kept = projection_open_kept(p->type, p->log, dir);
	int rc = -1;

	if (kept == NULL || kept->seq > p->until) {
		projection_close(kept);
		return begin_at(p, 0);
	}
	p->seq = kept->seq;
	if (projection_walk(kept, STR(""), copy_row, p) == 0 &&
	    projection_commit(p) == 0)
		rc = begin_at(p, kept->seq);
	projection_close(kept);
	return rc;
}

struct projection *
projection_open_private(const struct projection_type *t, struct log *l,
    const char *dir, uint64_t until)
{
	struct projection *p = projection_make(t, l);

	if (p == NULL)
		return NULL;
	p->until = until;
	if ((p->keep = keep_open_private()) == NULL ||
	    (dir != NULL ? begin_as_kept(p, dir) : begin_at(p, 0)) == -1) {
		projection_close(p);
		return NULL;
	}
	return p;
}

int
projection_get(struct projection *p, struct str key, struct str *value)
{
	const struct row *c = rows_find(p->changed, key);

	if (c == NULL)
		return keep_get(p->keep, key, value);
	if (c->gone)
		return 0;
	*value = c->value;
	return 1;
}

static int
set(struct projection *p, struct str key, struct str value, bool gone)
{
	if (key.len == 0 || key.len > PROJECTION_MAX_KEY ||
	    value.len > PROJECTION_MAX_VALUE) {
		errno = EINVAL;
		return -1;
	}
	p->edits++;
	return rows_set(p->changed, key, value, gone);
}

int
projection_put(struct projection *p, struct str key, struct str value)
{
	return set(p, key, value, false);
}

int
projection_del(struct projection *p, struct str key)
{
	return set(p, key, (struct str){0}, true);
}

/* Give the changed rows before KEY (NULL: all) that are left. */
static int
give_changed(const struct row **list, size_t n, size_t *at,
    const struct str *key, projection_row_fn *fn, void *arg)
{
	int rc = 0;

	for (; rc == 0 && *at < n; (*at)++) {
		const struct row *c = list[*at];

		if (key != NULL && rows_order(c->key, *key) >= 0)
			break;
		if (!c->gone)
			rc = fn(arg, c->key, c->value);
	}
	return rc;
}

/* Walk what is written in step with the N changed rows in LIST. */
static int
merge(struct projection *p, struct str prefix, const struct row **list,
    size_t n, projection_row_fn *fn, void *arg)
{
	struct str key = prefix, value;
	size_t at = 0;
	int found = keep_seek(p->keep, &key, &value), rc;

	for (; found == 1 && str_starts(key, prefix);
	     found = keep_next(p->keep, &key, &value)) {
		if ((rc = give_changed(list, n, &at, &key, fn, arg)) != 0)
			return rc;
		/* The next one may be this row's. */
		if (at < n && str_eq(list[at]->key, key))
			continue;
		if ((rc = fn(arg, key, value)) != 0)
			return rc;
	}
	return found == -1 ? -1 : give_changed(list, n, &at, NULL, fn, arg);
}

int
projection_walk(
    struct projection *p, struct str prefix, projection_row_fn *fn, void *arg)
{
	const struct row **list;
	size_t n;
	int rc;

	if ((list = rows_sorted(p->changed, prefix, &n)) == NULL)
		return -1;
	rc = merge(p, prefix, list, n, fn, arg);
	free(list);
	return rc;
}

/* Is the event with the bytes RAW for the fold? */
static bool
wanted(const struct projection *p, struct str raw)
{
	struct str type;

	if (p->wants == 0)
		return true;
	type = event_peek_type(raw.p, raw.len);
	for (size_t i = 0; i < p->wants; i++)
		if (str_eq(p->want[i], type))
			return true;
	return false;
}

/* Fold E, of a type that is wanted, in. */
static int
fold(struct projection *p, const struct event *e)
{
	uint64_t edits = p->edits;

	if (p->type->apply(p, e) == 0)
		return 0;
	if (errno == EBADMSG) {
		assert(p->edits == edits);
		p->why = "it says what cannot be";
		p->seq = e->seq;
		return -1;
	}
	/* It may have changed something: back to where that is not so. */
	rows_reset(p->changed);
	p->seq = p->written;
	log_reader_seek(p->reader, p->written + 1);
	return -1;
}

/*
 * Take the next event, decoded into *E when it is wanted, or if ALL are to be
 * given.
 */
static int
take(struct projection *p, struct event *e, bool all)
{
	uint64_t seq = 0;
	struct str raw;
	int n;

	if (p->reader == NULL || p->seq >= p->until)
		return 0;
	if (make_room(p) == -1)
		return -1;
	n = log_reader_skim(p->reader, &seq);
	if (n == -1 && errno == EBADMSG && seq == p->damaged) {
		errno = EIO; /* not a block: the tree that leads to them */
	} else if (n == -1 && errno == EBADMSG) {
		p->damaged = seq;
		*e = (struct event){.seq = seq};
		p->why = log_reader_why(p->reader);
	}
	if (n != 1)
		return n;
	if (seq > p->until) {
		/* Those before it were removed, or lie in a damaged block. */
		p->seq = p->until;
		return 0;
	}
	raw = log_reader_raw(p->reader);
	if (all || wanted(p, raw)) {
		if (event_decode(e, raw.p, raw.len, &p->why) == -1) {
			*e = (struct event){.seq = seq};
			p->seq = seq;
			return -1;
		}
		if ((!all || wanted(p, raw)) && fold(p, e) == -1)
			return -1;
	}
	p->seq = seq;
	return 1;
}

int
projection_next(struct projection *p, struct event *e)
{
	return take(p, e, true);
}

int
projection_run(struct projection *p, unsigned budget_ms, struct event *e)
{
	uint64_t until_us = clock_mono_us() + (uint64_t)budget_ms * 1000;
	int n = 1;

	for (unsigned i = 1; n == 1; i++) {
		if (i % BETWEEN_CLOCK_LOOKS == 0 && clock_mono_us() > until_us)
			break;
		n = take(p, e, false);
	}
	return n;
}

const char *
projection_why(const struct projection *p)
{
	return p->why;
}

uint64_t
projection_seq(const struct projection *p)
{
	return p->seq;
}

int
projection_commit(struct projection *p)
{
	struct keep_place place = {
	    .position = p->seq, .version = p->type->version};
	const struct row **list;
	size_t n;
	int rc;

	if (rows_count(p->changed) == 0 && p->seq == p->written)
		return 0;
	if (origin_mark(p->log, p->seq, place.mark) == -1 ||
	    (list = rows_sorted(p->changed, STR(""), &n)) == NULL)
		return -1;
	rc = keep_commit(p->keep, list, n, &place);
	free(list);
	if (rc == -1)
		return -1;
	rows_reset(p->changed);
	p->written = p->seq;
	return 0;
}

int
projection_settle(struct projection *p)
{
	uint64_t now_us = clock_mono_us();

	if (rows_count(p->changed) == 0 && p->seq - p->written < SETTLE_EVENTS)
		return 0;
	if (p->settled_us == 0 || now_us - p->settled_us >= SETTLE_US) {
		p->settled_us = now_us;
		p->unsettled = projection_commit(p) == 0 ? 0 : errno;
	}
	errno = p->unsettled;
	return p->unsettled == 0 ? 0 : -1;
}
