#include "alarm.h"
#include "clock.h"
#include "tap.h"

#include <poll.h>
#include <stdbool.h>

enum { N = 200, WAIT_MS = 30000 };

static int rung[N], order[N], count;

static void
ring(void *ctx)
{
	const int *i = ctx;

	rung[*i]++;
	order[count++] = *i;
}

/* Turn until WANTED alarms have rung. */
static void
turn(struct poller *p, int wanted)
{
	struct pollfd fd = {.fd = poller_fd(p), .events = POLLIN};

	while (count < wanted && poll(&fd, 1, WAIT_MS) == 1)
		(void)poller_turn(p);
}

int
main(void)
{
	struct poller *p = poller_open();
	struct alarms *all = alarms_open(p);
	static struct alarm a[N];
	static int name[N];
	uint64_t now_us = clock_mono_us();
	bool sorted = true, once = true;

	for (int i = 0; i < N; i++) {
		name[i] = i;
		a[i] = (struct alarm){.ring = ring, .ctx = &name[i]};
		/* In an order that is none. */
		OK(alarm_set(all, &a[i],
		       now_us + 1000 + (uint64_t)(i * 77 % N) * 100) == 0);
	}
	/* Each third is not wanted after all, the first is put off. */
	for (int i = 0; i < N; i += 3)
		alarm_unset(all, &a[i]);
	OK(alarm_set(all, &a[0], now_us + 50000) == 0);
	turn(p, N - (N + 2) / 3 + 1);
	OK(count == N - (N + 2) / 3 + 1);
	OK(order[count - 1] == 0);
	for (int i = 1; i < count; i++)
		sorted &= a[order[i]].at_us >= a[order[i - 1]].at_us;
	OK(sorted);
	for (int i = 0; i < N; i++)
		once &= rung[i] == (i % 3 != 0 || i == 0);
	OK(once);
	OK(clock_mono_us() >= now_us + 50000);

	/* What is past rings at once; what was unset twice does nothing. */
	alarm_unset(all, &a[0]);
	alarm_unset(all, &a[0]);
	OK(alarm_set(all, &a[1], 1) == 0);
	count = 0;
	turn(p, 1);
	OK(count == 1 && order[0] == 1);
	alarms_close(all);
	poller_close(p);
	return tap_done();
}
