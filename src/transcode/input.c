#include "input.h"
#include "err.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static void
wake(int signo)
{
	/* ppoll returning is all that is wanted. */
	(void)signo;
}

/* As weir-segment does: they come only while we wait, and ppoll says so. */
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
	    sigaction(SIGPIPE, &ignore, NULL) == -1)
		return -1;
	(void)sigdelset(waiting, SIGTERM);
	(void)sigdelset(waiting, SIGINT);
	return 0;
}

/* Read once into R, when there is something.  1; 0 to stop; -1 reported. */
static int
fill(int fd, struct nut_reader *r, const sigset_t *waiting)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	size_t room;
	uint8_t *space = nut_reader_space(r, &room);
	ssize_t n;

	if (space == NULL) {
		err_sys("allocate");
		return -1;
	}
	if (ppoll(&p, 1, NULL, waiting) == -1) {
		if (errno == EINTR)
			return 0;
		err_sys("wait for input");
		return -1;
	}
	if ((n = read(fd, space, room)) == -1) {
		if (errno == EINTR || errno == EAGAIN)
			return 1;
		err_sys("read standard input");
		return -1;
	}
	if (n == 0)
		nut_reader_end(r);
	nut_reader_filled(r, (size_t)n);
	return 1;
}

static int
finish(const struct nut_reader *r, struct transcoder *t, const char *why)
{
	if (why != NULL)
		err_msg("standard input: %s", why);
	else if (nut_reader_skipped(r) > 0)
		err_warn("passed over damaged input bytes=%" PRIu64,
		    nut_reader_skipped(r));
	if (transcoder_finish(t) == -1)
		return EXIT_TEMP;
	return why != NULL ? EXIT_PERM : EXIT_OK;
}

int
input_run(int fd, struct transcoder *t, struct outlet *outlet)
{
	struct nut_reader *r = nut_reader_open();
	struct nut_read e;
	sigset_t waiting;
	int code = EXIT_TEMP, rc = 1;

	if (r == NULL || take_signals(&waiting) == -1) {
		err_sys("begin to read");
		goto out;
	}
	while (rc == 1) {
		switch (nut_reader_next(r, &e)) {
		case NUT_MORE:
			if (outlet_flush(outlet) == -1)
				rc = -1;
			else if ((rc = fill(fd, r, &waiting)) == 0)
				code = finish(r, t, NULL);
			break;
		case NUT_HEADER:
			if (transcoder_header(t, e.track, e.tracks) == -1)
				rc = -1;
			break;
		case NUT_PACKET:
			if (transcoder_packet(t, &e.packet) == -1)
				rc = -1;
			break;
		case NUT_FINISHED:
			code = finish(r, t, NULL);
			rc = 0;
			break;
		case NUT_BAD:
			code = finish(r, t, e.why);
			rc = 0;
			break;
		}
	}
out:
	nut_reader_close(r);
	return code;
}
