#include "target.h"
#include "backoff.h"
#include "clock.h"
#include "err.h"
#include "queue.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum {
	MICRO = 1000000,
	MS_US = 1000,
	/* So long at a time a thread waits for something to send. */
	LOOK_AGAIN_MS = 1000,
	/* A connection that lived for so long was a good one. */
	GOOD_US = 30 * MICRO,
	FIRST_MS = 1000,
	/* So long after a stop the system may keep a thread. */
	STOP_S = 3
};

struct target {
	const struct url *url;
	const struct target_limits *limits;
	struct queue *queue;
	pthread_t thread;
	bool joined;
	atomic_bool stop, sent;

	/* The thread's. */
	unsigned failures; /* one after the other */

	/* Of whoever puts. */
	uint64_t dropped, told_us;
};

/* How long to wait after the N-th failure in a row, from 1. */
static uint64_t
retry_us(const struct target *t, unsigned n)
{
	uint64_t max_us = (uint64_t)t->limits->retry_max_s * MICRO, random, us;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) == -1)
		random = clock_mono_us();
	us = backoff_us(n, FIRST_MS, random);
	return us < max_us ? us : max_us;
}

/* It does not work now, for WHY: wait a while.  False: all is over. */
static bool
retry(struct target *t, const char *what, const char *why)
{
	uint64_t us;

	queue_idle(t->queue);
	us = retry_us(t, ++t->failures);
	err_warn("%s: %s target=%s retry_ms=%" PRIu64, what, why, t->url->shown,
	    us / MS_US);
	return queue_sleep(t->queue, clock_mono_us() + us);
}

/* Send until that fails (-1 with WHY) or all is sent. */
static int
send_all(struct target *t, struct link *l, struct item **head,
    char why[LINK_WHY_SIZE])
{
	uint64_t deadline_us;
	bool over = false;
	struct item *i;
	int r = 0;

	while (r == 0 && !over) {
		deadline_us = clock_mono_us() + (uint64_t)LOOK_AGAIN_MS * MS_US;
		if ((i = queue_take(t->queue, deadline_us, &over)) == NULL)
			continue;
		r = link_put(l, i, why);
		if (i->kind == ITEM_HEAD) {
			/* The link looks at the newest. */
			item_drop(head);
			*head = i;
		} else {
			item_drop(&i);
		}
	}
	return r;
}

/* One connection.  False: all is over. */
static bool
serve(struct target *t)
{
	struct item *head = queue_head(t->queue);
	uint64_t began_us = clock_mono_us();
	char why[LINK_WHY_SIZE];
	struct link *l;
	int r;

	l = link_open(t->url, head, &t->limits->link, &t->stop, why);
	if (l == NULL) {
		item_drop(&head);
		return retry(t, "cannot send", why);
	}
	err_info("sending target=%s", t->url->shown);
	r = send_all(t, l, &head, why);
	link_close(l);
	item_drop(&head);
	if (r == 0) {
		atomic_store(&t->sent, true);
		return false;
	}
	if (clock_mono_us() - began_us > GOOD_US)
		t->failures = 0;
	return retry(t, "the connection was lost", why);
}

static void *
run(void *arg)
{
	struct target *t = arg;

	while (!atomic_load(&t->stop) && queue_ready(t->queue))
		if (!serve(t))
			break;
	return NULL;
}

struct target *
target_open(const struct url *u, const struct target_limits *limits)
{
	struct target *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->url = u;
	t->limits = limits;
	if ((t->queue = queue_open(limits->queue_max_bytes)) == NULL)
		goto free_target;
	if ((errno = pthread_create(&t->thread, NULL, run, t)) != 0)
		goto close_queue;
	return t;

close_queue:
	queue_close(t->queue);
free_target:
	free(t);
	return NULL;
}

void
target_put(struct target *t, struct item *i)
{
	uint64_t now_us;

	t->dropped += queue_put(t->queue, item_hold(i));
	if (t->dropped == 0)
		return;
	now_us = clock_mono_us();
	if (t->told_us != 0 && now_us - t->told_us < 10 * MICRO)
		return;
	err_warn("too slow: frames are dropped target=%s frames=%" PRIu64,
	    t->url->shown, t->dropped);
	t->told_us = now_us;
	t->dropped = 0;
}

void
target_end(struct target *t)
{
	queue_end(t->queue);
}

/* Join the thread until DEADLINE_US.  False: it did not end. */
static bool
join(struct target *t, uint64_t deadline_us)
{
	uint64_t us = clock_mono_us();
	struct timespec at;

	us = clock_real_us() + (deadline_us > us ? deadline_us - us : 0);
	at = (struct timespec){(time_t)(us / MICRO), (long)(us % MICRO * 1000)};
	t->joined = pthread_timedjoin_np(t->thread, NULL, &at) == 0;
	return t->joined;
}

void
target_wait(struct target *t, uint64_t deadline_us)
{
	if (join(t, deadline_us))
		return;
	atomic_store(&t->stop, true);
	err_warn("not all was taken in time target=%s", t->url->shown);
	(void)join(t, clock_mono_us() + (uint64_t)STOP_S * MICRO);
}

bool
target_sent(const struct target *t)
{
	return atomic_load(&t->sent);
}

void
target_close(struct target *t)
{
	/* What still runs is in the resolver, say: the process ends anyway. */
	if (t == NULL || !t->joined)
		return;
	queue_close(t->queue);
	free(t);
}
