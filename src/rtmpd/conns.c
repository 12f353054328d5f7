#include "conn_own.h"

#include <string.h>

size_t
conns_of(const struct conns *all, const char *host)
{
	size_t n = 0;

	for (const struct conn *c = all->first; c != NULL; c = c->next)
		n += strcmp(c->peer.host, host) == 0;
	return n;
}

void
conns_tick(struct conns *all, uint64_t now_ms)
{
	struct conn *c, *next;

	complaints_tick(&all->complaints, now_ms);
	for (c = all->first; c != NULL; c = next) {
		next = c->next;
		conn_tick(c, now_ms);
	}
}

void
conns_drain(struct conns *all, bool on)
{
	struct conn *c, *next;

	for (c = all->first; c != NULL; c = next) {
		next = c->next;
		conn_drain(c, on);
	}
}

void
conns_close(struct conns *all, const char *reason)
{
	while (all->first != NULL)
		conn_close(all->first, reason);
}
