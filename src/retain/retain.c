#include "retain.h"
#include "clock.h"
#include "err.h"
#include "plan.h"
#include "removal.h"
#include "sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MAX_TRIES = 8 };

struct run {
	const struct retain *ask;
	struct log *log;
	struct bus_client *bus; /* NULL: nothing is said */
	struct recordings all;
	struct report report;
	struct sweep sweep;
	bool *waits; /* of each recording: some of its files do */
};

/*
 * Have the log say what goes of B; R is as it is then.  0, or an exit code
 * after reporting.
 */
static int
say(struct run *r, const struct listed *b, struct stock *rec)
{
	int code = EXIT_TEMP, rc;

	for (int i = 0; i < MAX_TRIES; i++) {
		if (stock_fold(rec, r->log, b->broadcast) == -1) {
			/* A damaged block: what it hid may be a clip. */
			err_sys("read what the log says of %s", b->broadcast);
			return EXIT_TEMP;
		}
		if (rec->removed_us != 0 || plan_mark(rec, b) == 0)
			return 0;
		rc = removal_say(r->bus, rec, b, &r->report, &code);
		if (rc == -1) {
			stock_fini(rec);
			return code;
		}
		if (rc == 0 && r->bus == NULL)
			return 0;
		/* Done, or crossed by somebody: as it is now. */
		stock_fini(rec);
	}
	err_msg("%s changes all the time; say it again later", b->broadcast);
	return EXIT_TEMP;
}

/* Say what goes, and remove what may be removed already. */
static int
go_through(struct run *r)
{
	int rc = 0, n;

	for (size_t i = 0; i < r->all.n; i++) {
		const struct listed *b = &r->all.at[i];
		struct stock rec;
		int code = say(r, b, &rec);

		if (code != 0) {
			/* The others are not to wait for this one. */
			rc = code;
			if (code == EXIT_PERM)
				break;
			continue;
		}
		r->sweep.now_us = clock_real_us();
		n = sweep_recording(&r->sweep, &rec, b);
		r->waits[i] = n == 1;
		if (n == -1)
			rc = EXIT_TEMP;
		stock_fini(&rec);
	}
	return rc;
}

/* What waited for its grace. */
static int
finish(struct run *r)
{
	uint64_t now_us = clock_real_us(), left_us;
	int rc = 0;

	if (r->ask->dry_run || r->sweep.wait_until_us <= now_us)
		return 0;
	(void)fflush(stdout);
	/* Nobody's clock was set back by more than that. */
	left_us = r->sweep.wait_until_us - now_us;
	if (left_us > r->ask->grace_us)
		left_us = r->ask->grace_us;
	(void)nanosleep(&(struct timespec){(time_t)(left_us / 1000000),
			    (long)(left_us % 1000000) * 1000},
	    NULL);
	r->sweep.now_us = clock_real_us();
	for (size_t i = 0; i < r->all.n; i++) {
		struct stock rec;

		if (!r->waits[i])
			continue;
		if (stock_fold(&rec, r->log, r->all.at[i].broadcast) == -1) {
			err_sys("read what the log says of %s",
			    r->all.at[i].broadcast);
			rc = EXIT_TEMP;
			continue;
		}
		if (sweep_recording(&r->sweep, &rec, &r->all.at[i]) == -1)
			rc = EXIT_TEMP;
		stock_fini(&rec);
	}
	return rc;
}

static int
plan_and_go(struct run *r)
{
	int rc, later;

	if (plan_make(&r->all, &r->ask->rules, r->log, clock_real_us()) == -1) {
		err_sys("read the log");
		return EXIT_TEMP;
	}
	rc = go_through(r);
	report_sum(&r->report);
	later = finish(r);
	if (rc == 0)
		rc = later != 0 || r->sweep.failed > 0 ? EXIT_TEMP : 0;
	return rc;
}

static int
open_bus(struct run *r)
{
	if (r->ask->dry_run)
		return 0;
	if ((r->bus = bus_client_open(BUS_APPEND)) != NULL)
		return 0;
	err_sys("connect to weir-logd in WEIR_RUN");
	return -1;
}

int
retain_run(const struct retain *a)
{
	struct run r = {.ask = a};
	int rc = EXIT_TEMP;

	r.report = (struct report){.json = a->json, .dry_run = a->dry_run};
	r.sweep = (struct sweep){.dry_run = a->dry_run,
	    .grace_us = a->grace_us,
	    .report = &r.report};
	if ((r.log = log_open(a->log_dir)) == NULL) {
		err_sys("open the log in %s", a->log_dir);
		return errno == ENOENT ? EXIT_PERM : EXIT_TEMP;
	}
	r.sweep.media = open(a->media_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r.sweep.media == -1 && errno == ENOENT) {
		rc = 0; /* there was no broadcast yet */
		goto out;
	}
	if (r.sweep.media == -1) {
		err_sys("open the folder %s", a->media_dir);
		goto out;
	}
	if (recordings_list(&r.all, r.log, a->window_us) == -1 ||
	    (r.waits = calloc(r.all.n + 1, sizeof(*r.waits))) == NULL) {
		err_sys("list the recordings");
		goto out;
	}
	if (open_bus(&r) == 0)
		rc = plan_and_go(&r);
out:
	free(r.waits);
	recordings_fini(&r.all);
	bus_client_close(r.bus);
	if (r.sweep.media != -1)
		(void)close(r.sweep.media);
	log_close(r.log);
	return rc;
}
