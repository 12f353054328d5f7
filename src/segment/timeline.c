#include "timeline.h"

static bool
near(int64_t us, int64_t from_us)
{
	return us <= from_us + TIMELINE_AHEAD_US &&
	       us >= from_us - TIMELINE_AHEAD_US;
}

enum timeline_step
timeline_map(struct timeline *tl, struct timeline_track *t, int64_t input_us,
    int64_t frame_us, int64_t *out_us)
{
	int64_t us = input_us + t->offset_us;
	enum timeline_step step = t->begun ? TIMELINE_FOLLOWS : TIMELINE_ON;
	bool again;

	if (t->resumed && us < t->last_us &&
	    us >= t->last_us - TIMELINE_AGAIN_US)
		t->last_us = us;
	t->resumed = false;

	/*
	 * On, as before; also after a pause, when the other tracks went on
	 * meanwhile and it comes back to where they are, now or earlier.
	 */
	if (t->begun && us >= t->last_us - TIMELINE_BACK_US &&
	    (us <= t->last_us + TIMELINE_AHEAD_US || near(us, tl->clock_us) ||
		us <= t->again_us)) {
		step = TIMELINE_ON;
		goto out;
	}
	if (!tl->begun) {
		tl->begun = true;
		tl->clock_us = TIMELINE_START_US;
		tl->offset_us = tl->clock_us - input_us;
	}
	/* Another track may have jumped there before this one. */
	us = input_us + tl->offset_us;
	again = !t->begun && us <= tl->again_us &&
		us >= tl->again_us - TIMELINE_AGAIN_US &&
		near(tl->clock_us, tl->again_us);
	if ((!near(us, tl->clock_us) && !again) ||
	    (t->begun && us < t->last_us - TIMELINE_BACK_US)) {
		us = tl->clock_us + frame_us;
		tl->offset_us = us - input_us;
		step = TIMELINE_JUMPS;
	}
	if (again)
		t->again_us = tl->again_us;
	t->begun = true;
	t->offset_us = tl->offset_us;
out:
	t->last_us = us;
	if (us > tl->clock_us)
		tl->clock_us = us;
	*out_us = us;
	return step;
}

void
timeline_resume(struct timeline *tl, struct timeline_track *t,
    int64_t offset_us, int64_t at_us)
{
	*t = (struct timeline_track){.begun = true,
	    .resumed = true,
	    .offset_us = offset_us,
	    .last_us = at_us,
	    .again_us = at_us};
	tl->begun = true;
	tl->offset_us = offset_us;
	if (at_us > tl->clock_us)
		tl->clock_us = tl->again_us = at_us;
}
