#include "gate.h"
#include "media.h"
#include "story.h"
#include "tap.h"

#include <pthread.h>

enum { READERS = 16 };

static struct story story;
static struct buf text;
static struct gate *gate;

/* An edition of a broadcast that has segment 0 alone. */
static struct edition *
edition(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));
	struct SegmentReady s = story_a_segment("b1", "video", 0);
	struct edition *e = NULL;

	if (broadcast_apply(b, story_track(&story, "b1", "video", 1, 1000000),
		60000000) == 0 &&
	    broadcast_apply(b, story_segment(&story, &s), 60000000) == 0)
		e = edition_make(b, &b->track[0], EDITION_LIVE);
	broadcast_close(b);
	return e;
}

static void *
reader(void *seen)
{
	return gate_wait(gate, seen, 60000);
}

/* All that wait for another edition than FIRST get the very same one. */
static void
one_for_all(struct edition *first, struct edition *second)
{
	pthread_t thread[READERS];
	void *got;

	for (int i = 0; i < READERS; i++)
		OK(pthread_create(&thread[i], NULL, reader, first) == 0);
	gate_set(gate, second);
	for (int i = 0; i < READERS; i++) {
		struct edition *e;

		OK(pthread_join(thread[i], &got) == 0);
		e = got;
		OK(e == second);
		edition_drop(&e);
	}
}

int
main(void)
{
	struct edition *first, *second, *e;
	struct gate *held;

	story_init(&story);
	buf_init(&text, 1 << 20);
	first = edition();
	second = edition();
	gate = gate_open();
	OK(gate != NULL && first != NULL && second != NULL);
	OK(gate_now(gate) == NULL && gate_wait(gate, NULL, 1) == NULL);
	one_for_all(NULL, first);
	one_for_all(first, second);
	/* Nothing new: it is what was seen, after the wait. */
	e = gate_wait(gate, second, 1);
	OK(e == second);
	edition_drop(&e);
	/* What a reader holds outlives the gate. */
	held = gate_hold(gate);
	gate_drop(&gate);
	e = gate_now(held);
	gate_drop(&held);
	edition_drop(&second);
	OK(media_text(e, EDITION_FULL, false, &text) == 0 &&
	    strstr((const char *)text.p, "/media/b1/video/0.m4s\n") != NULL);
	edition_drop(&e);
	edition_drop(&first);
	buf_fini(&text);
	story_fini(&story);
	return tap_done();
}
