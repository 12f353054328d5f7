#include "wait.h"

#include "clock.h"

#include <assert.h>
#include <string.h>

/* A place among those that wait, which it keeps until it is answered. */
static bool
enter(struct wait *w)
{
	if (w->counted)
		return true;
	if (atomic_fetch_add(&w->room->waiting, 1) >= w->room->most) {
		atomic_fetch_sub(&w->room->waiting, 1);
		return false;
	}
	return w->counted = true;
}

enum wait_end
wait_for(struct exchange *x, struct gate *g, struct edition **e,
    unsigned limit_ms, wait_fn *fn, const void *arg, size_t size)
{
	struct wait *w = x->wait;
	unsigned turn;

	assert(size <= WAIT_MAX_ARG);
	if (*e != NULL && fn(*e, arg))
		return WAIT_OVER;
	/* Whatever is put there from now on turns the gate again. */
	turn = gate_turn(g);
	edition_drop(e);
	*e = gate_now(g);
	if (*e != NULL && fn(*e, arg))
		return WAIT_OVER;
	if (atomic_load(&w->room->stopping))
		return WAIT_STOPPING;
	if (w->until_us == 0)
		w->until_us = clock_mono_us() + (uint64_t)limit_ms * 1000;
	else if (clock_mono_us() >= w->until_us)
		return WAIT_LATE;
	if (!enter(w))
		return WAIT_FULL;
	gate_drop(&w->gate);
	w->gate = gate_hold(g);
	w->turn = turn;
	w->fn = fn;
	memcpy(w->arg, arg, size);
	w->parked = true;
	return WAIT_PARKED;
}

void
wait_anew(struct exchange *x)
{
	if (x->wait != NULL)
		x->wait->until_us = 0;
}

bool
wait_over(struct wait *w)
{
	unsigned turn = gate_turn(w->gate);
	struct edition *e;
	bool over;

	if (turn == w->turn)
		return false;
	e = gate_now(w->gate);
	over = e != NULL && w->fn(e, w->arg);
	edition_drop(&e);
	w->turn = turn;
	return over;
}

void
wait_fini(struct wait *w)
{
	gate_drop(&w->gate);
	if (w->counted)
		atomic_fetch_sub(&w->room->waiting, 1);
	*w = (struct wait){.room = w->room};
}
