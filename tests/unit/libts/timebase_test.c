#include "tap.h"
#include "timebase.h"

enum { SECOND = 90000 };
static const int64_t turn = INT64_C(1) << 33;

int
main(void)
{
	struct timebase b = {.epoch = 0};
	struct timebase_track v = {.epoch = 0}, a = {.epoch = 0};
	bool jumped;

	/* Up to the wrap and over it, each track for itself. */
	OK(timebase_map(&b, &v, turn - SECOND, &jumped) == turn - SECOND);
	OK(!jumped);
	OK(timebase_map(&b, &a, turn - SECOND / 2, &jumped) ==
	    turn - SECOND / 2);
	OK(!jumped);
	OK(timebase_map(&b, &v, SECOND, &jumped) == turn + SECOND && !jumped);
	OK(timebase_map(&b, &a, 0, &jumped) == turn && !jumped);
	OK(timebase_near(turn - 1, turn + 5) == turn - 1);
	OK(b.jumps == 0);

	/* A pause of one track is none of the other. */
	for (int64_t s = 2; s < 60; s += 2)
		OK(timebase_map(&b, &v, s * SECOND, &jumped) ==
			turn + s * SECOND &&
		    !jumped);
	OK(timebase_map(&b, &a, 57 * SECOND, &jumped) == turn + 57 * SECOND);
	OK(!jumped && b.jumps == 0);

	/* The clock is set back: both go, each in its time, and stay in step.
	 */
	OK(timebase_map(&b, &v, 5 * SECOND, &jumped) == 5 * SECOND && jumped);
	OK(timebase_map(&b, &a, 58 * SECOND, &jumped) == turn + 58 * SECOND);
	OK(!jumped);
	OK(timebase_map(&b, &a, 5 * SECOND + 7, &jumped) == 5 * SECOND + 7);
	OK(jumped && b.jumps == 1);

	/* A step back that is short is none; nothing goes below 0. */
	OK(timebase_map(&b, &v, 5 * SECOND - 9, &jumped) == 5 * SECOND - 9);
	OK(!jumped);
	b = (struct timebase){.epoch = 0};
	v = a = (struct timebase_track){.epoch = 0};
	OK(timebase_map(&b, &v, 10, &jumped) == turn + 10);
	OK(timebase_map(&b, &a, turn - 10, &jumped) == turn - 10 && !jumped);

	/* Where it was announced, a step ahead of a second is a new clock. */
	OK(timebase_map(&b, &v, SECOND, &jumped) == turn + SECOND && !jumped);
	timebase_told(&b);
	OK(timebase_map(&b, &v, 3 * SECOND, &jumped) == 3 * SECOND && jumped);
	OK(timebase_map(&b, &a, 3 * SECOND, &jumped) == 3 * SECOND && jumped);
	return tap_done();
}
