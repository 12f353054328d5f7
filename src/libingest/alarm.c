#include "alarm.h"
#include "clock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { MICRO = 1000000, NANO_PER_MICRO = 1000, FIRST_CAP = 64 };

/* A heap: each is due no later than the two at twice its place. */
struct alarms {
	struct poller *poller;
	struct poller_item item; /* the kernel's timer */
	struct alarm **heap;     /* from place 1 on */
	size_t n, cap;
	uint64_t armed_us; /* what the timer is set to; 0: to nothing */
};

static void
put(struct alarms *all, size_t place, struct alarm *a)
{
	all->heap[place] = a;
	a->place = place;
}

/* Put A, due at PLACE or farther up. */
static void
rise(struct alarms *all, size_t place, struct alarm *a)
{
	for (; place > 1 && all->heap[place / 2]->at_us > a->at_us; place /= 2)
		put(all, place, all->heap[place / 2]);
	put(all, place, a);
}

/* Put A, due at PLACE or farther down. */
static void
sink(struct alarms *all, size_t place, struct alarm *a)
{
	for (size_t child; (child = 2 * place) <= all->n; place = child) {
		if (child < all->n &&
		    all->heap[child + 1]->at_us < all->heap[child]->at_us)
			child++;
		if (all->heap[child]->at_us >= a->at_us)
			break;
		put(all, place, all->heap[child]);
	}
	put(all, place, a);
}

/* Have the timer go off for the first of all; early is no harm. */
static void
arm(struct alarms *all)
{
	uint64_t at_us = all->n > 0 ? all->heap[1]->at_us : 0;
	struct itimerspec t = {
	    .it_value = {.tv_sec = (time_t)(at_us / MICRO),
		.tv_nsec = (long)(at_us % MICRO) * NANO_PER_MICRO}};

	if (timerfd_settime(all->item.fd, TFD_TIMER_ABSTIME, &t, NULL) == 0)
		all->armed_us = at_us;
}

static void
on_ready(void *ctx, uint32_t events)
{
	struct alarms *all = ctx;
	uint64_t now_us = clock_mono_us();

	(void)events;
	/* Setting the timer also takes back that it is ready. */
	all->armed_us = now_us;
	while (all->n > 0 && all->heap[1]->at_us <= now_us) {
		struct alarm *a = all->heap[1];

		alarm_unset(all, a);
		a->ring(a->ctx);
	}
	arm(all);
}

struct alarms *
alarms_open(struct poller *poller)
{
	struct alarms *all = calloc(1, sizeof(*all));
	int saved;

	if (all == NULL)
		return NULL;
	all->poller = poller;
	all->item = (struct poller_item){
	    timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC),
	    on_ready, all};
	if (all->item.fd == -1)
		goto free_alarms;
	if (poller_add(poller, &all->item, EPOLLIN) == 0)
		return all;
	saved = errno;
	(void)close(all->item.fd);
	errno = saved;
free_alarms:
	free(all);
	return NULL;
}

void
alarms_close(struct alarms *all)
{
	if (all == NULL)
		return;
	poller_del(all->poller, &all->item);
	(void)close(all->item.fd);
	free(all->heap);
	free(all);
}

static int
make_room(struct alarms *all)
{
	size_t cap = all->cap > 0 ? 2 * all->cap : FIRST_CAP;
	struct alarm **heap;

	/* Place 0 is nobody's. */
	if (all->n + 1 < all->cap)
		return 0;
	if ((heap = reallocarray(all->heap, cap, sizeof(*heap))) == NULL)
		return -1;
	all->heap = heap;
	all->cap = cap;
	return 0;
}

int
alarm_set(struct alarms *all, struct alarm *a, uint64_t at_us)
{
	alarm_unset(all, a);
	if (make_room(all) == -1)
		return -1;
	a->at_us = at_us;
	rise(all, ++all->n, a);
	if (all->armed_us == 0 || at_us < all->armed_us)
		arm(all);
	return 0;
}

void
alarm_unset(struct alarms *all, struct alarm *a)
{
	size_t place = a->place;
	struct alarm *last;

	if (place == 0)
		return;
	a->place = 0;
	last = all->heap[all->n--];
	if (last == a)
		return;
	if (place > 1 && all->heap[place / 2]->at_us > last->at_us)
		rise(all, place, last);
	else
		sink(all, place, last);
}
