#include "replay.h"
#include "clock.h"
#include "err.h"
#include "net.h"
#include "tape.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PATIENCE_MS = 30000, /* an ingest takes nothing for so long */
	GOODBYE_MS = 5000    /* and has so long to close its half at the end */
};

struct replay {
	const struct replay_settings *set;
	struct tape *tape;
	int fd;
	uint64_t begun_us, sent;
};

/* What the ingest says is nothing to us.  False when it has closed. */
static bool
hear(struct replay *r)
{
	char octets[16384];
	ssize_t n;

	while ((n = recv(r->fd, octets, sizeof(octets), 0)) > 0)
		;
	return n == -1 && (errno == EAGAIN || errno == EINTR);
}

/*
 * Wait for EVENTS, LIMIT_MS at most.  1 when they came, 0 when they did not, -1
 * when the ingest has closed.
 */
static int
await(struct replay *r, short events, int limit_ms)
{
	struct pollfd p = {r->fd, (short)(events | POLLIN), 0};
	int n = poll(&p, 1, limit_ms);

	if (n == -1)
		return errno == EINTR ? 0 : -1;
	if ((p.revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !hear(r))
		return -1;
	return (p.revents & events) != 0;
}

/* Until a piece is due that came AT_US after the beginning.  As await(). */
static int
rest(struct replay *r, uint64_t at_us)
{
	uint64_t due_us, now_us;

	if (r->set->speed_permille == 0)
		return await(r, 0, 0);
	due_us = r->begun_us + at_us * 1000 / r->set->speed_permille;
	while ((now_us = clock_mono_us()) < due_us) {
		uint64_t ms = (due_us - now_us + 999) / 1000;

		if (await(r, 0, ms < PATIENCE_MS ? (int)ms : PATIENCE_MS) == -1)
			return -1;
	}
	return 0;
}

/* Send all of PIECE.  0, or -1 after reporting. */
static int
say(struct replay *r, struct str piece)
{
	uint64_t since_us = clock_mono_us();

	while (piece.len > 0) {
		ssize_t n = send(r->fd, piece.p, piece.len, MSG_NOSIGNAL);

		if (n > 0) {
			piece.p += n;
			piece.len -= (size_t)n;
			r->sent += (uint64_t)n;
			since_us = clock_mono_us();
			continue;
		}
		if (errno != EAGAIN && errno != EINTR) {
			err_sys("send after %" PRIu64 " octets", r->sent);
			return -1;
		}
		if (clock_mono_us() - since_us > (uint64_t)PATIENCE_MS * 1000 ||
		    await(r, POLLOUT, 1000) == -1) {
			err_msg("the ingest took no more after %" PRIu64
				" octets",
			    r->sent);
			return -1;
		}
	}
	return 0;
}

/* All of the file.  An exit code. */
static int
play(struct replay *r)
{
	struct str piece;
	uint64_t at_us;
	int n;

	r->begun_us = clock_mono_us();
	while ((n = tape_next(r->tape, r->set->key, &at_us, &piece)) == 1) {
		if (rest(r, at_us) == -1) {
			err_msg("the ingest closed the connection after "
				"%" PRIu64 " octets; its log says why",
			    r->sent);
			return EXIT_TEMP;
		}
		if (say(r, piece) == -1)
			return EXIT_TEMP;
	}
	if (n == -1 && errno == EBADMSG) {
		err_msg("%s breaks off, or is damaged; sent what was whole",
		    r->set->path);
		return EXIT_PERM;
	}
	if (n == -1) {
		err_sys("read %s", r->set->path);
		return EXIT_TEMP;
	}
	(void)shutdown(r->fd, SHUT_WR);
	for (uint64_t until_us = clock_mono_us() + GOODBYE_MS * 1000;
	     clock_mono_us() < until_us && await(r, 0, 100) != -1;)
		;
	return EXIT_OK;
}

/* The key must be as long as the one that it stands for. */
static int
check_key(const struct replay *r)
{
	size_t len = tape_key_len(r->tape);

	if (len == 0 || (r->set->key != NULL && strlen(r->set->key) == len))
		return 0;
	if (r->set->key == NULL)
		err_msg("%s: its stream key was taken out: say --key-file",
		    r->set->path);
	else
		err_msg("%s: want a key of %zu characters, as it was recorded "
			"with",
		    r->set->path, len);
	return -1;
}

int
replay_run(const struct replay_settings *set)
{
	struct replay r = {.set = set};
	int code = EXIT_PERM;

	if ((r.tape = tape_open(set->path)) == NULL) {
		if (errno == EBADMSG)
			err_msg("%s is no recording of an ingest", set->path);
		else
			err_sys("open %s", set->path);
		return EXIT_PERM;
	}
	if (check_key(&r) == -1)
		goto end_tape;
	code = EXIT_TEMP;
	if ((r.fd = net_connect(&set->to)) == -1 ||
	    await(&r, POLLOUT, PATIENCE_MS) != 1) {
		err_msg("connect to %s:%s: nobody is there", set->to.host,
		    set->to.port);
		goto close_socket;
	}
	code = play(&r);
close_socket:
	if (r.fd != -1)
		(void)close(r.fd);
end_tape:
	tape_end(r.tape);
	return code;
}
