#include "door.h"

#include "clock.h"
#include "err.h"
#include "hall.h"
#include "listener.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	EVENTS = 256,
	ACCEPTS = 64, /* at once, before others are looked at */
	SWEEP_MS = 50,
	PROD_MS = 2,
	LINGER_MAX_BYTES = 256 * 1024,
	PAUSE_MS = 100 /* of accepting, when there is no room */
};

struct door {
	struct door_conf conf;
	struct hall hall;
	int listen_fd, epoll_fd;
	int bell_fd; /* rung by gates */
	int back_fd; /* and by threads that give a connection back */
	unsigned port;
	pthread_t thread;
	atomic_bool stop, drain;

	pthread_mutex_t lock; /* guards the list of those that come back */
	struct conn *back;

	/* Its thread's own. */
	uint64_t paused_until_us;
	bool listening;
};

static void
listen_again(struct door *d, bool yes)
{
	struct epoll_event e = {
	    .events = yes ? EPOLLIN : 0, .data.ptr = &d->listen_fd};

	if (d->listening != yes)
		(void)epoll_ctl(d->epoll_fd, EPOLL_CTL_MOD, d->listen_fd, &e);
	d->listening = yes;
}

static void
pause_accepting(struct door *d)
{
	listen_again(d, false);
	d->paused_until_us = d->hall.now_us + PAUSE_MS * 1000;
}

static void
welcome(struct door *d, int fd, const struct sockaddr_storage *peer)
{
	struct figures *f = &d->hall.pool->figures;
	struct conn *c = conn_make(fd, peer);
	struct address holder;

	if (c == NULL) {
		(void)close(fd);
		return;
	}
	c->wait.room = &d->hall.pool->room;
	c->client = c->peer;
	c->state = CONN_BUSY;
	atomic_fetch_add(&f->connections, 1);
	atomic_fetch_add(&f->connected, 1);
	if (!trust_has(&d->conf.trust, &c->peer)) {
		c->counted = true;
		holder = address_holder(&c->peer);
		if (!crowd_enter(d->hall.crowd, &holder)) {
			atomic_fetch_add(&f->refused, 1);
			c->fault = FAULT_CROWDED;
		}
	}
	hall_hold(&d->hall, c, c->fault == FAULT_NONE ? CONN_HEAD : CONN_CROWD);
	hall_arm(&d->hall, c, EPOLL_CTL_ADD);
}

static void
let_in(struct door *d)
{
	for (int i = 0; i < ACCEPTS; i++) {
		struct sockaddr_storage peer;
		int fd;

		if (atomic_load(&d->hall.pool->figures.connected) >=
			d->conf.connections &&
		    !hall_make_room(&d->hall)) {
			pause_accepting(d);
			return;
		}
		if ((fd = listener_accept(d->listen_fd, &peer)) != -1) {
			welcome(d, fd, &peer);
			continue;
		}
		/* Of a connection that has gone already, the next may be there.
		 */
		if (errno == ECONNABORTED || errno == EINTR)
			continue;
		if (errno != EAGAIN) {
			/* No descriptors, no memory: it would be told at once
			 * again. */
			(void)hall_make_room(&d->hall);
			pause_accepting(d);
		}
		return;
	}
}

/* Read what C says. */
static void
hear(struct door *d, struct conn *c)
{
	switch (conn_read(c)) {
	case CONN_PART:
		if (c->state == CONN_IDLE)
			hall_hold(&d->hall, c, CONN_HEAD);
		hall_arm(&d->hall, c, EPOLL_CTL_MOD);
		break;
	case CONN_WHOLE:
		hall_hand_over(&d->hall, c, FAULT_NONE);
		break;
	case CONN_FULL:
		hall_hand_over(&d->hall, c, FAULT_LONG);
		break;
	case CONN_GONE:
		hall_drop(&d->hall, c);
		break;
	}
}

/*
 * The peer may read our refusal before the connection goes: closing it with
 * octets unread would reset it, and the refusal with it.
 */
static void
waste(struct door *d, struct conn *c)
{
	char octets[4096];
	ssize_t n;

	while ((n = recv(c->fd, octets, sizeof(octets), MSG_DONTWAIT)) > 0)
		if ((c->wasted += (size_t)n) > LINGER_MAX_BYTES)
			break;
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		hall_arm(&d->hall, c, EPOLL_CTL_MOD);
	else
		hall_drop(&d->hall, c);
}

static void
on_event(struct door *d, struct conn *c)
{
	switch (c->state) {
	case CONN_CROWD:
	case CONN_HEAD:
	case CONN_IDLE:
		hear(d, c);
		break;
	case CONN_WAIT:
		hall_drop(&d->hall, c);
		break;
	case CONN_SEND:
		hall_hand_over(&d->hall, c, FAULT_NONE);
		break;
	case CONN_CLOSE:
		waste(d, c);
		break;
	case CONN_STATES: /* CONN_BUSY: told before a thread had it */
		break;
	}
}

/* C was given back. */
static void
settle(struct door *d, struct conn *c)
{
	enum conn_state want = c->want;

	c->prev = c->next = NULL;
	if (c->x.cut) {
		hall_drop(&d->hall, c);
		return;
	}
	if (want == CONN_CLOSE)
		(void)shutdown(c->fd, SHUT_WR);
	hall_hold(&d->hall, c, want);
	if (want == CONN_WAIT) {
		gate_bell(c->wait.gate, d->bell_fd);
		if (wait_over(&c->wait)) {
			hall_hand_over(&d->hall, c, FAULT_NONE);
			return;
		}
	}
	hall_arm(&d->hall, c, EPOLL_CTL_MOD);
}

static void
take_back(struct door *d)
{
	struct conn *c, *next;

	(void)pthread_mutex_lock(&d->lock);
	c = d->back;
	d->back = NULL;
	(void)pthread_mutex_unlock(&d->lock);
	for (; c != NULL; c = next) {
		next = c->next;
		settle(d, c);
	}
}

static void *
run(void *arg)
{
	struct door *d = arg;
	struct epoll_event event[EVENTS];
	uint64_t swept_us = 0;

	while (!atomic_load(&d->stop)) {
		int wait_ms = pool_prod(d->hall.pool) ? PROD_MS : SWEEP_MS;
		int n = epoll_wait(d->epoll_fd, event, EVENTS, wait_ms);
		eventfd_t rings;

		d->hall.now_us = clock_mono_us();
		for (int i = 0; i < n; i++) {
			void *what = event[i].data.ptr;

			if (what == &d->listen_fd)
				let_in(d);
			else if (what == &d->bell_fd || what == &d->back_fd)
				(void)eventfd_read(*(int *)what, &rings);
			else
				on_event(d, what);
			if (what == &d->bell_fd)
				hall_wake(&d->hall, atomic_load(&d->drain));
		}
		take_back(d);
		if (d->hall.now_us - swept_us > SWEEP_MS * 1000) {
			swept_us = d->hall.now_us;
			hall_sweep(&d->hall);
			/* Whoever came to wait since is to go as well. */
			hall_wake(&d->hall, atomic_load(&d->drain));
			if (d->hall.now_us >= d->paused_until_us)
				listen_again(d, true);
		}
		hall_flush(&d->hall);
	}
	return NULL;
}

/* *FD, which is in D, tells by its place there what it is. */
static int
watch(struct door *d, int *fd)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = fd};

	return *fd == -1 ? -1 : epoll_ctl(d->epoll_fd, EPOLL_CTL_ADD, *fd, &e);
}

static int
watch_all(struct door *d)
{
	d->epoll_fd = d->hall.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	d->bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	d->back_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	d->listening = true;
	return d->epoll_fd == -1 || watch(d, &d->listen_fd) == -1 ||
		       watch(d, &d->bell_fd) == -1 ||
		       watch(d, &d->back_fd) == -1
		   ? -1
		   : 0;
}

static void
release(struct door *d)
{
	const int fds[] = {d->listen_fd, d->epoll_fd, d->bell_fd, d->back_fd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] != -1)
			(void)close(fds[i]);
	free(d);
}

struct door *
door_open(const struct door_conf *conf, struct pool *p, struct crowd *crowd)
{
	struct door *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		err_sys("start the HTTP server");
		return NULL;
	}
	d->conf = *conf;
	d->hall = (struct hall){.pool = p,
	    .crowd = crowd,
	    .most = conf->connections,
	    .keep_alive_ms = conf->keep_alive_ms,
	    .head_ms = conf->head_ms,
	    .ready_last = &d->hall.ready};
	d->epoll_fd = d->bell_fd = d->back_fd = -1;
	if ((d->listen_fd = listener_open(&conf->address, &d->port)) == -1) {
		free(d);
		return NULL;
	}
	if (watch_all(d) == -1 ||
	    (errno = pthread_mutex_init(&d->lock, NULL)) != 0)
		goto fail;
	if ((errno = pthread_create(&d->thread, NULL, run, d)) != 0) {
		(void)pthread_mutex_destroy(&d->lock);
		goto fail;
	}
	return d;

fail:
	err_sys("start the HTTP server");
	release(d);
	return NULL;
}

unsigned
door_port(const struct door *d)
{
	return d->port;
}

void
door_take(struct door *d, struct conn *c, enum conn_state want)
{
	bool first;

	c->want = want;
	(void)pthread_mutex_lock(&d->lock);
	first = d->back == NULL;
	c->next = d->back;
	d->back = c;
	(void)pthread_mutex_unlock(&d->lock);
	if (first)
		(void)eventfd_write(d->back_fd, 1);
}

void
door_drain(struct door *d)
{
	if (!atomic_exchange(&d->drain, true))
		(void)eventfd_write(d->bell_fd, 1);
}

void
door_stop(struct door *d)
{
	atomic_store(&d->stop, true);
	(void)eventfd_write(d->bell_fd, 1);
	(void)pthread_join(d->thread, NULL);
}

void
door_close(struct door *d)
{
	take_back(d);
	hall_clear(&d->hall);
	(void)pthread_mutex_destroy(&d->lock);
	release(d);
}
