#include "say.h"

#include "bus.h"
#include "clock.h"
#include "err.h"

#include <czmq.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { TURN_MS = 100 };

/*
 * An event on its way.  It is freed by the last of those that know it: who
 * waits for it, and the bus, which calls back once.
 */
struct job {
	struct job *next;
	struct say *say;
	struct buf bytes;
	struct say_answer answer;
	bool waited, done;
};

struct say {
	pthread_t thread;
	int wake;               /* an eventfd: there is a job, or it is over */
	struct bus_client *bus; /* the thread's */
	pthread_mutex_t lock;   /* guards what follows, and all jobs */
	pthread_cond_t answered;
	struct job *first, **last; /* not given to the bus yet */
	struct job *open;          /* with the bus, until it calls back */
	size_t waiting, opened;
	bool over;
};

static void
job_free(struct job *j)
{
	buf_fini(&j->bytes);
	free(j);
}

/* With the lock: J is answered, or never will be. */
static void
settle(struct job *j)
{
	j->done = true;
	if (j->waited)
		(void)pthread_cond_broadcast(&j->say->answered);
	else
		job_free(j);
}

static void
on_result(void *arg, size_t index, const struct bus_result *r)
{
	struct job *j = arg;
	struct say *s = j->say;

	(void)index;
	(void)pthread_mutex_lock(&s->lock);
	j->answer = (struct say_answer){
	    .version = r->version, .again = r->status == BUS_DUPLICATE};
	switch (r->status) {
	case BUS_STORED:
	case BUS_DUPLICATE:
		j->answer.end = SAY_STORED;
		break;
	case BUS_CONFLICT:
		j->answer.end = SAY_CONFLICT;
		break;
	case BUS_REFUSED:
		j->answer.end = SAY_REFUSED;
		(void)str_copy(j->answer.why, sizeof(j->answer.why), r->why);
		break;
	case BUS_BUSY: /* is said again by the bus */
		j->answer.end = SAY_AWAY;
		break;
	}
	for (struct job **at = &s->open; *at != NULL; at = &(*at)->next)
		if (*at == j) {
			*at = j->next;
			s->opened--;
			break;
		}
	settle(j);
	(void)pthread_mutex_unlock(&s->lock);
}

/* The next job for the bus, or NULL; one that nobody waits for is dropped. */
static struct job *
next_job(struct say *s)
{
	struct job *j;

	(void)pthread_mutex_lock(&s->lock);
	while ((j = s->first) != NULL) {
		if ((s->first = j->next) == NULL)
			s->last = &s->first;
		if (j->waited)
			break;
		job_free(j);
	}
	if (j != NULL) {
		j->next = s->open;
		s->open = j;
		s->opened++;
	}
	(void)pthread_mutex_unlock(&s->lock);
	return j;
}

static void
send_jobs(struct say *s)
{
	const struct bus_result none = {.status = BUS_BUSY};
	struct job *j;

	while ((j = next_job(s)) != NULL)
		if (bus_append(s->bus, buf_str(&j->bytes), on_result, j) == -1)
			on_result(j, 0, &none);
}

static bool
is_over(struct say *s)
{
	bool over;

	(void)pthread_mutex_lock(&s->lock);
	over = s->over;
	(void)pthread_mutex_unlock(&s->lock);
	return over;
}

static void *
run(void *arg)
{
	struct say *s = arg;
	zmq_pollitem_t item[2] = {
	    {.socket = zsock_resolve(bus_client_socket(s->bus)),
		.events = ZMQ_POLLIN},
	    {.fd = s->wake, .events = ZMQ_POLLIN}};
	uint64_t n;

	while (!is_over(s)) {
		/* The client says again what was not answered in time. */
		(void)zmq_poll(
		    item, 2, bus_unanswered(s->bus) > 0 ? TURN_MS : -1);
		if (item[1].revents & ZMQ_POLLIN)
			(void)!read(s->wake, &n, sizeof(n));
		send_jobs(s);
		bus_client_turn(s->bus);
	}
	return NULL;
}

/* The process's signals are for its first thread. */
static int
start(struct say *s)
{
	sigset_t all, before;
	int rc;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&s->thread, NULL, run, s);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

struct say *
say_open(void)
{
	struct say *s = calloc(1, sizeof(*s));
	pthread_condattr_t attr;

	if (s == NULL)
		return NULL;
	s->last = &s->first;
	if ((s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) == -1)
		goto free_say;
	if ((s->bus = bus_client_open(BUS_EDGE)) == NULL)
		goto close_wake;
	if ((errno = pthread_mutex_init(&s->lock, NULL)) != 0)
		goto close_bus;
	if ((errno = pthread_condattr_init(&attr)) != 0)
		goto destroy_lock;
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	errno = pthread_cond_init(&s->answered, &attr);
	(void)pthread_condattr_destroy(&attr);
	if (errno != 0)
		goto destroy_lock;
	if ((errno = start(s)) == 0)
		return s;
	(void)pthread_cond_destroy(&s->answered);
destroy_lock:
	(void)pthread_mutex_destroy(&s->lock);
close_bus:
	bus_client_close(s->bus);
close_wake:
	(void)close(s->wake);
free_say:
	free(s);
	return NULL;
}

static void
wake(struct say *s)
{
	const uint64_t one = 1;

	(void)!write(s->wake, &one, sizeof(one));
}

void
say_close(struct say *s)
{
	struct job *list[2];

	if (s == NULL)
		return;
	(void)pthread_mutex_lock(&s->lock);
	s->over = true;
	(void)pthread_mutex_unlock(&s->lock);
	wake(s);
	(void)pthread_join(s->thread, NULL);
	bus_client_close(s->bus);
	/* Those that answer requests have ended: nobody waits any more. */
	list[0] = s->first;
	list[1] = s->open;
	for (size_t i = 0; i < 2; i++)
		while (list[i] != NULL) {
			struct job *j = list[i];

			list[i] = j->next;
			job_free(j);
		}
	(void)pthread_cond_destroy(&s->answered);
	(void)pthread_mutex_destroy(&s->lock);
	(void)close(s->wake);
	free(s);
}

/* With the lock: wait until J is done or DEADLINE_MS have passed. */
static void
await(struct say *s, struct job *j, unsigned deadline_ms)
{
	uint64_t end_us = clock_mono_us() + (uint64_t)deadline_ms * 1000;
	const struct timespec end = {
	    (time_t)(end_us / 1000000), (long)(end_us % 1000000) * 1000};
	int rc = 0;

	while (!j->done && rc == 0)
		rc = pthread_cond_timedwait(&s->answered, &s->lock, &end);
}

int
say_append(struct say *s, const struct event *e, unsigned deadline_ms,
    struct say_answer *out)
{
	struct job *j;

	*out = (struct say_answer){.end = SAY_FULL};
	(void)pthread_mutex_lock(&s->lock);
	/* What the bus has and is not answered for is said again and again: it
	 * gets no more of that. */
	if (s->opened >= SAY_MAX_WAITING)
		out->end = SAY_AWAY;
	if (s->waiting == SAY_MAX_WAITING || s->opened >= SAY_MAX_WAITING ||
	    s->over) {
		(void)pthread_mutex_unlock(&s->lock);
		return 0;
	}
	s->waiting++;
	(void)pthread_mutex_unlock(&s->lock);
	if ((j = calloc(1, sizeof(*j))) != NULL) {
		j->say = s;
		j->waited = true;
		buf_init(&j->bytes, SAY_MAX_BYTES);
	}
	if (j == NULL || event_encode(e, &j->bytes) == -1) {
		int saved = errno;

		if (j != NULL)
			job_free(j);
		(void)pthread_mutex_lock(&s->lock);
		s->waiting--;
		(void)pthread_mutex_unlock(&s->lock);
		errno = saved;
		return -1;
	}
	(void)pthread_mutex_lock(&s->lock);
	*s->last = j;
	s->last = &j->next;
	wake(s);
	await(s, j, deadline_ms);
	s->waiting--;
	j->waited = false;
	*out = j->answer;
	if (j->done)
		job_free(j);
	else
		out->end = SAY_AWAY;
	(void)pthread_mutex_unlock(&s->lock);
	return 0;
}
