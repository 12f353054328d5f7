#include "daemon.h"
#include "conf.h"
#include "err.h"
#include "file.h"
#include "metrics.h"
#include "notify.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { METRICS_PERIOD_MS = 1000, DRAIN_PERIOD_MS = 20 };

/* How the daemon stands; says what the loop's end means. */
enum phase {
	SERVING, /* the loop's end is a fault */
	DRAINING,
	DONE, /* drained */
	LATE, /* the drain limit passed */
};

struct daemon {
	const struct daemon_ops *ops;
	void *ctx;
	zloop_t *loop;
	enum phase phase;
	int lock, signals;
	bool metrics_failed; /* and this was reported */
	int64_t drain_deadline_ms;
	struct metrics metrics;
};

/*
 * zloop repeats a timer as often as its period fits in the time that
 * passed, so a process that was stopped for an hour would catch up in one
 * burst.  Our timers run once and are set again.
 */
static int
arm(struct daemon *d, uint64_t delay_ms, zloop_timer_fn *fn)
{
	if (zloop_timer(d->loop, (size_t)delay_ms, 1, fn, d) == -1) {
		err_msg("no room for a timer");
		return -1;
	}
	return 0;
}

static void
tell(const char *state)
{
	if (notify_send(state) == -1)
		err_warn(
		    "tell the supervisor %.16s: %s", state, strerror(errno));
}

static int
on_tick(zloop_t *loop, int id, void *arg)
{
	struct daemon *d = arg;

	(void)loop;
	(void)id;
	if (d->ops->tick(d->ctx) == -1)
		return -1;
	return arm(d, d->ops->period_ms, on_tick);
}

static uint64_t
watchdog_ms(void)
{
	uint64_t ms = notify_watchdog_us() / 2000;

	return ms > 3600 * 1000 ? 3600 * 1000 : ms;
}

static int
on_watchdog(zloop_t *loop, int id, void *arg)
{
	(void)loop;
	(void)id;
	tell("WATCHDOG=1");
	return arm(arg, watchdog_ms(), on_watchdog);
}

static void
write_metrics(struct daemon *d)
{
	if (metrics_write(&d->metrics) == 0) {
		d->metrics_failed = false;
	} else if (!d->metrics_failed) {
		err_warn("write %s: %s", d->metrics.path, strerror(errno));
		d->metrics_failed = true;
	}
}

static int
on_metrics(zloop_t *loop, int id, void *arg)
{
	(void)loop;
	(void)id;
	write_metrics(arg);
	return arm(arg, METRICS_PERIOD_MS, on_metrics);
}

static int
on_drain(zloop_t *loop, int id, void *arg)
{
	struct daemon *d = arg;

	(void)loop;
	(void)id;
	if (d->ops->drain == NULL || d->ops->drain(d->ctx) == 0) {
		d->phase = DONE;
		return -1;
	}
	if (zclock_mono() >= d->drain_deadline_ms) {
		d->phase = LATE;
		return -1;
	}
	return arm(d, DRAIN_PERIOD_MS, on_drain);
}

static void
reload(struct daemon *d)
{
	char state[64];

	(void)snprintf(state, sizeof(state),
	    "RELOADING=1\nMONOTONIC_USEC=%" PRId64, zclock_usecs());
	tell(state);
	if (d->ops->reload != NULL)
		d->ops->reload(d->ctx);
	tell("READY=1");
}

static int
on_signal(zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
	struct daemon *d = arg;
	struct signalfd_siginfo si;

	while (read(item->fd, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		/* A second request to stop changes nothing. */
		if (d->phase != SERVING)
			continue;
		if (si.ssi_signo == SIGHUP) {
			reload(d);
			continue;
		}
		d->phase = DRAINING;
		d->drain_deadline_ms = zclock_mono() + d->ops->drain_limit_ms;
		tell("STOPPING=1");
		return on_drain(loop, 0, d);
	}
	return 0;
}

static int
open_signals(void)
{
	sigset_t set;

	/* czmq's own handlers would end the loop behind our back. */
	zsys_handler_set(NULL);
	/* A file may not grow: an error of write, as a full disk is. */
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    signal(SIGXFSZ, SIG_IGN) == SIG_ERR || sigemptyset(&set) == -1 ||
	    sigaddset(&set, SIGTERM) == -1 || sigaddset(&set, SIGINT) == -1 ||
	    sigaddset(&set, SIGHUP) == -1 ||
	    sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The descriptor of $WEIR_RUN/<name>.lock, or -1 after reporting. */
static int
take_lock(const struct daemon_ops *ops)
{
	char path[PATH_MAX], file[128];
	pid_t holder;
	int fd;

	if (conf_path(path, CONF_RUN, "") == -1) {
		err_sys("WEIR_RUN");
		return -1;
	}
	if (file_mkdirs(path, 0750) == -1) {
		err_sys("make directory WEIR_RUN=%s", path);
		return -1;
	}
	(void)snprintf(file, sizeof(file), "%.100s.lock", ops->name);
	if (conf_path(path, CONF_RUN, file) == -1) {
		err_sys("WEIR_RUN");
		return -1;
	}
	if ((fd = file_lock(path, &holder)) != -1)
		return fd;
	if (errno == EBUSY)
		err_msg("another %s (pid %ld) runs on this WEIR_RUN",
		    ops->program.name, (long)holder);
	else
		err_sys("lock %s", path);
	return -1;
}

/* Put what the skeleton does itself on the loop. */
static int
attach(struct daemon *d)
{
	zmq_pollitem_t item = {.fd = d->signals, .events = ZMQ_POLLIN};

	zloop_set_nonstop(d->loop, true);
	if (zloop_poller(d->loop, &item, on_signal, d) == -1) {
		err_msg("no room for signals in the loop");
		return -1;
	}
	zloop_poller_set_tolerant(d->loop, &item);
	if (d->ops->metric != NULL && on_metrics(d->loop, 0, d) == -1)
		return -1;
	if (watchdog_ms() > 0 && arm(d, watchdog_ms(), on_watchdog) == -1)
		return -1;
	if (d->ops->tick != NULL && d->ops->period_ms > 0)
		return arm(d, d->ops->period_ms, on_tick);
	return 0;
}

static int
serve(struct daemon *d)
{
	if (attach(d) == -1)
		return EXIT_TEMP;
	tell("READY=1");
	/*
	 * zloop also ends, with 0, when a signal that has a handler
	 * interrupts its wait; nothing was asked then.
	 */
	while (zloop_start(d->loop) == 0)
		if (errno != EINTR) {
			err_sys("wait for events");
			return EXIT_TEMP;
		}
	if (d->phase == DONE)
		return EXIT_OK;
	if (d->phase == LATE)
		err_msg("not finished within the drain limit of %u ms",
		    d->ops->drain_limit_ms);
	return EXIT_TEMP;
}

int
daemon_run(int argc, char *argv[], const struct daemon_ops *ops, void *ctx)
{
	struct daemon d = {.ops = ops, .ctx = ctx};
	int code, operand;

	if ((code = opt_parse(&ops->program, argc, argv, &operand)) != OPT_RUN)
		return code;
	code = EXIT_TEMP;
	if (notify_init() == -1)
		err_warn("NOTIFY_FD: %s", strerror(errno));
	if ((d.lock = take_lock(ops)) == -1)
		return EXIT_TEMP;
	if (metrics_init(&d.metrics, ops->name, ops->metric) == -1)
		goto err_lock;
	if ((d.signals = open_signals()) == -1) {
		err_sys("signals");
		goto err_metrics;
	}
	if ((d.loop = zloop_new()) == NULL) {
		err_sys("event loop");
		goto err_signals;
	}
	if (ops->open(ctx, d.loop, &code) == -1)
		goto err_loop;
	code = serve(&d);
	/* The last figures; they may be gone once the daemon has closed. */
	write_metrics(&d);
	ops->close(ctx);
err_loop:
	zloop_destroy(&d.loop);
err_signals:
	(void)close(d.signals);
err_metrics:
	metrics_fini(&d.metrics);
err_lock:
	(void)close(d.lock);
	return code;
}
