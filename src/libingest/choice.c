#include "choice.h"
#include "journal.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>

struct choice {
	struct choices *set;
	struct choice *next, **link;
	choice_fn *fn;
	void *ctx;
	char channel[JOURNAL_CHANNEL_SIZE], pipeline[PROGRAM_NAME_SIZE];
};

struct choices {
	struct bus_client *bus;
	struct choice *first;
};

struct choices *
choices_open(struct bus_client *bus)
{
	struct choices *set = calloc(1, sizeof(*set));

	if (set != NULL)
		set->bus = bus;
	return set;
}

static void
destroy(struct choice *c)
{
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	free(c);
}

void
choices_close(struct choices *set)
{
	if (set == NULL)
		return;
	while (set->first != NULL)
		destroy(set->first);
	free(set);
}

static void
on_answer(void *arg, const struct event *e)
{
	struct choice *c = arg;
	struct ChannelPipelineSet said;

	if (e == NULL) {
		c->fn(c->ctx, c->channel, c->pipeline);
		destroy(c);
	} else if (e->type != EVENT_ChannelPipelineSet ||
		   EVENT_GET(e, ChannelPipelineSet, &said) == -1 ||
		   said.usual ||
		   str_copy(c->pipeline, PROGRAM_NAME_SIZE, said.pipeline) ==
		       -1) {
		c->pipeline[0] = '\0';
	}
}

int
choices_ask(struct choices *set, const char *channel, choice_fn *fn, void *ctx)
{
	char subject[sizeof("pipeline/") + JOURNAL_CHANNEL_SIZE];
	struct choice *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return -1;
	*c = (struct choice){.set = set,
	    .next = set->first,
	    .link = &set->first,
	    .fn = fn,
	    .ctx = ctx};
	if (c->next != NULL)
		c->next->link = &c->next;
	set->first = c;
	(void)snprintf(c->channel, sizeof(c->channel), "%s", channel);
	(void)snprintf(subject, sizeof(subject), "pipeline/%s", channel);
	if (bus_last(set->bus, str_from(subject), true, (struct str){"", 0}, 1,
		on_answer, c) == 0)
		return 0;
	destroy(c);
	return -1;
}
