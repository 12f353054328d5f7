#include "input.h"
#include "clock.h"
#include "err.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
	NANO_PER_MICRO = 1000,
	/* The longest and the shortest nap that is worth it. */
	NAP_MAX_US = 400000,
	NAP_MIN_US = 20000,
	/* What may gather meanwhile: the pipe must not fill (pipe(7)). */
	NAP_BYTES = 36864,
	/* A read that brings more was not the end of what there is. */
	SHORT_READ = 49152
};

/* The pipe, as it was when it was read last. */
struct input {
	int fd;
	sigset_t waiting; /* the signals that are held back while we wait */
	size_t got;
	uint64_t read_us, before_us; /* when, and when the time before */
	bool told;                   /* something came of it */
};

static void
wake(int signo)
{
	/* ppoll returning is all that is wanted. */
	(void)signo;
}

/*
 * SIGTERM and SIGINT come only while we wait, in ppoll: it then says EINTR,
 * and no flag is needed.
 */
static int
take_signals(sigset_t *waiting)
{
	const struct sigaction stop = {.sa_handler = wake};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t stops;

	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	if (sigprocmask(SIG_BLOCK, &stops, waiting) == -1 ||
	    sigaction(SIGTERM, &stop, NULL) == -1 ||
	    sigaction(SIGINT, &stop, NULL) == -1 ||
	    /* A pipe without reader and a full quota are errors of write. */
	    sigaction(SIGPIPE, &ignore, NULL) == -1 ||
	    sigaction(SIGXFSZ, &ignore, NULL) == -1)
		return -1;
	(void)sigdelset(waiting, SIGTERM);
	(void)sigdelset(waiting, SIGINT);
	return 0;
}

/*
 * Let packets gather in the pipe for as long as none of them can end a
 * segment: being woken for each of them would cost most of our time.  Where
 * they come in pieces that each end something, as weir-rtmpd writes them, the
 * next one is to be there when it comes.  False when a signal came.
 */
static bool
nap(const struct input *in, const struct segmenter *s)
{
	int64_t us = segmenter_quiet_us(s) / 2;
	struct timespec ts = {0};

	if (in->got == 0 || in->got > SHORT_READ || in->told)
		return true;
	if (us > NAP_MAX_US)
		us = NAP_MAX_US;
	/* As much again as came in the time before, in proportion. */
	if ((uint64_t)us * in->got > NAP_BYTES * (in->read_us - in->before_us))
		us = (int64_t)(NAP_BYTES * (in->read_us - in->before_us) /
			       in->got);
	if (us < NAP_MIN_US)
		return true;
	ts.tv_nsec = us * NANO_PER_MICRO;
	return ppoll(NULL, 0, &ts, &in->waiting) != -1;
}

/* Read once into R, when there is something.  1; 0 to stop; -1 reported. */
static int
fill(struct input *in, struct nut_reader *r, const struct segmenter *s)
{
	struct pollfd p = {.fd = in->fd, .events = POLLIN};
	size_t room;
	uint8_t *space = nut_reader_space(r, &room);
	ssize_t n;

	if (space == NULL) {
		err_sys("allocate");
		return -1;
	}
	if (!nap(in, s))
		return 0;
	if (ppoll(&p, 1, NULL, &in->waiting) == -1) {
		if (errno == EINTR)
			return 0;
		err_sys("wait for input");
		return -1;
	}
	if ((n = read(in->fd, space, room)) == -1) {
		if (errno == EINTR || errno == EAGAIN)
			return 1;
		err_sys("read standard input");
		return -1;
	}
	in->got = (size_t)n;
	in->before_us = in->read_us;
	in->read_us = clock_mono_us();
	if (n == 0)
		nut_reader_end(r);
	nut_reader_filled(r, (size_t)n);
	return 1;
}

/* The input is over; see segmenter_finish. */
static int
finish(const struct nut_reader *r, struct segmenter *s, const char *why)
{
	char reason[200] = "";

	if (why != NULL) {
		(void)snprintf(
		    reason, sizeof(reason), "the input is wrong: %s", why);
		err_msg("standard input: %s", why);
	}
	if (nut_reader_skipped(r) > 0 && why == NULL)
		err_warn("passed over damaged input bytes=%" PRIu64,
		    nut_reader_skipped(r));
	if (segmenter_finish(s, reason) == -1)
		return EXIT_TEMP;
	return why != NULL ? EXIT_PERM : EXIT_OK;
}

int
input_run(int fd, struct segmenter *s)
{
	struct nut_reader *r = nut_reader_open();
	struct nut_read e;
	struct input in = {.fd = fd};
	int code = EXIT_TEMP, rc = 1;

	if (r == NULL || take_signals(&in.waiting) == -1) {
		err_sys("begin to read");
		goto out;
	}
	while (rc == 1) {
		switch (nut_reader_next(r, &e)) {
		case NUT_MORE:
			in.told = segmenter_told(s);
			if (segmenter_flush(s) == -1)
				rc = -1;
			else if ((rc = fill(&in, r, s)) == 0)
				code = finish(r, s, NULL);
			break;
		case NUT_HEADER:
			if (segmenter_header(s, e.track, e.tracks) == -1)
				rc = -1;
			break;
		case NUT_PACKET:
			if (segmenter_packet(s, &e.packet) == -1)
				rc = -1;
			break;
		case NUT_FINISHED:
			code = finish(r, s, NULL);
			rc = 0;
			break;
		case NUT_BAD:
			code = finish(r, s, e.why);
			rc = 0;
			break;
		}
	}
	/* What was told before a fault is whole. */
	(void)segmenter_flush(s);
out:
	nut_reader_close(r);
	return code;
}
