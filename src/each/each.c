#include "each.h"
#include "clock.h"
#include "err.h"
#include "file.h"
#include "notify.h"
#include "runner.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SECOND_US = 1000 * 1000,
	ANSWERS_US = 2 * SECOND_US,
	REAP_US = 100 * 1000
};

/* What of our claims is not being worked on is anybody's. */
static void
release(struct runner *r)
{
	for (struct work *k = r->window.first; k != NULL; k = k->next)
		if (k->state == WORK_WAITING || k->state == WORK_CLAIMED)
			claim_release(r->claim, k);
}

/*
 * Have we the time to wait for what is still to come?  Commands get all of
 * it, the answers of a weir-logd that may be away only so much.
 */
static bool
draining(const struct runner *r, uint64_t *answers_us)
{
	const size_t *n = r->window.n;
	uint64_t now_us = clock_mono_us();

	if (now_us >= r->drain_us ||
	    r->hands.n + n[WORK_ENDING] + n[WORK_CLAIMING] == 0)
		return false;
	if (r->hands.n > 0)
		*answers_us = now_us + ANSWERS_US;
	return now_us < *answers_us;
}

/* Told to stop: finish what runs, as long as there is time.  0, or -1. */
static int
drain(struct runner *r)
{
	uint64_t end_us = clock_mono_us() + ANSWERS_US;

	(void)notify_send("STOPPING=1");
	r->drain_us = clock_mono_us() + r->each->drain_s * SECOND_US;
	while (draining(r, &end_us))
		if (runner_turn(r) == -1)
			return -1;
	if (r->hands.n > 0) {
		err_warn("killing what did not end in time commands=%zu",
		    r->hands.n);
		while (r->hands.n > 0) {
			hands_signal(&r->hands, SIGKILL);
			hands_reap(&r->hands, runner_ended, r);
			if (r->hands.n > 0)
				wake_wait(
				    &r->wake, clock_mono_us() + REAP_US, false);
		}
	}
	if (r->claim == NULL)
		return 0;
	release(r);
	end_us = clock_mono_us() + ANSWERS_US;
	while (claim_unanswered(r->claim) > 0 && clock_mono_us() < end_us) {
		wake_wait(&r->wake, end_us, false);
		claim_turn(r->claim);
	}
	return 0;
}

static int
run(struct runner *r)
{
	const struct ledger *d = r->ledger;
	int rc = EXIT_OK;

	while (!r->wake.stop && !runner_over(r))
		if (runner_turn(r) == -1)
			return r->claim != NULL &&
				       claim_refused(r->claim) != NULL
				   ? EXIT_PERM
				   : EXIT_TEMP;
	if (drain(r) == -1 ||
	    (ledger_dirty(r->ledger) && ledger_commit(r->ledger) == -1) ||
	    d->full)
		rc = EXIT_TEMP;
	runner_figures(r, UINT64_MAX);
	if (!r->each->once)
		err_info("stopped position=%" PRIu64 " handled=%" PRIu64
			 " failed=%" PRIu64 " dead=%" PRIu64
			 " damaged=%" PRIu64,
		    d->position, r->figures.handled, r->figures.failed,
		    r->figures.dead, r->figures.damaged);
	return rc;
}

/* The last part of the state's folder says who we are in WEIR_RUN. */
static const char *
id_of(const struct each *o)
{
	const char *slash = strrchr(o->dir, '/');

	return slash != NULL ? slash + 1 : o->dir;
}

/* Everything beside the lock.  0, or -1 after reporting. */
static int
open_parts(struct runner *r)
{
	const struct each *o = r->each;

	if (source_init(&r->source) == -1)
		return -1;
	if (window_init(&r->window, o->jobs == 1 && !o->claim) == -1 ||
	    wake_init(&r->wake, &o->match, o->claim) == -1 ||
	    hands_init(&r->hands, o, &r->window) == -1) {
		err_sys("start");
		return -1;
	}
	if (ledger_open(
		r->ledger, o->dir, &o->from, r->source.log, &r->window) == -1)
		return -1;
	if (r->ledger->start.known && o->from_given)
		err_info("goes on where it was, --from is for a new name "
			 "position=%" PRIu64,
		    r->ledger->position);
	source_start(&r->source, r->ledger->position);
	if (!o->claim)
		return 0;
	if ((r->claim = claim_open(o->name, r->ledger->start.worker, o->lease_s,
		 &r->window, runner_finished, r)) == NULL) {
		err_sys("reach weir-logd for claims");
		return -1;
	}
	r->wake.client = claim_socket(r->claim);
	return 0;
}

static void
close_parts(struct runner *r)
{
	hands_fini(&r->hands);
	claim_close(r->claim);
	wake_fini(&r->wake);
	ledger_close(r->ledger);
	source_fini(&r->source);
	window_fini(&r->window);
	figures_fini(&r->figures);
	free(r->ledger);
}

/* The state's lock, or -1 after reporting. */
static int
lock(const struct each *o)
{
	char path[PATH_MAX + 8];
	pid_t holder;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/lock", o->dir);
	if (file_mkdirs(o->dir, 0750) == -1) {
		err_sys("make directory %s", o->dir);
		return -1;
	}
	if ((fd = file_lock(path, &holder)) != -1)
		return fd;
	if (errno == EBUSY)
		err_msg("another weir-each (pid %ld) runs as %s", (long)holder,
		    id_of(o));
	else
		err_sys("lock %s", path);
	return -1;
}

int
each_run(const struct each *o)
{
	struct runner r = {.each = o, .wake = {.signals = -1}};
	int fd, rc = EXIT_TEMP;

	if (notify_init() == -1)
		err_warn("NOTIFY_FD: %s", strerror(errno));
	if ((fd = lock(o)) == -1)
		return EXIT_TEMP;
	if ((r.ledger = calloc(1, sizeof(*r.ledger))) == NULL) {
		err_sys("start");
		goto out;
	}
	figures_init(&r.figures, id_of(o));
	if (open_parts(&r) == 0) {
		if (notify_send("READY=1") == -1)
			err_warn("tell the supervisor: %s", strerror(errno));
		rc = run(&r);
	}
	close_parts(&r);
out:
	(void)close(fd);
	return rc;
}
