#include "tap.h"
#include "work.h"

#include <stdio.h>
#include <string.h>

/* Add event SEQ of SUBJECT. */
static struct work *
add(struct window *w, uint64_t seq, const char *subject, bool again)
{
	struct event e = {.seq = seq,
	    .version = 1,
	    .time_us = 1,
	    .expect = EVENT_ANY,
	    .source = STR("t"),
	    .type_name = STR("NoteWritten"),
	    .data = STR("\x80")};
	char id[16];
	struct work *k;
	struct buf b;

	(void)snprintf(id, sizeof(id), "id-%u", (unsigned)seq);
	e.id = str_from(id);
	e.subject = str_from(subject);
	buf_init(&b, EVENT_MAX);
	k = event_encode(&e, &b) == 0 ? window_add(w, buf_str(&b), again)
				      : NULL;
	buf_fini(&b);
	return k;
}

static void
test_lanes(void)
{
	struct window w;
	struct work *a1, *b1, *a2, *a3;

	OK(window_init(&w, false) == 0);
	a1 = add(&w, 1, "a", false);
	b1 = add(&w, 2, "b", false);
	a2 = add(&w, 3, "a", false);
	OK(a1->state == WORK_READY && b1->state == WORK_READY);
	OK(a2->state == WORK_QUEUED);
	OK(w.n[WORK_READY] == 2 && w.n[WORK_QUEUED] == 1);
	OK(window_position(&w, 3) == 0);

	/* The second one first: the position waits for the first. */
	window_finish(&w, b1);
	OK(window_position(&w, 3) == 0 && w.len == 3);
	window_finish(&w, a1);
	OK(a2->state == WORK_READY);
	OK(window_position(&w, 3) == 2 && w.len == 1);

	/* A lane goes on behind its last one, and anew when it was empty. */
	a3 = add(&w, 4, "a", false);
	OK(a3->state == WORK_QUEUED);
	window_finish(&w, a2);
	OK(a3->state == WORK_READY);
	window_finish(&w, a3);
	OK(window_position(&w, 9) == 9 && w.len == 0 && w.bytes == 0);
	OK(add(&w, 10, "a", false)->state == WORK_READY);
	OK(add(&w, 11, "b", false)->state == WORK_READY);
	window_fini(&w);
}

static void
test_one_lane(void)
{
	struct window w;
	struct work *a, *b;

	OK(window_init(&w, true) == 0);
	a = add(&w, 1, "a", false);
	b = add(&w, 2, "b", false);
	OK(a->state == WORK_READY && b->state == WORK_QUEUED);
	window_set(&w, a, WORK_RUNNING);
	OK(w.n[WORK_RUNNING] == 1 && w.n[WORK_READY] == 0);
	window_wait(&w, a, WORK_WAITING, 500);
	OK(w.wake_us == 500 && b->state == WORK_QUEUED);
	window_finish(&w, a);
	OK(b->state == WORK_READY);
	window_fini(&w);
}

/* Those that were put back stand before the others and hold no position. */
static void
test_again(void)
{
	struct window w;
	struct work *k, *x, *y;

	OK(window_init(&w, false) == 0);
	k = add(&w, 50, "a", false);
	x = add(&w, 7, "x", true);
	y = add(&w, 8, "a", true);
	OK(w.first == x && x->next == y && y->next == k && w.last == k);
	OK(y->state == WORK_QUEUED);
	OK(window_position(&w, 60) == 49);
	window_finish(&w, k);
	OK(y->state == WORK_READY);
	OK(window_position(&w, 60) == 60 && w.len == 2);
	window_finish(&w, x);
	window_finish(&w, y);
	OK(window_position(&w, 60) == 60 && w.len == 0);
	window_fini(&w);
}

static void
test_find(void)
{
	struct window w;
	struct work *a, *b;

	OK(window_init(&w, false) == 0);
	a = add(&w, 1, "a", false);
	b = add(&w, 2, "a", false);
	OK(window_find(&w, STR("id-1")) == a &&
	    window_find(&w, STR("id-2")) == b);
	window_finish(&w, a);
	OK(window_find(&w, STR("id-1")) == NULL);
	OK(window_find(&w, STR("id-2")) == b);
	for (uint64_t seq = 3; !window_full(&w); seq++)
		if (add(&w, seq, "c", false) == NULL)
			break;
	OK(w.len == WINDOW_MAX);
	window_fini(&w);
}

int
main(void)
{
	test_lanes();
	test_one_lane();
	test_again();
	test_find();
	return tap_done();
}
