#include "backoff.h"
#include "claim.h"
#include "clock.h"
#include "each.h"
#include "err.h"
#include "figures.h"
#include "file.h"
#include "hands.h"
#include "ledger.h"
#include "notify.h"
#include "source.h"
#include "wake.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum {
	SECOND_US = 1000 * 1000,
	AGAIN_US = 250 * 1000,
	RELEASE_US = 2 * SECOND_US,
	READ_STEP = 8192 /* events, before signals are looked at */
};

struct runner {
	const struct each *each;
	struct window window;
	struct ledger *ledger;
	struct hands hands;
	struct source source;
	struct claim *claim; /* NULL: the work is not shared */
	struct wake wake;
	struct figures figures;
	uint64_t drain_us;  /* mono: told to stop, and time until then */
	uint64_t again_us;  /* mono: look for what was put back */
	uint64_t second_us; /* mono: figures and watchdog */
	size_t agains;      /* put back, and in the window */
	bool broken;        /* what forbids to go on was reported */
};

/* K is done with, by us or by another worker. */
static void
finished(void *arg, struct work *k)
{
	struct runner *r = arg;

	if (ledger_handled(r->ledger, k) == -1) {
		err_sys("keep the dead letter of seq=%" PRIu64, k->seq);
		r->broken = true;
		return;
	}
	if (k->failed) {
		err_warn("gave up, see --dead seq=%" PRIu64 " tries=%" PRIu64
			 " reason=\"%s\"",
		    k->seq, k->tries, k->why);
		r->figures.dead++;
	} else {
		r->figures.handled++;
	}
	r->agains -= k->again;
	window_finish(&r->window, k);
}

/* K was handled here, or given up: tell the others first. */
static void
conclude(struct runner *r, struct work *k)
{
	if (r->claim != NULL)
		claim_end(r->claim, k);
	else
		finished(r, k);
}

/* Is standard output a pipe that nobody reads any more? */
static bool
output_gone(void)
{
	struct pollfd p = {.fd = STDOUT_FILENO};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLERR) != 0;
}

static void
failed(struct runner *r, struct work *k, bool for_good)
{
	uint64_t random = 0;

	k->tries++;
	r->figures.failed++;
	if (for_good || k->tries >= r->each->tries) {
		k->failed = true;
		conclude(r, k);
		return;
	}
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) == -1)
		random = clock_mono_us(); /* it need not be a secret */
	window_wait(&r->window, k, WORK_WAITING,
	    clock_mono_us() +
		backoff_us(k->tries, r->each->backoff_ms, random));
}

static void
ended(void *arg, struct work *k, const struct job_end *end)
{
	struct runner *r = arg;

	if (end->exited && end->code == EXIT_OK) {
		conclude(r, k);
	} else if (k->claim.lost) {
		k->claim.lost = false;
		window_set(&r->window, k, WORK_READY);
	} else if (r->drain_us > 0) {
		/* Its turn comes with the next start. */
		window_wait(&r->window, k, WORK_WAITING, UINT64_MAX);
	} else {
		job_describe(&k->job, end, k->why, sizeof(k->why));
		if (output_gone()) {
			/* Every event would fail, and none is to blame. */
			err_msg("nobody reads standard output any more");
			r->broken = true;
			return;
		}
		failed(r, k, end->exited && end->code == EXIT_PERM);
	}
}

/* Handle K, which is READY, or CLAIMED where work is shared. */
static void
handle(struct runner *r, struct work *k)
{
	if (k->tries >= r->each->tries) {
		(void)snprintf(
		    k->why, sizeof(k->why), "its workers died, or left it");
		k->failed = true;
		conclude(r, k);
	} else if (r->each->noop) {
		conclude(r, k);
	} else {
		hands_start(&r->hands, k);
	}
}

static void
start(struct runner *r)
{
	struct window *w = &r->window;
	struct work *next;

	/* The others' claims lie ahead: to read them is cheaper than to ask. */
	if (r->drain_us > 0 || r->ledger->full || w->n[WORK_READY] == 0 ||
	    (r->claim != NULL && !r->source.end && !window_full(w)))
		return;
	for (struct work *k = w->first; k != NULL && w->n[WORK_READY] > 0;
	     k = next) {
		next = k->next;
		if (w->n[WORK_RUNNING] + w->n[WORK_CLAIMING] +
			w->n[WORK_CLAIMED] >=
		    r->each->jobs)
			break;
		if (k->state != WORK_READY)
			continue;
		if (r->claim != NULL)
			claim_take(r->claim, k);
		else
			handle(r, k);
	}
}

static void
start_claimed(struct runner *r)
{
	struct work *next;

	for (struct work *k = r->window.first;
	     k != NULL && r->window.n[WORK_CLAIMED] > 0; k = next) {
		next = k->next;
		if (k->state != WORK_CLAIMED)
			continue;
		if (r->drain_us > 0)
			window_wait(&r->window, k, WORK_WAITING, UINT64_MAX);
		else
			handle(r, k);
	}
}

/* Leases and waits whose time has come. */
static void
tick(struct runner *r, uint64_t now_us)
{
	struct window *w = &r->window;
	struct work *next;

	if (now_us < w->wake_us)
		return;
	w->wake_us = UINT64_MAX;
	for (struct work *k = w->first; k != NULL; k = next) {
		uint64_t due_us = UINT64_MAX;

		next = k->next;
		if (k->state == WORK_FINISHED)
			continue;
		if (k->claim.lost && k->state != WORK_RUNNING) {
			k->claim.lost = false;
			if (k->state == WORK_WAITING ||
			    k->state == WORK_CLAIMED)
				window_set(w, k, WORK_READY);
		}
		if (k->state == WORK_WAITING || k->state == WORK_HELD) {
			if (now_us < k->due_us)
				due_us = k->due_us;
			else
				window_set(w, k,
				    k->claim.renew_us > 0 ? WORK_CLAIMED
							  : WORK_READY);
		}
		if (due_us < w->wake_us)
			w->wake_us = due_us;
		if (r->claim != NULL &&
		    (due_us = claim_renew(r->claim, k, now_us)) < w->wake_us)
			w->wake_us = due_us;
	}
}

/* Take what the log has by now, as far as there is room. */
static int
fill(struct runner *r)
{
	struct event e;
	struct str raw;
	int n = 1;

	for (int i = 0; i < READ_STEP && !window_full(&r->window); i++) {
		bool before;

		if ((n = source_next(&r->source, &e, &raw)) != 1)
			break;
		before = ledger_read(r->ledger, e.seq);
		if (r->claim != NULL && claim_hears(r->claim, &e))
			continue;
		if (before || !match_event(&r->each->match, &e))
			continue;
		if (r->each->noop && r->claim == NULL) {
			r->figures.handled++;
			ledger_passed(r->ledger, 1);
		} else if (window_add(&r->window, raw, false) == NULL) {
			err_sys("take the event seq=%" PRIu64, e.seq);
			return -1;
		}
	}
	r->figures.damaged = r->source.damaged;
	return n == -1 ? -1 : 0;
}

/* Take the dead letters that were put back. */
static int
fill_again(struct runner *r, uint64_t now_us)
{
	uint64_t seq[LEDGER_MAX_AGAIN];
	size_t n;

	if (now_us < r->again_us || r->agains > 0 || r->ledger->agains > 0)
		return 0;
	r->again_us = now_us + AGAIN_US;
	if (state_again(r->ledger->state, seq, LEDGER_MAX_AGAIN, &n) == -1) {
		err_sys("read the state");
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		struct str raw;
		int got = source_at(&r->source, seq[i], &raw);

		if (got == -1)
			return -1;
		if (got == 0) {
			err_warn("a dead letter is not in the log any more "
				 "seq=%" PRIu64,
			    seq[i]);
			ledger_gone(r->ledger, seq[i]);
		} else if (window_add(&r->window, raw, true) == NULL) {
			err_sys("take the event seq=%" PRIu64, seq[i]);
			return -1;
		} else {
			r->agains++;
		}
	}
	return 0;
}

static void
each_second(struct runner *r, uint64_t now_us)
{
	if (now_us < r->second_us)
		return;
	r->second_us = now_us + SECOND_US;
	r->figures.position = r->ledger->position;
	r->figures.scanned = r->ledger->scanned;
	figures_write(&r->figures);
	if (notify_watchdog_us() > 0)
		(void)notify_send("WATCHDOG=1");
	state_check_readers(r->ledger->state);
}

/* Everything that can be done is done. */
static bool
idle(const struct runner *r)
{
	const size_t *n = r->window.n;

	return r->source.end && r->hands.n == 0 &&
	       n[WORK_READY] + n[WORK_CLAIMING] + n[WORK_CLAIMED] +
		       n[WORK_ENDING] ==
		   0;
}

/* --once, and nothing is left. */
static bool
over(const struct runner *r)
{
	return r->each->once && r->source.end &&
	       r->window.len == r->window.n[WORK_FINISHED];
}

/* One round of everything.  0, or -1 after reporting. */
static int
turn(struct runner *r)
{
	uint64_t now_us = clock_mono_us(), until_us;

	hands_reap(&r->hands, ended, r);
	if (r->claim != NULL)
		claim_turn(r->claim);
	if (r->drain_us == 0 && (fill_again(r, now_us) == -1 || fill(r) == -1))
		return -1;
	tick(r, now_us);
	start(r);
	start_claimed(r);
	if (r->claim != NULL && claim_refused(r->claim) != NULL) {
		err_msg(
		    "weir-logd takes no claims: %s", claim_refused(r->claim));
		return -1;
	}
	if (r->broken || (now_us >= ledger_due(r->ledger, idle(r)) &&
			     ledger_commit(r->ledger) == -1))
		return -1;
	each_second(r, now_us);
	/* Work that needs no waiting for goes on at once. */
	until_us = 0;
	if (r->drain_us > 0 || r->source.end || window_full(&r->window)) {
		uint64_t due_us[] = {r->window.wake_us,
		    hands_tick(&r->hands, now_us),
		    ledger_due(r->ledger, idle(r)),
		    r->drain_us > 0 ? r->drain_us : UINT64_MAX};

		until_us = UINT64_MAX;
		for (size_t i = 0; i < sizeof(due_us) / sizeof(due_us[0]); i++)
			if (due_us[i] < until_us)
				until_us = due_us[i];
	}
	if (r->each->noop && r->window.n[WORK_READY] > 0 && r->claim == NULL)
		until_us = 0;
	wake_wait(
	    &r->wake, until_us, r->drain_us == 0 && !window_full(&r->window));
	return 0;
}

/* What of our claims is not being worked on is anybody's. */
static void
release(struct runner *r)
{
	for (struct work *k = r->window.first; k != NULL; k = k->next)
		if (k->state == WORK_WAITING || k->state == WORK_CLAIMED)
			claim_release(r->claim, k);
}

static bool
drained(const struct runner *r)
{
	return r->hands.n == 0 && r->window.n[WORK_ENDING] == 0 &&
	       r->window.n[WORK_CLAIMING] == 0;
}

/* Told to stop: finish what runs, as long as there is time.  0, or -1. */
static int
drain(struct runner *r)
{
	uint64_t end_us;

	(void)notify_send("STOPPING=1");
	r->drain_us = clock_mono_us() + r->each->drain_s * SECOND_US;
	while (!drained(r) && clock_mono_us() < r->drain_us)
		if (turn(r) == -1)
			return -1;
	if (r->hands.n > 0) {
		err_warn("killing what did not end in time commands=%zu",
		    r->hands.n);
		while (r->hands.n > 0) {
			hands_signal(&r->hands, SIGKILL);
			hands_reap(&r->hands, ended, r);
			if (r->hands.n > 0)
				wake_wait(&r->wake, clock_mono_us() + AGAIN_US,
				    false);
		}
	}
	if (r->claim == NULL)
		return 0;
	release(r);
	end_us = clock_mono_us() + RELEASE_US;
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

	while (!r->wake.stop && !over(r))
		if (turn(r) == -1)
			return r->claim != NULL &&
				       claim_refused(r->claim) != NULL
				   ? EXIT_PERM
				   : EXIT_TEMP;
	if (drain(r) == -1 ||
	    (ledger_dirty(r->ledger) && ledger_commit(r->ledger) == -1) ||
	    d->full)
		rc = EXIT_TEMP;
	each_second(r, UINT64_MAX);
	err_info("stopped position=%" PRIu64 " handled=%" PRIu64
		 " failed=%" PRIu64 " dead=%" PRIu64 " damaged=%" PRIu64,
	    d->position, r->figures.handled, r->figures.failed, r->figures.dead,
	    r->figures.damaged);
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
		 &r->window, finished, r)) == NULL) {
		err_sys("start");
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
