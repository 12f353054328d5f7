#include "dial.h"
#include "clock.h"
#include "link.h"
#include "sockfile.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	ROOM_BYTES = 16 * 1024,
	MAX_READS = 64, /* in a turn, before the loop's others */
	UNSENT_MAX_BYTES = 16 * 1024 * 1024,
	RETRY_US = 20 * 1000,
	RETRY_MAX_US = 250 * 1000,
	/* Whoever listens and says nothing for so long is given up. */
	GREET_US = 5 * 1000 * 1000
};

struct dial {
	struct sockaddr_un address;
	size_t message_max_bytes;
	int epoll;
	bool up;    /* there is LINK */
	bool ready; /* and weir-logd takes messages on it */
	bool lost;  /* it was lost, and nobody was told */
	bool full;  /* the kernel took not all: we wait for room */
	bool dry;   /* all that there was has been received */
	unsigned reads;
	uint64_t retry_us, wait_us; /* when to try again; the next wait */
	uint64_t up_us;
	struct link link;
	uint8_t room[ROOM_BYTES];
};

/* The connection is gone, or worth nothing. */
static void
lose(struct dial *d)
{
	link_fini(&d->link);
	d->up = d->ready = d->full = false;
	d->lost = true;
	d->retry_us = clock_mono_us() + d->wait_us;
	if ((d->wait_us *= 2) > RETRY_MAX_US)
		d->wait_us = RETRY_MAX_US;
}

static void
dial(struct dial *d, uint64_t now_us)
{
	struct epoll_event e = {.events = EPOLLIN};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)&d->address,
		sizeof(d->address)) == -1 ||
	    epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &e) == -1) {
		if (fd != -1)
			(void)close(fd);
		d->retry_us = now_us + d->wait_us;
		if ((d->wait_us *= 2) > RETRY_MAX_US)
			d->wait_us = RETRY_MAX_US;
		return;
	}
	link_init(&d->link, fd, STR("DEALER"), d->message_max_bytes,
	    UNSENT_MAX_BYTES);
	d->up = true;
	d->up_us = now_us;
	(void)dial_flush(d);
}

struct dial *
dial_open(const char *file, size_t message_max_bytes)
{
	struct dial *d = calloc(1, sizeof(*d));
	int saved;

	if (d == NULL)
		return NULL;
	d->message_max_bytes = message_max_bytes;
	d->wait_us = RETRY_US;
	d->epoll = -1;
	if (sockfile_address(file, &d->address) == -1)
		goto err_dial;
	/* A socket that is not there yet may come; one that is not for us
	 * stays so. */
	if (access(d->address.sun_path, W_OK) == -1 && errno == EACCES)
		goto err_dial;
	if ((d->epoll = epoll_create1(EPOLL_CLOEXEC)) == -1)
		goto err_dial;
	dial(d, clock_mono_us());
	return d;
err_dial:
	saved = errno;
	free(d);
	errno = saved;
	return NULL;
}

void
dial_close(struct dial *d)
{
	if (d == NULL)
		return;
	if (d->up)
		link_fini(&d->link);
	(void)close(d->epoll);
	free(d);
}

int
dial_fd(const struct dial *d)
{
	return d->epoll;
}

bool
dial_turn(struct dial *d, uint64_t now_us)
{
	bool lost;

	if (d->up && !d->ready && now_us - d->up_us > GREET_US)
		lose(d);
	lost = d->lost;
	d->lost = d->dry = false;
	d->reads = 0;
	if (!d->up && now_us >= d->retry_us)
		dial(d, now_us);
	return lost;
}

/* Receive once more.  False when there is nothing. */
static bool
receive(struct dial *d)
{
	int rc;

	if (d->dry || d->reads++ == MAX_READS)
		return false;
	rc = link_receive(&d->link, d->room, sizeof(d->room));
	if (rc == -1)
		lose(d);
	/* Less than there was room for: poll(2) tells of more. */
	d->dry =
	    rc == 1 && d->link.got.len < sizeof(d->room) && d->link.in.len == 0;
	return rc == 1;
}

bool
dial_next(struct dial *d, struct str *said)
{
	while (d->up) {
		switch (link_next(&d->link, said)) {
		case ZMTP_MESSAGE:
			return true;
		case ZMTP_PART:
			if (!receive(d))
				return false;
			break;
		case ZMTP_READY:
			d->ready = true;
			d->wait_us = RETRY_US;
			break;
		case ZMTP_BAD:
			lose(d);
			break;
		case ZMTP_GREETED:
		case ZMTP_ODD:
		case ZMTP_PING:
		case ZMTP_OTHER:
			break;
		}
	}
	return false;
}

bool
dial_ready(const struct dial *d)
{
	return d->ready;
}

int
dial_say(struct dial *d, struct str message)
{
	return d->ready ? link_say(&d->link, message) : -1;
}

int
dial_flush(struct dial *d)
{
	struct epoll_event e = {.events = EPOLLIN};
	int rc;

	if (!d->up)
		return -1;
	if (d->link.sent == d->link.out.len)
		return 0;
	if ((rc = link_flush(&d->link)) == -1) {
		lose(d);
		return -1;
	}
	if (d->full == (rc == 0))
		return 0;
	d->full = rc == 0;
	if (d->full)
		e.events |= EPOLLOUT;
	return epoll_ctl(d->epoll, EPOLL_CTL_MOD, d->link.fd, &e);
}
