#include "catalog.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

static struct catalog *catalog;

static bool
put(const char *channel, const char *broadcast, uint64_t since_us)
{
	struct recording_state r = {.since_us = since_us};

	(void)str_copy(r.channel, sizeof(r.channel), str_from(channel));
	(void)str_copy(r.broadcast, sizeof(r.broadcast), str_from(broadcast));
	(void)str_copy(r.title, sizeof(r.title), STR("A title"));
	return catalog_put(catalog, &r) == 0;
}

/* CHANNEL's recordings before BEFORE, CAP of them, are WANT. */
static bool
lists(const char *channel, const char *before, size_t cap, const char *want)
{
	struct recording_state list[8];
	size_t n = catalog_list(catalog, channel, before, cap, list);
	struct buf got;
	bool r;

	buf_init(&got, 4096);
	for (size_t i = 0; i < n; i++)
		(void)buf_printf(&got, "%s ", list[i].broadcast);
	r = str_eqz(buf_str(&got), want);
	if (!r)
		printf("# %.*s\n", STRF(buf_str(&got)));
	buf_fini(&got);
	return r;
}

int
main(void)
{
	struct recording_state r;

	catalog = catalog_open();
	OK(catalog != NULL && lists("alice", NULL, 8, ""));
	/* Rows come by id, whatever came first. */
	OK(put("alice", "a", 30) && put("alice", "b", 10) &&
	    put("alice", "c", 20) && put("bob", "d", 5) &&
	    put("alice", "e", 20) && put("alice", "b", 10));
	OK(lists("alice", NULL, 8, "a e c b "));
	OK(lists("bob", NULL, 8, "d ") && lists("carl", NULL, 8, ""));
	OK(lists("alice", NULL, 2, "a e ") && lists("alice", "e", 8, "c b "));
	OK(lists("alice", "b", 8, "") && lists("alice", "d", 8, "") &&
	    lists("alice", "none", 8, ""));
	OK(catalog_get(catalog, "c", &r) && strcmp(r.channel, "alice") == 0 &&
	    strcmp(r.title, "A title") == 0 && r.since_us == 20 &&
	    r.ended_us == 0);
	r.ended_us = 25;
	r.title[0] = '\0';
	OK(catalog_put(catalog, &r) == 0);
	OK(catalog_get(catalog, "c", &r) && r.ended_us == 25 &&
	    r.title[0] == '\0');
	catalog_remove(catalog, "e");
	catalog_remove(catalog, "e");
	catalog_remove(catalog, "none");
	OK(!catalog_get(catalog, "e", &r) && lists("alice", NULL, 8, "a c b "));
	catalog_remove(catalog, "a");
	catalog_remove(catalog, "b");
	catalog_remove(catalog, "c");
	OK(lists("alice", NULL, 8, "") && lists("bob", NULL, 8, "d "));
	OK(put("alice", "a", 30) && lists("alice", NULL, 8, "a "));
	catalog_close(catalog);
	return tap_done();
}
