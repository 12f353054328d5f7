#include "library.h"
#include "media.h"
#include "story.h"
#include "tap.h"
#include "tmp.h"
#include "writer.h"

#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>

enum { SEGMENTS = 600, CROWD = 16 };

static char dir[64];
static struct story story;
static struct log_writer *writer;
static struct library *library;

/* Write E, which a story told, into the log. */
static void
put(const struct event *told)
{
	static unsigned n;
	struct log_place place;
	struct event e = *told;
	char id[32];

	(void)snprintf(id, sizeof(id), "%ld-%u", (long)getpid(), ++n);
	e.id = str_from(id);
	e.source = STR("test");
	e.expect = EVENT_ANY;
	e.seq = 0;
	if (log_writer_add(writer, &e, &place) == -1)
		perror("write the log");
}

static void
put_segments(const char *broadcast, uint64_t first, uint64_t last)
{
	for (uint64_t i = first; i <= last; i++) {
		struct SegmentReady s = story_a_segment(broadcast, "video", i);

		put(story_segment(&story, &s));
	}
}

static void
put_removed(uint64_t first, uint64_t last)
{
	struct MediaRemoved gone = {
	    .track = STR("video"), .first_msn = first, .last_msn = last};

	put(story_tell(&story, EVENT_MediaRemoved, "recording/", "b1", &gone));
}

static void
put_window(uint64_t window_us)
{
	struct ChannelWindowSet set = {
	    .channel = STR("bob"), .window_us = window_us};

	put(story_tell(&story, EVENT_ChannelWindowSet, "window/", "bob", &set));
}

static void
past(void)
{
	for (const char *const *b =
		 (const char *const[]){"b1", "b2", "b3", "w1", NULL};
	     *b != NULL; b++) {
		put(story_track(&story, *b, "video", 1, 1000000));
		/* Of one the channel says how far back it was live. */
		if (**b == 'w')
			put_window(60000000);
		put_segments(*b, 0, SEGMENTS - 1);
	}
	put_window(0);
}

static void
more(void)
{
	put_segments("b2", SEGMENTS, SEGMENTS + 9);
}

static void
removal(void)
{
	put_removed(10, 19);
}

/* LMDB wants one environment a process, so another one writes. */
static bool
elsewhere(void (*write_events)(void))
{
	pid_t child = fork(), holder;
	int status = 1;

	if (child == 0) {
		if ((writer = log_writer_open(dir, &holder)) == NULL)
			_exit(1);
		write_events();
		status = log_writer_commit(writer) == 0 ? 0 : 1;
		log_writer_close(writer);
		_exit(status);
	}
	(void)waitpid(child, &status, 0);
	return status == 0;
}

static struct recording_state
state(const char *channel, const char *broadcast, uint64_t ended_us)
{
	struct recording_state s = {.since_us = 1, .ended_us = ended_us};

	(void)str_copy(s.channel, sizeof(s.channel), str_from(channel));
	(void)str_copy(s.broadcast, sizeof(s.broadcast), str_from(broadcast));
	return s;
}

static uint64_t
folded(void)
{
	uint64_t n, bytes;

	library_count(library, &n, &bytes);
	return n;
}

/* How many segments there are of S. */
static size_t
segments(const struct recording_state *s, bool as_live)
{
	struct recording *r = library_get(library, s, as_live);
	size_t n = r != NULL ? recording_broadcast(r)->track[0].segments : 0;

	recording_drop(&r);
	return n;
}

static void *
one_of_many(void *arg)
{
	return library_get(library, arg, false);
}

/* Of those who ask at once one folds it. */
static void
crowd(void)
{
	struct recording_state s = state("alice", "b1", 9);
	uint64_t before = folded();
	pthread_t thread[CROWD];
	void *got;

	for (int i = 0; i < CROWD; i++)
		OK(pthread_create(&thread[i], NULL, one_of_many, &s) == 0);
	for (int i = 0; i < CROWD; i++) {
		struct recording *r;

		OK(pthread_join(thread[i], &got) == 0);
		r = got;
		OK(r != NULL &&
		    recording_broadcast(r)->track[0].segments == SEGMENTS);
		recording_drop(&r);
	}
	OK(folded() == before + 1);
}

static void
goes_on(void)
{
	struct recording_state s = state("alice", "b2", 0);
	struct recording *r = library_get(library, &s, false);
	struct edition *e;
	struct buf text;

	buf_init(&text, 1 << 20);
	OK(r != NULL && !recording_broadcast(r)->ended);
	OK(elsewhere(more));
	/* Sooner or later, and at the end at once. */
	s.ended_us = 9;
	OK(segments(&s, false) == SEGMENTS + 10);
	/* Who holds what it was has it still. */
	e = recording_edition(r, "video", EDITION_EVENT);
	OK(e != NULL && media_text(e, EDITION_FULL, false, &text) == 0 &&
	    strstr((const char *)text.p, "/599.m4s\n") != NULL &&
	    strstr((const char *)text.p, "/600.m4s\n") == NULL &&
	    strstr((const char *)text.p, "#EXT-X-ENDLIST") == NULL);
	OK(recording_duration_us(r) == 600000000);
	recording_drop(&r);
	buf_fini(&text);
}

static void
forgets(void)
{
	struct recording_state s = state("alice", "b1", 9);
	struct blob *json = library_json(library, &s), *again;
	uint64_t before = folded();

	OK(segments(&s, false) == SEGMENTS && elsewhere(removal));
	OK((again = library_json(library, &s)) == json);
	blob_drop(&again);
	OK(folded() == before);
	library_forget(library, "b1");
	OK(segments(&s, false) == SEGMENTS - 10 && folded() == before + 1);
	again = library_json(library, &s);
	OK(again != NULL && again != json &&
	    strstr(again->byte, "\"duration\":590.0,") != NULL);
	blob_drop(&again);
	blob_drop(&json);
}

/* A channel's window ended with its broadcast; what is said later is not of
 * it. */
static void
as_it_was_live(void)
{
	struct recording_state s = state("bob", "w1", 0);
	struct recording *r;

	s.ended_us = 1700000000000000 + (uint64_t)4 * SEGMENTS * 1000000;
	r = library_get(library, &s, true);
	OK(r != NULL && recording_broadcast(r)->track[0].sequence == 540);
	recording_drop(&r);
	OK(segments(&s, false) == SEGMENTS);
	OK(segments(&s, true) == 60);
	/* Where nothing was said both are the same. */
	s = state("alice", "b3", 9);
	OK(segments(&s, false) == SEGMENTS);
	(void)folded();
	r = library_get(library, &s, true);
	OK(r != NULL && r == library_get(library, &s, false));
	recording_drop(&(struct recording *){r});
	recording_drop(&r);
}

/* There is room for a few: the others are folded again. */
static void
little_room(void)
{
	struct recording_state first = state("alice", "b1", 9);
	struct recording_state second = state("alice", "b2", 9);
	struct recording *held;
	uint64_t before, bytes;

	library_close(library);
	library = library_open(1, 0);
	OK(library_get(library, &first, false) == NULL && errno == EAGAIN);
	OK(library_attach(library, dir) == 0);
	held = library_get(library, &first, false);
	before = folded();
	OK(segments(&first, false) == SEGMENTS - 10 && folded() == before);
	OK(segments(&second, false) == SEGMENTS + 10);
	OK(recording_broadcast(held)->track[0].segments == SEGMENTS - 10);
	OK(segments(&first, false) == SEGMENTS - 10 && folded() == before + 2);
	library_count(library, &before, &bytes);
	OK(bytes > recording_bytes(held) && bytes < 2 * recording_bytes(held));
	recording_drop(&held);
}

int
main(void)
{
	struct recording_state none = state("alice", "none", 9);

	(void)tmp_make(dir);
	story_init(&story);
	OK(elsewhere(past));
	library = library_open(16 << 20, 0);
	OK(library_attach(library, dir) == 0);
	OK(library_get(library, &none, false) == NULL && errno == ENOENT);
	OK(library_json(library, &none) == NULL && errno == ENOENT);
	/* That there is nothing is remembered as well. */
	OK(folded() == 1);
	OK(library_get(library, &none, true) == NULL && errno == ENOENT);
	OK(folded() == 1);
	crowd();
	goes_on();
	forgets();
	as_it_was_live();
	little_room();
	library_close(library);
	story_fini(&story);
	tmp_remove(dir);
	return tap_done();
}
