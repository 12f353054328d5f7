#include "broadcast_own.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH_MAX = 1024 * 1024 };

static void
ignore(void *arg, size_t index, const struct bus_result *result)
{
	(void)arg;
	(void)index;
	(void)result;
}

bool
broadcasts_tell_turns(struct broadcasts *set)
{
	if (set->turns.len > 0 &&
	    bus_append(set->setup.bus, buf_str(&set->turns), ignore, NULL) == 0)
		buf_reset(&set->turns);
	return set->turns.len == 0;
}

struct broadcasts *
broadcasts_open(const struct broadcasts_setup *setup)
{
	struct broadcasts *set = calloc(1, sizeof(*set));

	if (set == NULL)
		return NULL;
	set->setup = *setup;
	if ((set->choices = choices_open(setup->bus)) == NULL) {
		free(set);
		return NULL;
	}
	buf_init(&set->turns, BATCH_MAX);
	buf_init(&set->batch, BATCH_MAX);
	return set;
}

void
broadcasts_close(struct broadcasts *set)
{
	if (set == NULL)
		return;
	while (set->first != NULL)
		broadcast_destroy(set->first);
	choices_close(set->choices);
	buf_fini(&set->turns);
	buf_fini(&set->batch);
	free(set);
}

struct bus_client *
broadcasts_bus(struct broadcasts *set)
{
	return set->setup.bus;
}

const char *
broadcasts_source(const struct broadcasts *set)
{
	return set->setup.source;
}

size_t
broadcasts_count(const struct broadcasts *set)
{
	return set->n;
}

size_t
broadcasts_running(const struct broadcasts *set)
{
	size_t n = 0;

	for (const struct broadcast *b = set->first; b != NULL; b = b->next)
		n += b->runner.pipeline != NULL || b->choose_ms != 0;
	return n;
}

struct broadcast *
broadcasts_find(const struct broadcasts *set, const char *channel)
{
	for (struct broadcast *b = set->first; b != NULL; b = b->next)
		if (strcmp(b->channel, channel) == 0)
			return b;
	return NULL;
}

void
broadcasts_hurry(
    struct broadcasts *set, uint64_t finish_ms, bool on, uint64_t now_ms)
{
	struct broadcast *b, *next;

	if (finish_ms < set->setup.limits.finish_ms)
		set->setup.limits.finish_ms = finish_ms;
	for (b = set->first; b != NULL; b = next) {
		next = b->next;
		if (b->stage == BROADCAST_ENDING)
			(void)runner_finish(&b->runner, now_ms);
		else if (b->stage == BROADCAST_INTERRUPTED && on)
			broadcast_hand_on(b);
		else if (b->stage == BROADCAST_INTERRUPTED)
			broadcast_leave(b, "the server was stopped");
	}
}

static void
on_measured(void *arg, size_t index, const struct bus_result *result)
{
	struct broadcasts *set = arg;

	(void)index;
	(void)result;
	set->unanswered = false;
}

static void
measure_all(struct broadcasts *set, uint64_t now_ms)
{
	/* While weir-logd is away these are not worth keeping. */
	if (set->unanswered || now_ms < set->measured_ms + BROADCAST_MEASURE_MS)
		return;
	set->measured_ms = now_ms;
	buf_reset(&set->batch);
	for (struct broadcast *b = set->first; b != NULL; b = b->next)
		if (b->stage == BROADCAST_LIVE)
			gauge_measure(&b->gauge, b->mux, broadcast_about(b),
			    now_ms, &set->batch);
	if (set->batch.len > 0)
		set->unanswered =
		    bus_append(set->setup.bus, buf_str(&set->batch),
			on_measured, set) == 0;
}

void
broadcasts_tick(struct broadcasts *set, uint64_t now_ms)
{
	struct broadcast *b, *next;

	for (b = set->first; b != NULL; b = next) {
		next = b->next;
		gauge_count(&b->gauge, b->mux, set->setup.figures);
		broadcast_choose_on(b, now_ms);
		if (b->stage == BROADCAST_INTERRUPTED && now_ms >= b->until_ms)
			broadcast_lapse(b);
		if (b->ended)
			broadcast_tell_end(b);
		else
			runner_tick(&b->runner, now_ms);
	}
	(void)broadcasts_tell_turns(set);
	measure_all(set, now_ms);
}
