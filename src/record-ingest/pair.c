#include "pair.h"
#include "clock.h"
#include "err.h"
#include "net.h"
#include "tape.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ENCODER, INGEST, HALVES, ROOM = 32768 };

/* Octets that came from one half and are for the other. */
struct flow {
	char octet[ROOM];
	size_t len;
	bool ended; /* no more will come */
};

struct pair {
	bool keep_key;
	int fd[HALVES];
	struct flow from[HALVES];
	struct tape_writer *tape; /* NULL: it could not be written on */
	uint64_t begun_us, octets;
	char name[64];
};

struct pair *
pair_open(const struct relay_settings *set, int dir_fd, int fd, unsigned number)
{
	struct pair *p = calloc(1, sizeof(*p));
	time_t now = time(NULL);
	struct tm tm;

	if (p == NULL || gmtime_r(&now, &tm) == NULL) {
		err_sys("take a connection");
		goto free_pair;
	}
	p->keep_key = set->keep_key;
	p->begun_us = clock_mono_us();
	(void)strftime(p->name, sizeof(p->name), "%Y%m%dT%H%M%SZ", &tm);
	(void)snprintf(p->name + strlen(p->name),
	    sizeof(p->name) - strlen(p->name), "-%u.wire", number);
	if ((p->fd[INGEST] = net_connect(&set->to)) == -1) {
		err_sys("connect to %s:%s", set->to.host, set->to.port);
		goto free_pair;
	}
	if ((p->tape = tape_make(dir_fd, p->name)) == NULL) {
		err_sys("make %s/%s", set->dir, p->name);
		goto close_ingest;
	}
	p->fd[ENCODER] = fd;
	err_info("recording file=%s", p->name);
	return p;

close_ingest:
	(void)close(p->fd[INGEST]);
free_pair:
	free(p);
	(void)close(fd);
	return NULL;
}

static void
end_tape(struct pair *p)
{
	if (p->tape != NULL && tape_close(p->tape) == -1)
		err_sys("write %s", p->name);
	p->tape = NULL;
}

void
pair_close(struct pair *p)
{
	if (p == NULL)
		return;
	end_tape(p);
	err_info("recorded file=%s octets=%" PRIu64, p->name, p->octets);
	(void)close(p->fd[ENCODER]);
	(void)close(p->fd[INGEST]);
	free(p);
}

void
pair_wants(const struct pair *p, struct pollfd two[2])
{
	for (int i = 0; i < HALVES; i++) {
		const struct flow *in = &p->from[i], *out = &p->from[!i];

		two[i] = (struct pollfd){.fd = p->fd[i]};
		if (in->len == 0 && !in->ended)
			two[i].events |= POLLIN;
		if (out->len > 0)
			two[i].events |= POLLOUT;
		/* Else a half that has hung up would wake us for ever. */
		if (two[i].events == 0)
			two[i].fd = -1;
	}
}

static void
record(struct pair *p, struct str octets)
{
	p->octets += octets.len;
	if (p->tape == NULL || tape_put(p->tape, clock_mono_us() - p->begun_us,
				   octets, p->keep_key) == 0)
		return;
	/* The broadcast goes on without. */
	err_sys("write %s; not recording it on", p->name);
	end_tape(p);
}

/* Read what half I says.  False when it is broken. */
static bool
hear(struct pair *p, int i)
{
	struct flow *f = &p->from[i];
	ssize_t n = recv(p->fd[i], f->octet, sizeof(f->octet), 0);

	if (n == -1)
		return errno == EAGAIN || errno == EINTR;
	f->len = (size_t)n;
	f->ended = n == 0;
	if (i == ENCODER && n > 0)
		record(p, (struct str){f->octet, f->len});
	return true;
}

/* Hand on what half I said.  False when the other is broken. */
static bool
hand_on(struct pair *p, int i)
{
	struct flow *f = &p->from[i];
	ssize_t n = send(p->fd[!i], f->octet, f->len, MSG_NOSIGNAL);

	if (n == -1)
		return errno == EAGAIN || errno == EINTR;
	f->len -= (size_t)n;
	memmove(f->octet, f->octet + n, f->len);
	return true;
}

bool
pair_turn(struct pair *p, const struct pollfd two[2])
{
	for (int i = 0; i < HALVES; i++) {
		struct flow *f = &p->from[i];
		bool ended = f->ended;

		if (two[i].fd != -1 &&
		    (two[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
		    f->len == 0 && !f->ended && !hear(p, i))
			return false;
		/* Mostly it is taken at once. */
		if (f->len > 0 && !hand_on(p, i))
			return false;
		if (f->ended && !ended)
			(void)shutdown(p->fd[!i], SHUT_WR);
	}
	return !(p->from[ENCODER].ended && p->from[INGEST].ended);
}
