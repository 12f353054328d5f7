#include "pace.h"

enum {
	LATE_US = 400000,      /* a picture of this age is late */
	EARLY_US = 250000,     /* with these there is time to spare */
	PATIENCE_US = 2000000, /* for so long they are late before it counts */
	AGAIN_US = 60000000,   /* failed so soon: it was not worth it */
	MAX_WAITS = 16         /* times restore_us */
};

void
pace_init(struct pace *p, size_t rungs, int64_t restore_us)
{
	*p = (struct pace){
	    .rungs = rungs, .restore_us = restore_us, .wait_us = restore_us};
}

static enum pace_step
drop(struct pace *p, int64_t now_us)
{
	bool again = p->restored_us != 0 && now_us - p->restored_us < AGAIN_US;

	if (again && p->wait_us < MAX_WAITS * p->restore_us)
		p->wait_us *= 2;
	else if (!again)
		p->wait_us = p->restore_us;
	p->dropped++;
	p->decided_us = now_us;
	/* What waits is worked off first. */
	p->late_since_us = 0;
	return PACE_DROP;
}

static enum pace_step
restore(struct pace *p, int64_t now_us)
{
	p->dropped--;
	p->decided_us = p->restored_us = now_us;
	return PACE_RESTORE;
}

enum pace_step
pace_step(struct pace *p, int64_t now_us, int64_t age_us)
{
	if (age_us < LATE_US)
		p->late_since_us = 0;
	else if (p->late_since_us == 0)
		p->late_since_us = now_us;
	if (age_us > EARLY_US)
		p->early_since_us = 0;
	else if (p->early_since_us == 0)
		p->early_since_us = now_us;

	if (p->dropped < p->rungs && p->late_since_us != 0 &&
	    now_us - p->late_since_us >= PATIENCE_US)
		return drop(p, now_us);
	if (p->dropped > 0 && p->early_since_us != 0 &&
	    now_us - p->early_since_us >= p->wait_us &&
	    now_us - p->decided_us >= p->wait_us)
		return restore(p, now_us);
	return PACE_KEEP;
}
