#include "ledger.h"
#include "clock.h"
#include "err.h"
#include "letters.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	COMMIT_EVENTS = 8192,
	COMMIT_US = 100 * 1000,
	/* Of events that were not asked for only the place is noted. */
	LAZY_US = 5 * 1000 * 1000,
	FULL_US = 1000 * 1000,
	LETTERS_MAX_BYTES = 16 * 1024 * 1024
};

/* A name that is new: who it is, and where it begins. */
static int
begin(struct ledger *d, const struct from *from, struct log *l)
{
	struct state_change c = {.worker = d->start.worker};

	if (uuid_v7(d->start.worker) == -1) {
		err_sys("random bytes");
		return -1;
	}
	if (from_find(from, l, &d->start.position) == -1) {
		err_sys("find --from in the log");
		return -1;
	}
	c.position = d->start.position;
	/* D20: a name that is known has a place, whatever --from says. */
	if (state_commit(d->state, &c) == -1) {
		err_sys("begin the state");
		return -1;
	}
	return 0;
}

int
ledger_open(struct ledger *d, const char *dir, const struct from *from,
    struct log *l, struct window *w)
{
	memset(d, 0, sizeof(*d));
	d->window = w;
	buf_init(&d->text, LETTERS_MAX_BYTES);
	if ((d->state = state_open(dir, true)) == NULL ||
	    state_load(d->state, &d->start) == -1) {
		err_sys("open the state in %s", dir);
		ledger_close(d);
		return -1;
	}
	if (!d->start.known && begin(d, from, l) == -1) {
		ledger_close(d);
		return -1;
	}
	d->position = d->scanned = d->start.position;
	d->last_us = clock_mono_us();
	return 0;
}

void
ledger_close(struct ledger *d)
{
	state_close(d->state);
	d->state = NULL;
	free(d->start.done);
	d->start.done = NULL;
	free(d->letter);
	d->letter = NULL;
	buf_fini(&d->text);
}

bool
ledger_read(struct ledger *d, uint64_t seq)
{
	const struct state_start *s = &d->start;

	d->scanned = seq;
	while (d->start_at < s->dones && s->done[d->start_at] < seq)
		d->start_at++;
	return d->start_at < s->dones && s->done[d->start_at] == seq;
}

void
ledger_passed(struct ledger *d, uint64_t n)
{
	if (d->pending == 0)
		d->since_us = clock_mono_us();
	d->pending += n;
}

static int
add_letter(struct ledger *d, const struct work *k)
{
	size_t before = d->text.len;

	if (d->letters == d->letters_cap) {
		size_t cap = d->letters_cap > 0 ? 2 * d->letters_cap : 16;
		uint64_t *p = realloc(d->letter, 2 * cap * sizeof(*p));

		if (p == NULL)
			return -1;
		d->letter = p;
		d->letters_cap = cap;
	}
	if (letters_compose(k, &d->text) == -1)
		return -1;
	d->letter[2 * d->letters] = k->seq;
	d->letter[2 * d->letters + 1] = d->text.len - before;
	d->letters++;
	return 0;
}

int
ledger_handled(struct ledger *d, const struct work *k)
{
	if (k->failed && add_letter(d, k) == -1)
		return -1;
	ledger_passed(d, 1);
	if (k->again)
		ledger_gone(d, k->seq);
	return 0;
}

void
ledger_gone(struct ledger *d, uint64_t seq)
{
	/* No more than fit are ever in the window. */
	if (d->agains < LEDGER_MAX_AGAIN)
		d->again[d->agains++] = seq;
}

bool
ledger_dirty(struct ledger *d)
{
	return d->pending > 0 || d->agains > 0 ||
	       window_position(d->window, d->scanned) != d->position;
}

uint64_t
ledger_due(struct ledger *d, bool idle)
{
	if (!ledger_dirty(d))
		return UINT64_MAX;
	if (d->full)
		return d->last_us + FULL_US;
	if (d->pending == 0 && d->agains == 0)
		return d->last_us + LAZY_US;
	if (idle || d->letters > 0 || d->agains > 0 ||
	    d->pending >= COMMIT_EVENTS)
		return 0;
	return d->since_us + COMMIT_US;
}

/* What is finished beyond the position and not on disk yet. */
static size_t
collect(struct ledger *d)
{
	size_t n = 0;

	if (d->window->n[WORK_FINISHED] == 0)
		return 0;
	for (struct work *k = d->window->first; k != NULL; k = k->next)
		if (k->state == WORK_FINISHED && !k->again && !k->saved)
			d->done[n++] = k->seq;
	return n;
}

static void
mark_saved(struct ledger *d)
{
	if (d->window->n[WORK_FINISHED] == 0)
		return;
	for (struct work *k = d->window->first; k != NULL; k = k->next)
		if (k->state == WORK_FINISHED)
			k->saved = true;
}

static struct state_letter *
list_letters(const struct ledger *d)
{
	struct state_letter *list = calloc(d->letters + 1, sizeof(*list));
	const char *p = (const char *)d->text.p;

	for (size_t i = 0; list != NULL && i < d->letters; i++) {
		size_t len = (size_t)d->letter[2 * i + 1];

		list[i] = (struct state_letter){d->letter[2 * i], {p, len}};
		p += len;
	}
	return list;
}

int
ledger_commit(struct ledger *d)
{
	struct state_letter *list = list_letters(d);
	struct state_change c = {
	    .position = window_position(d->window, d->scanned),
	    .dones = collect(d),
	    .done = d->done,
	    .letter = list,
	    .letters = d->letters,
	    .again = d->again,
	    .agains = d->agains,
	};
	int rc, saved;

	if (list == NULL) {
		err_sys("memory");
		return -1;
	}
	/* D22: handled, not on disk. */
	rc = state_commit(d->state, &c);
	saved = errno;
	free(list);
	d->last_us = clock_mono_us();
	if (rc == -1) {
		errno = saved;
		if (!state_full(saved)) {
			err_sys("commit the position");
			return -1;
		}
		if (!d->full)
			err_warn("no room for the position, waiting: %s "
				 "position=%" PRIu64,
			    strerror(saved), d->position);
		d->full = true;
		return 0;
	}
	/* D23: on disk; D24: the letters with it. */
	if (d->full)
		err_info("there is room again position=%" PRIu64, c.position);
	mark_saved(d);
	d->full = false;
	d->position = c.position;
	d->pending = 0;
	d->letters = d->agains = 0;
	buf_reset(&d->text);
	return 0;
}
