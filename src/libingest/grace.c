#include "grace.h"
#include "journal.h"

#include <stdio.h>

int
grace_ask(
    struct bus_client *bus, const char *channel, bus_last_fn *fn, void *arg)
{
	char subject[sizeof("grace/") + JOURNAL_CHANNEL_SIZE];

	(void)snprintf(subject, sizeof(subject), "grace/%s", channel);
	return bus_last(
	    bus, str_from(subject), true, (struct str){"", 0}, 1, fn, arg);
}

uint64_t
grace_said_ms(const struct event *e, uint64_t fallback_ms)
{
	struct ChannelGraceSet said;

	if (e->type != EVENT_ChannelGraceSet ||
	    EVENT_GET(e, ChannelGraceSet, &said) == -1 || said.usual)
		return fallback_ms;
	return said.grace_s * 1000;
}
