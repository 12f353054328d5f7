#include "door.h"

#include "clock.h"
#include "err.h"
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
	PATIENCE_MS = 200, /* a head may take that long whatever happens */
	STALL_MS = 10000,  /* a peer that takes nothing this long is cut */
	LINGER_MS = 500,
	LINGER_MAX_BYTES = 256 * 1024,
	PAUSE_MS = 100 /* of accepting, when there is no room */
};

/* Connections in one state, the one that is in it longest first. */
struct list {
	struct conn *first, *last;
};

struct door {
	struct door_conf conf;
	struct pool *pool;
	struct crowd *crowd;
	int listen_fd, epoll_fd;
	int bell_fd; /* rung by gates */
	int back_fd; /* and by threads that give a connection back */
	unsigned port;
	pthread_t thread;
	atomic_bool stop, drain;

	pthread_mutex_t lock; /* guards the list of those that come back */
	struct conn *back;

	/* Its thread's own. */
	struct list in[CONN_STATES];
	struct conn *ready, **ready_last; /* to be put into the pool */
	size_t ready_n;
	struct conn *dead; /* of which this turn's events may still tell */
	uint64_t now_us, paused_until_us;
	bool listening;
};

static void
list_add(struct list *l, struct conn *c)
{
	c->next = NULL;
	c->prev = l->last;
	if (l->last != NULL)
		l->last->next = c;
	else
		l->first = c;
	l->last = c;
}

static void
list_remove(struct list *l, struct conn *c)
{
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		l->first = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	else
		l->last = c->prev;
	c->prev = c->next = NULL;
}

/* Tell C's next event, once, if it is one that its state waits for. */
static void
arm(struct door *d, struct conn *c, int op)
{
	static const uint32_t events[CONN_STATES] = {[CONN_CROWD] = EPOLLIN,
	    [CONN_HEAD] = EPOLLIN,
	    [CONN_IDLE] = EPOLLIN,
	    /* Half a connection is none: what is waited for could not be told.
	     */
	    [CONN_WAIT] = EPOLLRDHUP,
	    [CONN_SEND] = EPOLLOUT,
	    [CONN_CLOSE] = EPOLLIN};
	struct epoll_event e = {
	    .events = events[c->state] | EPOLLONESHOT, .data.ptr = c};

	(void)epoll_ctl(d->epoll_fd, op, c->fd, &e);
}

static void
move(struct door *d, struct conn *c, enum conn_state state)
{
	if (c->state != CONN_BUSY)
		list_remove(&d->in[c->state], c);
	c->state = state;
	c->since_us = d->now_us;
	if (state != CONN_BUSY)
		list_add(&d->in[state], c);
}

static void
listen_again(struct door *d, bool yes)
{
	struct epoll_event e = {
	    .events = yes ? EPOLLIN : 0, .data.ptr = &d->listen_fd};

	if (d->listening != yes)
		(void)epoll_ctl(d->epoll_fd, EPOLL_CTL_MOD, d->listen_fd, &e);
	d->listening = yes;
}

/* C, which is in no list, is over. */
static void
bury(struct door *d, struct conn *c)
{
	struct figures *f = &d->pool->figures;

	if (c->counted) {
		struct address holder = address_holder(&c->peer);

		crowd_leave(d->crowd, &holder);
	}
	if (c->answering)
		atomic_fetch_sub(&f->answering, 1);
	atomic_fetch_sub(&f->connected, 1);
	/* Nothing is told of it any more but what was told already. */
	(void)epoll_ctl(d->epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
	(void)shutdown(c->fd, SHUT_RDWR);
	c->next = d->dead;
	d->dead = c;
}

static void
drop(struct door *d, struct conn *c)
{
	if (c->state != CONN_BUSY)
		list_remove(&d->in[c->state], c);
	c->state = CONN_BUSY;
	bury(d, c);
}

/* C has something to be answered, or refused with FAULT. */
static void
hand_over(struct door *d, struct conn *c, enum conn_fault fault)
{
	if (c->fault == FAULT_NONE)
		c->fault = fault;
	move(d, c, CONN_BUSY);
	*d->ready_last = c;
	d->ready_last = &c->next;
	d->ready_n++;
}

static bool
scarce(const struct door *d)
{
	size_t most = d->conf.connections;

	return atomic_load(&d->pool->figures.connected) > most - most / 8;
}

static bool
older(const struct door *d, const struct conn *c, uint64_t ms)
{
	return c != NULL && d->now_us - c->since_us > ms * 1000;
}

/*
 * Close one that says nothing: whoever means well says something at once, and
 * who was answered comes again.
 */
static bool
make_room(struct door *d)
{
	struct conn *c = d->in[CONN_CROWD].first;

	if (c == NULL)
		c = d->in[CONN_CLOSE].first;
	if (c == NULL && older(d, d->in[CONN_HEAD].first, PATIENCE_MS))
		c = d->in[CONN_HEAD].first;
	if (c == NULL)
		c = d->in[CONN_IDLE].first;
	if (c == NULL)
		return false;
	atomic_fetch_add(&d->pool->figures.reaped, 1);
	drop(d, c);
	return true;
}

static void
pause_accepting(struct door *d)
{
	listen_again(d, false);
	d->paused_until_us = d->now_us + PAUSE_MS * 1000;
}

static void
welcome(struct door *d, int fd, const struct sockaddr_storage *peer)
{
	struct figures *f = &d->pool->figures;
	struct conn *c = conn_make(fd, peer);
	struct address holder;

	if (c == NULL) {
		(void)close(fd);
		return;
	}
	c->wait.room = &d->pool->room;
	c->client = c->peer;
	c->state = CONN_BUSY;
	atomic_fetch_add(&f->connections, 1);
	atomic_fetch_add(&f->connected, 1);
	if (!trust_has(&d->conf.trust, &c->peer)) {
		c->counted = true;
		holder = address_holder(&c->peer);
		if (!crowd_enter(d->crowd, &holder)) {
			atomic_fetch_add(&f->refused, 1);
			c->fault = FAULT_CROWDED;
		}
	}
	move(d, c, c->fault == FAULT_NONE ? CONN_HEAD : CONN_CROWD);
	arm(d, c, EPOLL_CTL_ADD);
}

static void
let_in(struct door *d)
{
	for (int i = 0; i < ACCEPTS; i++) {
		struct sockaddr_storage peer;
		int fd;

		if (atomic_load(&d->pool->figures.connected) >=
			d->conf.connections &&
		    !make_room(d)) {
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
			(void)make_room(d);
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
			move(d, c, CONN_HEAD);
		arm(d, c, EPOLL_CTL_MOD);
		break;
	case CONN_WHOLE:
		hand_over(d, c, FAULT_NONE);
		break;
	case CONN_FULL:
		hand_over(d, c, FAULT_LONG);
		break;
	case CONN_GONE:
		drop(d, c);
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
		arm(d, c, EPOLL_CTL_MOD);
	else
		drop(d, c);
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
		drop(d, c);
		break;
	case CONN_SEND:
		hand_over(d, c, FAULT_NONE);
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
		bury(d, c);
		return;
	}
	if (want == CONN_CLOSE)
		(void)shutdown(c->fd, SHUT_WR);
	move(d, c, want);
	if (want == CONN_WAIT) {
		gate_bell(c->wait.gate, d->bell_fd);
		if (wait_over(&c->wait)) {
			hand_over(d, c, FAULT_NONE);
			return;
		}
	}
	arm(d, c, EPOLL_CTL_MOD);
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

/* Hand over those that wait for what is there, or need not wait longer. */
static void
wake_waiting(struct door *d, bool all)
{
	struct conn *c, *next;

	for (c = d->in[CONN_WAIT].first; c != NULL; c = next) {
		next = c->next;
		if (all || c->wait.until_us <= d->now_us || wait_over(&c->wait))
			hand_over(d, c, FAULT_NONE);
	}
}

static void
drop_older(
    struct door *d, enum conn_state state, uint64_t ms, _Atomic uint64_t *count)
{
	while (older(d, d->in[state].first, ms)) {
		if (count != NULL)
			atomic_fetch_add(count, 1);
		drop(d, d->in[state].first);
	}
}

/* What takes too long. */
static void
sweep(struct door *d)
{
	struct figures *f = &d->pool->figures;

	while (older(d, d->in[CONN_HEAD].first, d->conf.head_ms)) {
		struct conn *c = d->in[CONN_HEAD].first;

		if (c->in_bytes > 0)
			hand_over(d, c, FAULT_LATE);
		else
			drop(d, c);
	}
	if (scarce(d))
		drop_older(d, CONN_HEAD, PATIENCE_MS, &f->reaped);
	drop_older(d, CONN_CROWD, PATIENCE_MS, NULL);
	drop_older(d, CONN_IDLE, d->conf.keep_alive_ms, NULL);
	drop_older(d, CONN_SEND, STALL_MS, NULL);
	drop_older(d, CONN_CLOSE, LINGER_MS, NULL);
	wake_waiting(d, atomic_load(&d->drain));
	if (!d->listening && d->now_us >= d->paused_until_us)
		listen_again(d, true);
}

static void
flush(struct door *d)
{
	if (d->ready_n > 0) {
		pool_put(d->pool, d->ready, d->ready_n);
		d->ready = NULL;
		d->ready_last = &d->ready;
		d->ready_n = 0;
	}
	while (d->dead != NULL) {
		struct conn *c = d->dead;

		d->dead = c->next;
		conn_free(c);
	}
}

static void *
run(void *arg)
{
	struct door *d = arg;
	struct epoll_event event[EVENTS];
	uint64_t swept_us = 0;

	while (!atomic_load(&d->stop)) {
		int wait_ms = pool_prod(d->pool) ? PROD_MS : SWEEP_MS;
		int n = epoll_wait(d->epoll_fd, event, EVENTS, wait_ms);
		eventfd_t rings;

		d->now_us = clock_mono_us();
		for (int i = 0; i < n; i++) {
			void *what = event[i].data.ptr;

			if (what == &d->listen_fd)
				let_in(d);
			else if (what == &d->bell_fd || what == &d->back_fd)
				(void)eventfd_read(*(int *)what, &rings);
			else
				on_event(d, what);
			if (what == &d->bell_fd)
				wake_waiting(d, atomic_load(&d->drain));
		}
		take_back(d);
		if (d->now_us - swept_us > SWEEP_MS * 1000) {
			swept_us = d->now_us;
			sweep(d);
		}
		flush(d);
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
	d->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
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
	d->pool = p;
	d->crowd = crowd;
	d->epoll_fd = d->bell_fd = d->back_fd = -1;
	d->ready_last = &d->ready;
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
	struct conn *c;

	take_back(d);
	for (size_t i = 0; i < CONN_STATES; i++)
		while ((c = d->in[i].first) != NULL)
			drop(d, c);
	while ((c = d->ready) != NULL) {
		d->ready = c->next;
		conn_free(c);
	}
	d->ready_n = 0;
	flush(d);
	(void)pthread_mutex_destroy(&d->lock);
	release(d);
}
