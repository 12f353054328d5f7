#include "push.h"
#include "clock.h"
#include "err.h"
#include "farewell.h"
#include "fferr.h"
#include "file.h"
#include "intake.h"
#include "outward.h"

#include <errno.h>
#include <inttypes.h>
#include <libavformat/avformat.h>
#include <poll.h>
#include <unistd.h>

enum { MICRO = 1000000 };

struct run {
	const struct push *push;
	struct target *target[PUSH_MAX_TARGETS];
	size_t targets;
	struct intake *intake;
	int signals;
	bool unreadable;
};

/* Hand I to all. */
static void
put(void *arg, struct item *i)
{
	struct run *r = arg;

	for (size_t k = 0; k < r->targets; k++)
		target_put(r->target[k], i);
}

/* N bytes are there, 0 at the end.  0, or -1 after reporting the cause. */
static int
hand_on(struct run *r, size_t n)
{
	const char *why;

	if (r->unreadable || (n > 0 ? intake_filled(r->intake, n, &why)
				    : intake_end(r->intake, &why)) == 0)
		return 0;
	if (errno != EBADMSG) {
		err_sys("read");
		return -1;
	}
	err_msg("the input cannot be sent: %s", why);
	r->unreadable = true;
	return 0;
}

/* True when there is something to read; false: we were told to stop. */
static bool
wait_for_input(struct run *r)
{
	struct pollfd p[] = {{.fd = STDIN_FILENO, .events = POLLIN},
	    {.fd = r->signals, .events = POLLIN}};

	while (poll(p, 2, -1) == -1 && errno == EINTR)
		continue;
	return p[1].revents == 0;
}

/* Read, tee and hand on until the input ends.  An exit code. */
static int
pump(struct run *r)
{
	uint8_t *p;
	size_t room;
	ssize_t n;

	while (wait_for_input(r)) {
		if ((p = intake_space(r->intake, &room)) == NULL) {
			err_sys("read");
			return EXIT_TEMP;
		}
		if ((n = read(STDIN_FILENO, p, room)) == -1) {
			if (errno == EINTR || errno == EAGAIN)
				continue;
			err_sys("read");
			return EXIT_TEMP;
		}
		if (n == 0)
			return hand_on(r, 0) == 0 ? EXIT_OK : EXIT_TEMP;
		if (r->push->tee &&
		    file_write(STDOUT_FILENO, p, (size_t)n) == -1) {
			if (errno == EPIPE)
				break;
			err_sys("write");
			return EXIT_TEMP;
		}
		if (hand_on(r, (size_t)n) == -1)
			return EXIT_TEMP;
		if (r->unreadable && !r->push->tee)
			break;
	}
	return EXIT_OK;
}

/* Let all targets finish.  True when one of them had nothing. */
static bool
finish(struct run *r)
{
	uint64_t deadline_us =
	    clock_mono_us() + (uint64_t)r->push->finish_s * MICRO;
	bool missed = false;

	for (size_t i = 0; i < r->targets; i++)
		target_end(r->target[i]);
	for (size_t i = 0; i < r->targets; i++) {
		target_wait(r->target[i], deadline_us);
		missed = missed || !target_sent(r->target[i]);
		target_close(r->target[i]);
	}
	return missed;
}

static int
open_targets(struct run *r)
{
	const struct push *p = r->push;

	for (; r->targets < p->urls; r->targets++)
		if ((r->target[r->targets] = target_open(
			 &p->url[r->targets], &p->limits)) == NULL)
			return -1;
	return 0;
}

int
push(const struct push *p)
{
	struct run r = {.push = p, .signals = -1};
	bool missed;
	int rc = EXIT_TEMP;

	fferr_quiet();
	(void)avformat_network_init();
	if (outward_enter(
		&p->limits.link.ca_file, p->limits.link.ca_file != NULL) == -1)
		return EXIT_TEMP;
	if ((r.signals = farewell_open()) == -1 ||
	    (r.intake = intake_open(put, &r)) == NULL || open_targets(&r) == -1)
		err_sys("start");
	else
		rc = pump(&r);
	missed = finish(&r);
	intake_close(r.intake);
	if (r.signals != -1)
		(void)close(r.signals);
	if (rc == EXIT_OK && r.unreadable)
		rc = EXIT_PERM;
	/* In the middle of a pipeline the others' work is what counts. */
	if (rc == EXIT_OK && missed && !p->tee)
		rc = EXIT_TEMP;
	return rc;
}
