#include "gate.h"
#include "media.h"
#include "story.h"
#include "tap.h"
#include "wait.h"

#include <sys/eventfd.h>
#include <unistd.h>

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

/* Each edition turns the gate and rings the bell; the same one does not. */
static void
turns(struct edition *first, struct edition *second)
{
	int bell = eventfd(0, EFD_NONBLOCK);
	unsigned turn = gate_turn(gate);
	eventfd_t rings;

	gate_set(gate, first);
	OK(gate_turn(gate) == turn + 1);
	gate_bell(gate, bell);
	OK(eventfd_read(bell, &rings) == -1);
	gate_set(gate, second);
	OK(gate_turn(gate) == turn + 2);
	OK(eventfd_read(bell, &rings) == 0 && rings == 1);
	gate_set(gate, second);
	OK(gate_turn(gate) == turn + 2);
	OK(eventfd_read(bell, &rings) == -1);
	gate_bell(gate, -1);
	(void)close(bell);
}

static bool
is_second(const struct edition *e, const void *arg)
{
	return e == *(struct edition *const *)arg;
}

/* A request is parked until the edition is there that it waits for. */
static void
parks(struct edition *first, struct edition *second)
{
	struct wait_room room = {.most = 1};
	struct wait w = {.room = &room}, other = {.room = &room};
	struct exchange x = {.wait = &w}, y = {.wait = &other};
	struct edition *e;

	gate_set(gate, first);
	e = gate_now(gate);
	OK(wait_for(&x, gate, &e, 60000, is_second, &second, sizeof(second)) ==
	    WAIT_PARKED);
	OK(atomic_load(&room.waiting) == 1 && w.until_us != 0);
	OK(!wait_over(&w));
	OK(wait_for(&y, gate, &e, 60000, is_second, &second, sizeof(second)) ==
	    WAIT_FULL);
	gate_set(gate, second);
	OK(wait_over(&w));
	OK(wait_for(&x, gate, &e, 60000, is_second, &second, sizeof(second)) ==
	    WAIT_OVER);
	OK(e == second);
	wait_fini(&w);
	OK(atomic_load(&room.waiting) == 0);
	/* Too late, or nobody may any more. */
	edition_drop(&e);
	gate_set(gate, first);
	w.until_us = 1;
	OK(wait_for(&x, gate, &e, 60000, is_second, &second, sizeof(second)) ==
	    WAIT_LATE);
	atomic_store(&room.stopping, true);
	OK(wait_for(&y, gate, &e, 60000, is_second, &second, sizeof(second)) ==
	    WAIT_STOPPING);
	wait_fini(&w);
	wait_fini(&other);
	edition_drop(&e);
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
	OK(gate_now(gate) == NULL);
	turns(first, second);
	parks(first, second);
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
