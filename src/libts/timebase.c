#include "timebase.h"

static const int64_t turn = INT64_C(1) << 33;

void
timebase_told(struct timebase *b)
{
	b->told++;
}

int64_t
timebase_near(int64_t raw, int64_t near)
{
	int64_t d = (raw - near) & (turn - 1);

	return near + (d >= turn / 2 ? d - turn : d);
}

int64_t
timebase_map(
    struct timebase *b, struct timebase_track *t, int64_t raw, bool *jumped)
{
	bool known = t->epoch != 0, told = t->told != b->told;
	int64_t v = timebase_near(raw, t->last);

	*jumped = false;
	t->told = b->told;
	if (known && v >= 0 && v >= t->last - TIMEBASE_BACK &&
	    v <= t->last + (told ? TIMEBASE_TOLD_AHEAD : TIMEBASE_AHEAD))
		goto out;
	/* It paused; or another track is where this one goes, or begins. */
	v = timebase_near(raw, b->now);
	if (b->epoch != 0 && v >= 0 && v >= b->now - TIMEBASE_AHEAD &&
	    v <= b->now + TIMEBASE_AHEAD &&
	    (t->epoch != b->epoch || (v > t->last && !told))) {
		*jumped = known && t->epoch != b->epoch;
		t->epoch = b->epoch;
		goto out;
	}
	/* Near 0 there must be room for what belongs before it. */
	v = raw < TIMEBASE_AHEAD / 10 ? raw + turn : raw;
	b->jumps += known;
	b->now = v;
	t->epoch = ++b->epoch;
	*jumped = known;
out:
	t->last = v;
	if (t->epoch == b->epoch && v > b->now)
		b->now = v;
	return v;
}
