#include "poller.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { BATCH = 128 };

struct poller {
	int fd;
	int n, at; /* of the batch that is being called */
	struct epoll_event batch[BATCH];
};

struct poller *
poller_open(void)
{
	struct poller *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	if ((p->fd = epoll_create1(EPOLL_CLOEXEC)) == -1) {
		free(p);
		return NULL;
	}
	return p;
}

void
poller_close(struct poller *p)
{
	if (p == NULL)
		return;
	(void)close(p->fd);
	free(p);
}

int
poller_fd(const struct poller *p)
{
	return p->fd;
}

static int
control(struct poller *p, int op, struct poller_item *item, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = item};

	return epoll_ctl(p->fd, op, item->fd, &e);
}

int
poller_add(struct poller *p, struct poller_item *item, uint32_t events)
{
	return control(p, EPOLL_CTL_ADD, item, events);
}

int
poller_mod(struct poller *p, struct poller_item *item, uint32_t events)
{
	return control(p, EPOLL_CTL_MOD, item, events);
}

void
poller_del(struct poller *p, struct poller_item *item)
{
	(void)control(p, EPOLL_CTL_DEL, item, 0);
	for (int i = p->at; i < p->n; i++)
		if (p->batch[i].data.ptr == item)
			p->batch[i].data.ptr = NULL;
}

int
poller_turn(struct poller *p)
{
	int n = epoll_wait(p->fd, p->batch, BATCH, 0);

	if (n == -1)
		return errno == EINTR ? 0 : -1;
	p->n = n;
	for (p->at = 0; p->at < p->n;) {
		struct epoll_event e = p->batch[p->at++];
		struct poller_item *item = e.data.ptr;

		if (item != NULL)
			item->ready(item->ctx, e.events);
	}
	p->n = p->at = 0;
	return 0;
}
