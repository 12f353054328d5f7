#include "orphans.h"
#include "clock.h"
#include "err.h"
#include "grace.h"
#include "journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct orphan {
	struct orphans *set;
	struct orphan *next, **link;
	char channel[JOURNAL_CHANNEL_SIZE], id[UUID_TEXT_SIZE];
	uint64_t version; /* of live/<channel>, as it was found */
	uint64_t grace_ms;
	bool asked; /* the log, and it has not answered */
	bool known; /* the channel's grace time */
};

struct orphans {
	struct bus_client *bus;
	struct broadcasts *broadcasts;
	uint64_t grace_ms;
	struct orphan *first;
};

static const char restarted[] = "the ingest was restarted";

struct orphans *
orphans_open(
    struct bus_client *bus, struct broadcasts *broadcasts, uint64_t grace_ms)
{
	struct orphans *set = calloc(1, sizeof(*set));

	if (set != NULL)
		*set = (struct orphans){
		    .bus = bus, .broadcasts = broadcasts, .grace_ms = grace_ms};
	return set;
}

static void
destroy(struct orphan *o)
{
	*o->link = o->next;
	if (o->next != NULL)
		o->next->link = o->link;
	free(o);
}

void
orphans_close(struct orphans *set)
{
	if (set == NULL)
		return;
	while (set->first != NULL)
		destroy(set->first);
	free(set);
}

bool
orphans_taking(const struct orphans *set, const char *channel)
{
	for (const struct orphan *o = set->first; o != NULL; o = o->next)
		if (strcmp(o->channel, channel) == 0)
			return true;
	return false;
}

/*
 * D31: the log was told, unless somebody was faster: then it is not ours, and
 * whoever publishes looks again.
 */
static void
on_told(void *arg, size_t index, const struct bus_result *result)
{
	struct orphan *o = arg;

	(void)index;
	if (result->status == BUS_REFUSED)
		err_warn("the log refused a turn of a broadcast channel=%s "
			 "broadcast=%s why=\"%.*s\"",
		    o->channel, o->id, STRF(result->why));
	if ((result->status == BUS_STORED || result->status == BUS_DUPLICATE) &&
	    o->grace_ms > 0 &&
	    broadcast_adopt(
		o->set->broadcasts, o->channel, o->id, o->grace_ms) == -1)
		err_sys("wait for the encoder of %s", o->channel);
	destroy(o);
}

static void
on_grace(void *arg, const struct event *e)
{
	struct orphan *o = arg;

	if (e != NULL) {
		o->grace_ms = grace_said_ms(e, o->set->grace_ms);
		return;
	}
	o->asked = false;
	o->known = true;
	orphans_tick(o->set);
}

/* D30 to D33: take the next step of O; when the bus is full the next tick tries
 * again. */
static void
step(struct orphan *o)
{
	const struct journal_about about = {
	    broadcasts_source(o->set->broadcasts), o->channel, o->id};
	struct bus_client *bus = o->set->bus;

	if (o->asked)
		return;
	if (!o->known)
		o->asked = grace_ask(bus, o->channel, on_grace, o) == 0;
	else if (o->grace_ms > 0)
		o->asked = journal_interrupted(bus, about, restarted,
			       clock_real_us() + o->grace_ms * 1000, o->version,
			       on_told, o) == 0;
	else
		o->asked = journal_ended(bus, about, restarted, o->version,
			       on_told, o) == 0;
}

void
orphans_tick(struct orphans *set)
{
	for (struct orphan *o = set->first; o != NULL; o = o->next)
		step(o);
}

int
orphans_take(
    struct orphans *set, const char *channel, const char *id, uint64_t version)
{
	struct orphan *o;

	if (orphans_taking(set, channel) ||
	    broadcasts_find(set->broadcasts, channel) != NULL)
		return 0;
	if ((o = calloc(1, sizeof(*o))) == NULL)
		return -1;
	*o = (struct orphan){.set = set,
	    .next = set->first,
	    .link = &set->first,
	    .version = version,
	    .grace_ms = set->grace_ms};
	(void)snprintf(o->channel, sizeof(o->channel), "%s", channel);
	(void)snprintf(o->id, sizeof(o->id), "%s", id);
	if (o->next != NULL)
		o->next->link = &o->next;
	set->first = o;
	return 0;
}

/* What was left open goes on once all of it is known. */
static void
on_swept(void *arg, const struct event *e)
{
	char channel[JOURNAL_CHANNEL_SIZE], id[UUID_TEXT_SIZE];
	struct orphans *set = arg;
	bool ours = false;

	if (e == NULL) {
		orphans_tick(set);
		return;
	}
	if (!journal_is_open(
		e, broadcasts_source(set->broadcasts), id, &ours) ||
	    !ours ||
	    str_copy(channel, sizeof(channel),
		(struct str){e->subject.p + 5, e->subject.len - 5}) == -1)
		return;
	if (orphans_take(set, channel, id, e->version) == -1)
		err_sys("take the broadcast of %s", channel);
}

int
orphans_sweep(struct orphans *set)
{
	return bus_last(set->bus, STR("live/"), false, (struct str){"", 0},
	    1024, on_swept, set);
}
