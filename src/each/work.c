#include "work.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 2048 };

/* The last work of each lane, and unfinished works by their event's id. */
struct window_table {
	struct work *lane[BUCKETS], *id[BUCKETS];
};

/* FNV-1a; ids and subjects come from programs that may write the log. */
static uint32_t
hash(struct str s)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (uint8_t)s.p[i]) * 16777619U;
	return h;
}

int
window_init(struct window *w, bool one_lane)
{
	*w = (struct window){.one_lane = one_lane, .wake_us = UINT64_MAX};
	w->table = calloc(1, sizeof(*w->table));
	return w->table != NULL ? 0 : -1;
}

static void
work_free(struct work *k)
{
	free(k->raw);
	free(k);
}

void
window_fini(struct window *w)
{
	while (w->first != NULL) {
		struct work *k = w->first;

		w->first = k->next;
		work_free(k);
	}
	free(w->table);
	w->table = NULL;
}

bool
window_full(const struct window *w)
{
	return w->len >= WINDOW_MAX || w->bytes >= WINDOW_MAX_BYTES;
}

static struct str
lane_of(const struct window *w, const struct work *k)
{
	return w->one_lane ? STR("") : k->event.subject;
}

/* Where the last of K's lane is hooked in; *it is NULL: the lane is empty. */
static struct work **
lane_slot(struct window *w, const struct work *k)
{
	struct work **p = &w->table->lane[k->lane_hash % BUCKETS];

	while (*p != NULL && !((*p)->lane_hash == k->lane_hash &&
				 str_eq(lane_of(w, *p), lane_of(w, k))))
		p = &(*p)->lane_next;
	return p;
}

static void
lane_join(struct window *w, struct work *k)
{
	struct work **p = lane_slot(w, k), *before = *p;

	k->state = before != NULL ? WORK_QUEUED : WORK_READY;
	if (before != NULL) {
		before->behind = k;
		k->lane_next = before->lane_next;
		before->lane_next = NULL;
	}
	*p = k;
}

static void
list_insert(struct window *w, struct work *k)
{
	struct work *after = w->last;

	if (k->again) {
		/* Behind the other ones that were put back. */
		after = NULL;
		for (struct work *i = w->first; i != NULL && i->again;
		     i = i->next)
			after = i;
	}
	k->prev = after;
	k->next = after != NULL ? after->next : w->first;
	*(k->prev != NULL ? &k->prev->next : &w->first) = k;
	*(k->next != NULL ? &k->next->prev : &w->last) = k;
	w->len++;
}

static void
list_remove(struct window *w, struct work *k)
{
	*(k->prev != NULL ? &k->prev->next : &w->first) = k->next;
	*(k->next != NULL ? &k->next->prev : &w->last) = k->prev;
	w->len--;
	w->n[k->state]--;
	work_free(k);
}

struct work *
window_add(struct window *w, struct str raw, bool again)
{
	struct work *k = calloc(1, sizeof(*k));
	const char *why;
	int saved;

	if (k == NULL)
		return NULL;
	if ((k->raw = malloc(raw.len > 0 ? raw.len : 1)) == NULL)
		goto err;
	memcpy(k->raw, raw.p, raw.len);
	k->raw_len = raw.len;
	if (event_decode(&k->event, k->raw, raw.len, &why) == -1)
		goto err;
	k->seq = k->event.seq;
	k->again = again;
	k->lane_hash = hash(lane_of(w, k));
	k->id_hash = hash(k->event.id);
	lane_join(w, k);
	list_insert(w, k);
	k->id_next = w->table->id[k->id_hash % BUCKETS];
	w->table->id[k->id_hash % BUCKETS] = k;
	w->n[k->state]++;
	w->bytes += raw.len;
	return k;
err:
	saved = errno;
	work_free(k);
	errno = saved;
	return NULL;
}

struct work *
window_find(const struct window *w, struct str id)
{
	uint32_t h = hash(id);
	struct work *k = w->table->id[h % BUCKETS];

	while (k != NULL && !(k->id_hash == h && str_eq(k->event.id, id)))
		k = k->id_next;
	return k;
}

void
window_set(struct window *w, struct work *k, enum work_state state)
{
	assert(k->state != WORK_FINISHED && state != WORK_FINISHED);
	w->n[k->state]--;
	k->state = state;
	w->n[state]++;
}

void
window_wait(
    struct window *w, struct work *k, enum work_state state, uint64_t due_us)
{
	window_set(w, k, state);
	k->due_us = due_us;
	if (due_us < w->wake_us)
		w->wake_us = due_us;
}

void
window_finish(struct window *w, struct work *k)
{
	struct work **p = lane_slot(w, k);

	assert(k->state != WORK_FINISHED && k->state != WORK_QUEUED);
	if (k->behind != NULL)
		window_set(w, k->behind, WORK_READY);
	else if (*p == k)
		*p = k->lane_next;
	for (p = &w->table->id[k->id_hash % BUCKETS]; *p != k;)
		p = &(*p)->id_next;
	*p = k->id_next;
	w->n[k->state]--;
	k->state = WORK_FINISHED;
	w->n[WORK_FINISHED]++;
	w->bytes -= k->raw_len;
	free(k->raw);
	k->raw = NULL;
	k->event = (struct event){0};
}

uint64_t
window_position(struct window *w, uint64_t scanned)
{
	struct work *next;

	for (struct work *k = w->first; k != NULL; k = next) {
		next = k->next;
		if (k->state == WORK_FINISHED)
			list_remove(w, k);
		else if (!k->again)
			return k->seq - 1;
	}
	return scanned;
}
