#include "filter.h"
#include "err.h"
#include "file.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

enum { MICRO = 1000000 };

/* Bytes of FD into R, and to TEE.  1, 0 at the end, or -1 after reporting. */
static int
fill(struct nut_reader *r, int fd, int tee)
{
	uint8_t *space;
	size_t room;
	ssize_t n;

	if ((space = nut_reader_space(r, &room)) == NULL) {
		err_sys("allocate");
		return -1;
	}
	while ((n = read(fd, space, room)) == -1 && errno == EINTR)
		;
	if (n == -1) {
		err_sys("read standard input");
		return -1;
	}
	if (n > 0 && tee != -1 && file_write(tee, space, (size_t)n) == -1) {
		err_sys("write standard output");
		return -1;
	}
	if (n == 0)
		nut_reader_end(r);
	nut_reader_filled(r, (size_t)n);
	return 1;
}

/* The rest of FD to TEE, unseen.  An exit code. */
static int
pass_on(int fd, int tee)
{
	char bytes[65536];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 || file_write(tee, bytes, (size_t)n) == -1) {
			err_sys("pass the stream on");
			return EXIT_TEMP;
		}
	}
	return EXIT_OK;
}

/* One event of R.  -1 to go on, or an exit code. */
static int
take(struct probe *p, struct nut_reader *r, int fd, int tee)
{
	struct nut_read e;
	int rc = 0;

	switch (nut_reader_next(r, &e)) {
	case NUT_MORE:
		return fill(r, fd, tee) == -1 ? EXIT_TEMP : -1;
	case NUT_HEADER:
		rc = probe_header(p, e.track, e.tracks);
		break;
	case NUT_PACKET:
		rc = probe_packet(p, &e.packet);
		break;
	case NUT_FINISHED:
		if (nut_reader_skipped(r) > 0)
			err_warn("passed over damaged input bytes=%" PRIu64,
			    nut_reader_skipped(r));
		return EXIT_OK;
	case NUT_BAD:
		err_msg("standard input: %s", e.why);
		return EXIT_PERM;
	}
	if (rc == -1) {
		err_sys("look at the stream");
		return EXIT_TEMP;
	}
	return -1;
}

int
filter_run(struct probe *p, int fd, int tee, uint64_t seconds)
{
	struct nut_reader *r = nut_reader_open();
	int64_t enough_us = (int64_t)seconds * MICRO;
	int code = -1;

	if (r == NULL) {
		err_sys("begin to read");
		return EXIT_TEMP;
	}
	while (code == -1 && (seconds == 0 || probe_seen_us(p) < enough_us))
		code = take(p, r, fd, tee);
	if (code == -1)
		code = EXIT_OK;
	/* What cannot be read, or needs no look, is passed on all the same. */
	if (tee != -1 && code != EXIT_TEMP && pass_on(fd, tee) == EXIT_TEMP)
		code = EXIT_TEMP;
	nut_reader_close(r);
	return code;
}
