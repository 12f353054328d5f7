#include "clips.h"
#include "tap.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct clip_state
clip(const char *id, const char *channel, uint64_t created_us)
{
	struct clip_state c = {
	    .from_us = 1, .to_us = 2, .created_us = created_us};

	(void)snprintf(c.clip, sizeof(c.clip), "%s", id);
	(void)snprintf(c.channel, sizeof(c.channel), "%s", channel);
	(void)snprintf(c.broadcast, sizeof(c.broadcast), "b-%s", id);
	(void)snprintf(c.title, sizeof(c.title), "title of %s", id);
	return c;
}

static bool
put(struct clips *c, const char *id, const char *channel, uint64_t created_us)
{
	const struct clip_state s = clip(id, channel, created_us);

	return clips_put(c, &s) == 0;
}

/* CHANNEL's list, from BEFORE on, is WANT: ids, each with a blank behind. */
static bool
lists(struct clips *c, const char *channel, const char *before, size_t cap,
    const char *want)
{
	struct clip_state s[8];
	size_t n = clips_list(c, channel, before, cap, s);
	struct buf b;
	bool same;

	buf_init(&b, 4096);
	for (size_t i = 0; i < n; i++)
		(void)buf_printf(&b, "%s ", s[i].clip);
	same = str_eqz(buf_str(&b), want);
	buf_fini(&b);
	return same;
}

static void *
later(void *arg)
{
	(void)put(arg, "late", "alice", 99);
	return NULL;
}

int
main(void)
{
	struct clips *c = clips_open();
	struct clip_state s;
	pthread_t t;
	bool ok = true;
	char id[16];

	OK(!clips_get(c, "one", &s));
	OK(put(c, "one", "alice", 10) && put(c, "two", "alice", 30) &&
	    put(c, "three", "alice", 20) && put(c, "four", "bob", 15));
	OK(clips_get(c, "three", &s) && s.created_us == 20 &&
	    strcmp(s.broadcast, "b-three") == 0 &&
	    strcmp(s.title, "title of three") == 0);
	OK(lists(c, "alice", NULL, 8, "two three one "));
	OK(lists(c, "alice", NULL, 2, "two three "));
	OK(lists(c, "alice", "three", 8, "one "));
	OK(lists(c, "alice", "nothere", 1, "two "));
	OK(lists(c, "bob", NULL, 8, "four "));
	OK(lists(c, "al", NULL, 8, ""));
	/* Put again it is another. */
	OK(put(c, "one", "alice", 40));
	OK(lists(c, "alice", NULL, 8, "one two three "));
	clips_remove(c, "two");
	clips_remove(c, "two");
	OK(!clips_get(c, "two", &s));
	OK(lists(c, "alice", NULL, 8, "one three "));

	OK(!clips_await(c, "late", 1));
	OK(pthread_create(&t, NULL, later, c) == 0);
	OK(clips_await(c, "late", 30000));
	(void)pthread_join(t, NULL);

	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(id, sizeof(id), "c%u", i * 7919 % 1000);
		ok &= put(c, id, "many", i);
	}
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(id, sizeof(id), "c%u", i);
		ok &= clips_get(c, id, &s) && s.created_us < 1000;
	}
	OK(ok);
	clips_close(c);
	clips_close(NULL);
	return tap_done();
}
