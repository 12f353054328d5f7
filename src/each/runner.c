#include "runner.h"
#include "backoff.h"
#include "clock.h"
#include "err.h"
#include "notify.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum {
	SECOND_US = 1000 * 1000,
	AGAIN_US = 250 * 1000,
	READ_STEP = 8192 /* events, before signals are looked at */
};

void
runner_finished(void *arg, struct work *k)
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
		runner_finished(r, k);
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

void
runner_ended(void *arg, struct work *k, const struct job_end *end)
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

void
runner_figures(struct runner *r, uint64_t now_us)
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

bool
runner_over(const struct runner *r)
{
	return r->each->once && r->source.end &&
	       r->window.len == r->window.n[WORK_FINISHED];
}

/* When there will be something to do that no signal and no socket tells. */
static uint64_t
next_turn(struct runner *r, uint64_t now_us)
{
	const uint64_t due_us[] = {
	    hands_tick(&r->hands, now_us),
	    r->window.wake_us,
	    ledger_due(r->ledger, idle(r)),
	    r->drain_us > 0 ? r->drain_us : UINT64_MAX,
	};
	uint64_t next_us = UINT64_MAX;

	if (r->drain_us == 0 && !r->source.end && !window_full(&r->window))
		return 0; /* the log has more, and there is room */
	for (size_t i = 0; i < sizeof(due_us) / sizeof(due_us[0]); i++)
		if (due_us[i] < next_us)
			next_us = due_us[i];
	return next_us;
}

int
runner_turn(struct runner *r)
{
	uint64_t now_us = clock_mono_us();

	hands_reap(&r->hands, runner_ended, r);
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
	runner_figures(r, now_us);
	wake_wait(&r->wake, next_turn(r, now_us),
	    r->drain_us == 0 && !window_full(&r->window));
	return 0;
}
