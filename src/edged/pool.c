#include "pool.h"

#include "clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	SEND_STALL_S = 10,    /* a peer that takes nothing this long is cut */
	PATIENCE_US = 200000, /* a head may take that long whatever happens */
	SWEEP_MAX_US = 50000, /* of which one sweep counts at most that much */
	HEAD_MAX_BYTES = 16384
};

/*
 * Which connection a descriptor is, and since when it has had nothing whole
 * to say, in the pool's time.
 */
struct sighting {
	uint32_t address;
	in_port_t port;
	uint64_t since_us;
};

int
pool_init(struct pool *p, size_t size, size_t per_address, int fd_max)
{
	size_t i;

	*p = (struct pool){.size = size,
	    .per_address = per_address,
	    .reserve = size / 8 > 1 ? size / 8 : 1,
	    .fd_max = fd_max};
	if ((p->worker = calloc(size, sizeof(*p->worker))) == NULL)
		return -1;
	if ((p->seen = calloc((size_t)fd_max + 1, sizeof(*p->seen))) == NULL)
		goto free_workers;
	for (i = 0; i < size; i++) {
		p->worker[i].fd = -1;
		if ((errno = pthread_mutex_init(&p->worker[i].lock, NULL)) != 0)
			goto destroy;
	}
	return 0;

destroy:
	while (i-- > 0)
		(void)pthread_mutex_destroy(&p->worker[i].lock);
	free(p->seen);
free_workers:
	free(p->worker);
	return -1;
}

void
pool_fini(struct pool *p)
{
	for (size_t i = 0; i < p->size; i++)
		(void)pthread_mutex_destroy(&p->worker[i].lock);
	free(p->seen);
	free(p->worker);
	*p = (struct pool){.size = 0};
}

struct worker *
pool_worker(struct pool *p)
{
	size_t i = atomic_fetch_add(&p->taken, 1);

	return i < p->size ? &p->worker[i] : NULL;
}

static void
turn(struct worker *w, enum worker_state state)
{
	(void)pthread_mutex_lock(&w->lock);
	w->state = state;
	w->since_us = clock_mono_us();
	if (state == WORKER_FREE)
		w->fd = -1;
	(void)pthread_mutex_unlock(&w->lock);
}

void
pool_connect(struct pool *p, struct worker *w)
{
	turn(w, WORKER_WAITING);
	atomic_fetch_add(&p->connected, 1);
	atomic_fetch_add(&p->connections, 1);
}

void
pool_disconnect(struct pool *p, struct worker *w)
{
	turn(w, WORKER_FREE);
	atomic_store(&w->address, 0);
	atomic_fetch_sub(&p->connected, 1);
}

/* The peer of FD when it is a connection to our PORT. */
static bool
is_connection(int fd, in_port_t port, struct sockaddr_in *peer)
{
	struct sockaddr_in own;
	socklen_t len = sizeof(*peer), own_len = sizeof(own);

	return getpeername(fd, (struct sockaddr *)peer, &len) == 0 &&
	       peer->sin_family == AF_INET &&
	       getsockname(fd, (struct sockaddr *)&own, &own_len) == 0 &&
	       own.sin_port == port;
}

/*
 * civetweb keeps the descriptor to itself, so it is looked for by the
 * connection's two ends, which no other open descriptor has.  Once found it
 * stays true until pool_disconnect(), which precedes the close; descriptors
 * are given out lowest first, so there are few to look at.
 */
static int
find_fd(
    const struct pool *p, const struct mg_request_info *ri, uint32_t *address)
{
	in_port_t port = htons((uint16_t)ri->server_port);
	struct in_addr want;
	struct sockaddr_in a;

	if (inet_pton(AF_INET, ri->remote_addr, &want) != 1)
		return -1;
	*address = want.s_addr;
	for (int fd = 3; fd <= p->fd_max; fd++)
		if (is_connection(fd, port, &a) &&
		    a.sin_addr.s_addr == want.s_addr &&
		    a.sin_port == htons((uint16_t)ri->remote_port))
			return fd;
	return -1;
}

/*
 * Blocking sends need no poll and no second look, and let sendfile(2) do a
 * whole file in one call; the kernel keeps the deadline.
 */
static void
make_blocking(int fd)
{
	const struct timeval stall = {.tv_sec = SEND_STALL_S};
	int flags = fcntl(fd, F_GETFL);

	if (flags != -1)
		(void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof(stall));
}

static bool
is_crowded(const struct pool *p, uint32_t address)
{
	size_t n = 0;

	for (size_t i = 0; p->per_address > 0 && i < p->size; i++)
		n += atomic_load_explicit(&p->worker[i].address,
			 memory_order_relaxed) == address;
	return p->per_address > 0 && n > p->per_address;
}

int
pool_begin(struct pool *p, struct worker *w, const struct mg_request_info *ri,
    bool *crowded)
{
	uint32_t address = 0;
	int fd = w->fd; /* only this thread changes it */

	*crowded = false;
	if (fd == -1 && (fd = find_fd(p, ri, &address)) != -1) {
		make_blocking(fd);
		atomic_store(&w->address, address);
		*crowded = is_crowded(p, address);
	}
	(void)pthread_mutex_lock(&w->lock);
	w->fd = fd;
	w->state = WORKER_BUSY;
	(void)pthread_mutex_unlock(&w->lock);
	atomic_fetch_add(&p->busy, 1);
	return fd;
}

void
pool_end(struct pool *p, struct worker *w)
{
	turn(w, WORKER_WAITING);
	atomic_fetch_sub(&p->busy, 1);
}

bool
pool_rest(struct pool *p)
{
	/* The reserve twice: for what is short, and for who comes to wait. */
	size_t most = p->size > 2 * p->reserve ? p->size - 2 * p->reserve : 1;

	if (atomic_fetch_add(&p->waiting, 1) < most)
		return true;
	atomic_fetch_sub(&p->waiting, 1);
	return false;
}

void
pool_wake(struct pool *p)
{
	atomic_fetch_sub(&p->waiting, 1);
}

bool
pool_scarce(const struct pool *p)
{
	return atomic_load(&p->connected) + p->reserve > p->size;
}

/* A connection that no thread answers. */
struct silent {
	int fd;
	uint32_t address;
	in_port_t port;
	size_t worker;      /* that holds it, or the pool's size: not known */
	uint64_t silent_us; /* for how long; 0: it waits for a thread */
};

struct silents {
	struct silent *item;
	size_t len;
	uint32_t *address; /* of every connection, silent or not */
	size_t connections;
	size_t *owner; /* of each descriptor: a worker, or the pool's size */
};

/* Which worker holds which descriptor, as far as is known. */
static void
map_owners(struct pool *p, struct silents *s)
{
	for (int fd = 0; fd <= p->fd_max; fd++)
		s->owner[fd] = p->size;
	for (size_t i = 0; i < p->size; i++) {
		struct worker *w = &p->worker[i];

		(void)pthread_mutex_lock(&w->lock);
		if (w->state != WORKER_FREE && w->fd != -1)
			s->owner[w->fd] = i;
		(void)pthread_mutex_unlock(&w->lock);
	}
}

/* Whether a whole head is in FD, which no thread has begun to read. */
static bool
has_head(int fd)
{
	char head[HEAD_MAX_BYTES];
	ssize_t n = recv(fd, head, sizeof(head), MSG_PEEK | MSG_DONTWAIT);

	/* What ends a head for civetweb, and one that it will refuse. */
	return n == (ssize_t)sizeof(head) ||
	       (n > 0 && (memmem(head, (size_t)n, "\r\n\r\n", 4) != NULL ||
			     memmem(head, (size_t)n, "\n\n", 2) != NULL));
}

/*
 * For how long the connection FD from PEER has had nothing whole to say.
 * Who waits for a thread with a request is not silent, nor is at once when
 * a thread has taken that request but did not come to tell us.
 */
static uint64_t
mute_us(struct pool *p, int fd, const struct sockaddr_in *peer)
{
	struct sighting *seen = &p->seen[fd];

	if (seen->port != peer->sin_port ||
	    seen->address != peer->sin_addr.s_addr || has_head(fd))
		*seen = (struct sighting){
		    peer->sin_addr.s_addr, peer->sin_port, p->time_us};
	return p->time_us - seen->since_us;
}

/*
 * Look at every descriptor.  A connection that no worker is known to hold
 * has not said anything yet, or waits for a thread.
 */
static void
look_around(struct pool *p, struct silents *s, uint64_t now_us)
{
	for (int fd = 3; fd <= p->fd_max; fd++) {
		size_t owner = s->owner[fd];
		struct silent item = {.fd = fd, .worker = owner};
		struct sockaddr_in a;

		if (!is_connection(fd, p->port, &a)) {
			p->seen[fd].port = 0;
			continue;
		}
		s->address[s->connections++] = a.sin_addr.s_addr;
		item.address = a.sin_addr.s_addr;
		item.port = a.sin_port;
		if (owner < p->size) {
			struct worker *w = &p->worker[owner];

			(void)pthread_mutex_lock(&w->lock);
			if (w->since_us < now_us)
				item.silent_us = now_us - w->since_us;
			if (w->state != WORKER_WAITING)
				item.fd = -1;
			(void)pthread_mutex_unlock(&w->lock);
			p->seen[fd].port = 0;
		} else {
			item.silent_us = mute_us(p, fd, &a);
		}
		if (item.fd != -1)
			s->item[s->len++] = item;
	}
}

/*
 * Shut ITEM down, unless its worker got a request meanwhile.  Without a
 * worker nothing keeps the descriptor what it was; it is looked at again
 * right before.
 */
static bool
shut(struct pool *p, const struct silent *item)
{
	struct worker *w =
	    item->worker < p->size ? &p->worker[item->worker] : NULL;
	struct sockaddr_in a;
	bool same;

	if (w != NULL)
		(void)pthread_mutex_lock(&w->lock);
	same =
	    (w == NULL || (w->state == WORKER_WAITING && w->fd == item->fd)) &&
	    is_connection(item->fd, p->port, &a) && a.sin_port == item->port &&
	    a.sin_addr.s_addr == item->address;
	/* Without a word: one of ours could fall into an answer's middle. */
	if (same)
		(void)shutdown(item->fd, SHUT_RDWR);
	if (w != NULL)
		(void)pthread_mutex_unlock(&w->lock);
	return same;
}

static size_t
count_address(const struct silents *s, uint32_t address)
{
	size_t n = 0;

	for (size_t i = 0; i < s->connections; i++)
		n += s->address[i] == address;
	return n;
}

static void
forget(struct silents *s, uint32_t address)
{
	for (size_t i = 0; i < s->connections; i++)
		if (s->address[i] == address) {
			s->address[i] = s->address[--s->connections];
			return;
		}
}

static int
by_silence(const void *ap, const void *bp)
{
	const struct silent *a = ap, *b = bp;

	return (a->silent_us < b->silent_us) - (a->silent_us > b->silent_us);
}

static void
shut_one(struct pool *p, struct silents *s, struct silent *item,
    _Atomic uint64_t *count)
{
	if (!shut(p, item))
		return;
	item->fd = -1; /* once is enough */
	atomic_fetch_add(count, 1);
	forget(s, item->address);
}

/*
 * Those that an address has too much go at once.  When threads are scarce
 * all go that never said anything, for whoever means well says something at
 * once; also those that have no thread yet, for they would get one before
 * others who do have something to say.  Then the longest idle ones, as many
 * as it takes.
 */
static void
shut_surplus(struct pool *p, struct silents *s)
{
	bool scarce = s->connections + p->reserve > p->size;

	qsort(s->item, s->len, sizeof(*s->item), by_silence);
	for (size_t i = 0; i < s->len; i++) {
		struct silent *item = &s->item[i];

		if (p->per_address > 0 &&
		    count_address(s, item->address) > p->per_address)
			shut_one(p, s, item, &p->refused);
		else if (scarce && item->worker == p->size &&
			 item->silent_us > PATIENCE_US)
			shut_one(p, s, item, &p->reaped);
	}
	for (size_t i = 0; i < s->len && s->connections + p->reserve > p->size;
	     i++)
		if (s->item[i].worker < p->size &&
		    s->item[i].silent_us > PATIENCE_US)
			shut_one(p, s, &s->item[i], &p->reaped);
}

/*
 * A machine so busy that sweeps come late is as late with everybody's
 * heads.  So the time for which one may be silent passes no faster than
 * the sweeps do.
 */
static void
advance(struct pool *p, uint64_t now_us)
{
	uint64_t passed_us = now_us - p->swept_us;

	p->time_us += passed_us < SWEEP_MAX_US ? passed_us : SWEEP_MAX_US;
	p->swept_us = now_us;
}

void
pool_sweep(struct pool *p)
{
	size_t fds = (size_t)p->fd_max + 1;
	uint64_t now_us = clock_mono_us();
	struct silents s = {.len = 0};

	advance(p, now_us);
	/* Far from both limits there is nothing to find. */
	if (atomic_load(&p->connected) <= p->size / 2 &&
	    (p->per_address == 0 ||
		atomic_load(&p->connected) <= p->per_address))
		return;
	s.item = calloc(fds, sizeof(*s.item));
	s.address = calloc(fds, sizeof(*s.address));
	s.owner = calloc(fds, sizeof(*s.owner));
	if (s.item != NULL && s.address != NULL && s.owner != NULL) {
		map_owners(p, &s);
		look_around(p, &s, now_us);
		shut_surplus(p, &s);
	}
	free(s.item);
	free(s.address);
	free(s.owner);
}

void
pool_shutdown(struct pool *p)
{
	struct sockaddr_in a;

	for (int fd = 3; fd <= p->fd_max; fd++)
		if (is_connection(fd, p->port, &a))
			(void)shutdown(fd, SHUT_RDWR);
}

void
pool_stats(const struct pool *p, struct stats *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (size_t i = 0; i < p->size; i++)
		stats_add(sum, &p->worker[i].stats);
}
