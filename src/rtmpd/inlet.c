#include "inlet.h"
#include "clock.h"

#include <sys/socket.h>

enum {
	/*
	 * A frame that is found there came before we looked, nobody knows how
	 * long: look a little sooner the next time, and a smaller step later
	 * when we had to wait, so that one in four is there already.
	 */
	SOONER_US = 600,
	LATER_US = 200,
	FAR_US = 20000, /* off by more, it is another rhythm */
	NAP_US = 1000   /* a shorter sleep is none */
};

/* So many bytes are to wake us. */
static void
low_water(struct inlet *in, bool asleep)
{
	int bytes = asleep ? INLET_SLEEP_BYTES : 1;

	if (in->asleep == asleep)
		return;
	/* Where it does not work, we only wake up more often. */
	(void)setsockopt(
	    in->item.fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof(bytes));
	in->asleep = asleep;
}

static void
on_alarm(void *ctx)
{
	struct inlet *in = ctx;

	in->ready(in->ctx, EPOLLIN);
}

int
inlet_open(struct inlet *in, struct poller *poller, struct alarms *alarms,
    int fd, void (*ready)(void *ctx, uint32_t events), void *ctx)
{
	*in = (struct inlet){.poller = poller,
	    .alarms = alarms,
	    .item = {fd, ready, ctx},
	    .alarm = {.ring = on_alarm, .ctx = in},
	    .events = EPOLLIN,
	    .ready = ready,
	    .ctx = ctx};
	return poller_add(poller, &in->item, EPOLLIN);
}

void
inlet_close(struct inlet *in)
{
	alarm_unset(in->alarms, &in->alarm);
	poller_del(in->poller, &in->item);
}

void
inlet_want(struct inlet *in, uint32_t events)
{
	if (in->events == events)
		return;
	if (poller_mod(in->poller, &in->item, events) == 0)
		in->events = events;
}

void
inlet_wake(struct inlet *in)
{
	alarm_unset(in->alarms, &in->alarm);
	in->expecting = in->awake_for = in->known = false;
	low_water(in, false);
}

void
inlet_again(struct inlet *in)
{
	(void)alarm_set(in->alarms, &in->alarm, clock_mono_us());
}

static void
sleep_until(struct inlet *in, uint64_t now_us, int64_t at_us)
{
	int64_t most_us = (int64_t)now_us + INLET_SLEEP_MAX_US;
	bool asleep;

	if (at_us > most_us)
		at_us = most_us;
	asleep = at_us > (int64_t)now_us + NAP_US &&
		 alarm_set(in->alarms, &in->alarm, (uint64_t)at_us) == 0;

	if (!asleep)
		alarm_unset(in->alarms, &in->alarm);
	in->awake_for = !asleep;
	low_water(in, asleep);
}

/*
 * The frame that was awaited is there: learn when to look for the next one.
 * What has come behind it came no later than now, either.
 */
static void
learn(struct inlet *in, int64_t last_us, int64_t now_us)
{
	int64_t newest_us = last_us > in->awaited_us ? last_us : in->awaited_us;
	int64_t off_us = now_us - newest_us - in->offset_us;

	if (!in->known || off_us < 0 || off_us > FAR_US)
		in->offset_us += off_us;
	else if (!in->awake_for)
		in->offset_us -= SOONER_US;
	else
		in->offset_us += off_us < LATER_US ? off_us : LATER_US;
	in->known = true;
}

bool
inlet_sleep(struct inlet *in, const struct beat *beat, int64_t pace_us)
{
	uint64_t now_us = clock_mono_us();
	int64_t next_us;

	if (in->expecting && beat_reached(beat, in->awaited_us)) {
		learn(in, beat->last_us, (int64_t)now_us);
	} else if (in->expecting && in->known) {
		int64_t due_us = in->awaited_us + in->offset_us;

		/* Much to read woke us; or it is not there yet. */
		if (in->asleep && (int64_t)now_us < due_us) {
			sleep_until(in, now_us, due_us);
			return true;
		}
		if ((int64_t)now_us < due_us + INLET_LATE_US) {
			low_water(in, false);
			in->awake_for = true;
			(void)alarm_set(in->alarms, &in->alarm,
			    (uint64_t)(due_us + INLET_LATE_US));
			return false;
		}
		in->known = false;
	}
	in->expecting = beat_next(beat, &next_us);
	if (!in->expecting) {
		in->known = false;
		/* All at the same instants: that is fewer turns. */
		if (pace_us > 0)
			pace_us -= (int64_t)now_us % pace_us;
		sleep_until(in, now_us, (int64_t)now_us + pace_us);
		return true;
	}
	in->awaited_us = next_us;
	if (in->known) {
		sleep_until(in, now_us, next_us + in->offset_us);
	} else {
		/* Nothing is known yet of when they come. */
		alarm_unset(in->alarms, &in->alarm);
		in->awake_for = true;
		low_water(in, false);
	}
	return true;
}
