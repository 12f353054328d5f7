#include "plan.h"
#include "progress.h"

#include <stdio.h>
#include <string.h>

/* A player may be so much behind the beginning of a live window. */
enum { WINDOW_MARGIN_US = 60000000 };

/* What ended before this is in no live playlist of R. */
static uint64_t
out_of_window(const struct stock *r, const struct listed *b)
{
	uint64_t end_us = 0, kept_us = b->window_us + WINDOW_MARGIN_US;

	if (b->ended_us != 0)
		return UINT64_MAX;
	for (size_t i = 0; i < r->tracks; i++) {
		const struct medium *t = &r->track[i];

		if (t->n > 0 && t->piece[t->n - 1].ends_us > end_us)
			end_us = t->piece[t->n - 1].ends_us;
	}
	return b->window_us != 0 && end_us > kept_us ? end_us - kept_us : 0;
}

/* May P go at all? */
static bool
free_to_go(const struct piece *p, uint64_t before_us)
{
	return p->removed_us == 0 && !p->pinned && !p->goes &&
	       p->ends_us < before_us;
}

/* The oldest segment of any track that may go, or NULL. */
static struct piece *
oldest(struct stock *r, size_t next[], uint64_t before_us)
{
	struct piece *found = NULL;

	for (size_t i = 0; i < r->tracks; i++) {
		struct medium *t = &r->track[i];

		while (next[i] < t->n &&
		       !free_to_go(&t->piece[next[i]], before_us))
			next[i]++;
		if (next[i] < t->n &&
		    (found == NULL ||
			t->piece[next[i]].ends_us < found->ends_us))
			found = &t->piece[next[i]];
	}
	return found;
}

uint64_t
plan_mark(struct stock *r, const struct listed *b)
{
	size_t next[STOCK_MAX_TRACKS] = {0};
	uint64_t before_us = out_of_window(r, b), taken = 0;
	struct piece *p;

	for (size_t i = 0; i < r->tracks; i++)
		for (size_t j = 0; j < r->track[i].n; j++) {
			p = &r->track[i].piece[j];
			if (free_to_go(p, before_us) && p->ends_us < b->cut_us)
				p->goes = true;
		}
	while (taken < b->take && (p = oldest(r, next, before_us)) != NULL) {
		p->goes = true;
		taken += p->bytes;
	}
	return stock_going(r);
}

/* By age: what of B goes. */
static void
age(struct listed *b, const struct rules *rules, uint64_t now_us)
{
	for (size_t i = 0; i < rules->n; i++) {
		const struct rule *u = &rules->rule[i];
		uint64_t cut_us;

		if (!u->ages || !rule_about(u, b->channel) ||
		    u->max_age_us >= now_us)
			continue;
		cut_us = now_us - u->max_age_us;
		if (b->ended_us != 0)
			cut_us = b->ended_us < cut_us ? UINT64_MAX : 0;
		if (cut_us <= b->cut_us)
			continue;
		b->cut_us = cut_us;
		rule_age_text(u, b->reason);
	}
}

/* Fold B, and see what stays of it.  0, or -1 with errno. */
static int
look(struct listed *b, struct log *l)
{
	struct stock r;

	if (stock_fold(&r, l, b->broadcast) == -1)
		return -1;
	b->left = stock_bytes(&r);
	if (r.removed_us == 0)
		b->left -= plan_mark(&r, b);
	stock_fini(&r);
	return 0;
}

/* By size: the oldest go until what is left is not more than U says. */
static int
weigh(struct recordings *r, const struct rule *u, struct log *l)
{
	uint64_t total = 0;

	for (size_t i = 0; i < r->n; i++)
		if (rule_about(u, r->at[i].channel))
			total += r->at[i].left;
	for (size_t i = 0; i < r->n && total > u->max_bytes; i++) {
		struct listed *b = &r->at[i];
		uint64_t before = b->left;

		if (!rule_about(u, b->channel) || before == 0)
			continue;
		if (b->ended_us != 0)
			b->take = UINT64_MAX;
		else
			b->take += total - u->max_bytes;
		if (look(b, l) == -1)
			return -1;
		if (b->left < before)
			rule_size_text(u, b->reason);
		total -= before - b->left;
	}
	return 0;
}

int
plan_make(struct recordings *r, const struct rules *rules, struct log *l,
    uint64_t now_us)
{
	struct progress progress;
	int rc = 0;

	progress_init(&progress, "looking", r->n);
	for (size_t i = 0; rc == 0 && i < r->n; i++) {
		age(&r->at[i], rules, now_us);
		rc = look(&r->at[i], l);
		progress_set(&progress, i);
	}
	progress_fini(&progress);
	for (size_t i = 0; rc == 0 && i < rules->n; i++)
		if (rules->rule[i].weighs)
			rc = weigh(r, &rules->rule[i], l);
	return rc;
}
