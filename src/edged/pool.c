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
	SEND_STALL_S = 10,   /* a peer that takes nothing this long is cut */
	REAP_AFTER_MS = 200, /* a head may take that long whatever happens */
	REAP_AT_ONCE = 64
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
	for (i = 0; i < size; i++) {
		p->worker[i].fd = -1;
		if ((errno = pthread_mutex_init(&p->worker[i].lock, NULL)) != 0)
			goto destroy;
	}
	return 0;

destroy:
	while (i-- > 0)
		(void)pthread_mutex_destroy(&p->worker[i].lock);
	free(p->worker);
	return -1;
}

void
pool_fini(struct pool *p)
{
	for (size_t i = 0; i < p->size; i++)
		(void)pthread_mutex_destroy(&p->worker[i].lock);
	free(p->worker);
	*p = (struct pool){.size = 0};
}

struct worker *
pool_worker(struct pool *p)
{
	size_t i = atomic_fetch_add(&p->taken, 1);

	return i < p->size ? &p->worker[i] : NULL;
}

/* Is FD the connection that W holds? */
static bool
is_connection(int fd, const struct worker *w)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	if (getpeername(fd, (struct sockaddr *)&a, &len) == -1 ||
	    a.sin_family != AF_INET || a.sin_port != w->peer.sin_port ||
	    a.sin_addr.s_addr != w->peer.sin_addr.s_addr)
		return false;
	len = sizeof(a);
	return getsockname(fd, (struct sockaddr *)&a, &len) == 0 &&
	       a.sin_port == w->port;
}

/*
 * civetweb keeps the descriptor to itself, so it is looked for by the
 * connection's two ends, which no other open descriptor has.  Once found it
 * stays true until pool_disconnect(), which precedes the close; descriptors
 * are given out lowest first, so there are few to look at.
 */
static int
find_fd(const struct pool *p, struct worker *w)
{
	for (int fd = 3; w->fd == -1 && fd <= p->fd_max; fd++)
		if (is_connection(fd, w))
			w->fd = fd;
	return w->fd;
}

static void
shut(const struct pool *p, struct worker *w)
{
	if (find_fd(p, w) != -1)
		(void)shutdown(w->fd, SHUT_RDWR);
}

static size_t
count_address(const struct pool *p, uint32_t address)
{
	size_t n = 0;

	for (size_t i = 0; i < p->size; i++)
		n += atomic_load_explicit(&p->worker[i].address,
			 memory_order_relaxed) == address;
	return n;
}

bool
pool_connect(
    struct pool *p, struct worker *w, const char *peer, int peer_port, int port)
{
	static const char refusal[] =
	    "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n"
	    "Retry-After: 1\r\nConnection: close\r\n\r\n";
	bool refused;

	(void)pthread_mutex_lock(&w->lock);
	w->state = WORKER_WAITING;
	w->fd = -1;
	w->peer = (struct sockaddr_in){
	    .sin_family = AF_INET, .sin_port = htons((uint16_t)peer_port)};
	(void)inet_pton(AF_INET, peer, &w->peer.sin_addr);
	w->port = htons((uint16_t)port);
	w->since_us = clock_mono_us();
	atomic_store(&w->address, w->peer.sin_addr.s_addr);
	atomic_fetch_add(&p->connected, 1);
	atomic_fetch_add(&p->connections, 1);
	refused = p->per_address > 0 &&
		  count_address(p, w->peer.sin_addr.s_addr) > p->per_address;
	if (refused) {
		atomic_fetch_add(&p->refused, 1);
		if (find_fd(p, w) != -1)
			(void)send(w->fd, refusal, sizeof(refusal) - 1,
			    MSG_DONTWAIT | MSG_NOSIGNAL);
		shut(p, w);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return !refused;
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

int
pool_begin(struct pool *p, struct worker *w)
{
	int fd;

	(void)pthread_mutex_lock(&w->lock);
	if (w->fd == -1 && find_fd(p, w) != -1)
		make_blocking(w->fd);
	w->state = WORKER_BUSY;
	fd = w->fd;
	(void)pthread_mutex_unlock(&w->lock);
	atomic_fetch_add(&p->busy, 1);
	return fd;
}

void
pool_end(struct pool *p, struct worker *w)
{
	(void)pthread_mutex_lock(&w->lock);
	w->state = WORKER_WAITING;
	w->since_us = clock_mono_us();
	(void)pthread_mutex_unlock(&w->lock);
	atomic_fetch_sub(&p->busy, 1);
}

void
pool_disconnect(struct pool *p, struct worker *w)
{
	(void)pthread_mutex_lock(&w->lock);
	w->state = WORKER_FREE;
	w->fd = -1;
	(void)pthread_mutex_unlock(&w->lock);
	atomic_store(&w->address, 0);
	atomic_fetch_sub(&p->connected, 1);
}

bool
pool_scarce(const struct pool *p)
{
	return atomic_load(&p->connected) + p->reserve > p->size;
}

/* One that waits; its lock is not held while they are compared. */
struct waiting {
	size_t i;
	uint64_t since_us;
};

static int
by_age(const void *ap, const void *bp)
{
	const struct waiting *a = ap, *b = bp;

	return (a->since_us > b->since_us) - (a->since_us < b->since_us);
}

static size_t
list_waiting(struct pool *p, struct waiting *list)
{
	uint64_t old_us = clock_mono_us() - (uint64_t)REAP_AFTER_MS * 1000;
	size_t n = 0;

	for (size_t i = 0; i < p->size; i++) {
		struct worker *w = &p->worker[i];

		(void)pthread_mutex_lock(&w->lock);
		if (w->state == WORKER_WAITING && w->since_us < old_us)
			list[n++] = (struct waiting){i, w->since_us};
		(void)pthread_mutex_unlock(&w->lock);
	}
	return n;
}

void
pool_reap(struct pool *p)
{
	struct waiting *list;
	size_t n, over;

	if (!pool_scarce(p) || (list = calloc(p->size, sizeof(*list))) == NULL)
		return;
	over = atomic_load(&p->connected) + p->reserve - p->size;
	if (over > REAP_AT_ONCE)
		over = REAP_AT_ONCE;
	n = list_waiting(p, list);
	qsort(list, n, sizeof(*list), by_age);
	for (size_t i = 0; i < n && i < over; i++) {
		struct worker *w = &p->worker[list[i].i];

		(void)pthread_mutex_lock(&w->lock);
		if (w->state == WORKER_WAITING &&
		    w->since_us == list[i].since_us) {
			shut(p, w);
			atomic_fetch_add(&p->reaped, 1);
		}
		(void)pthread_mutex_unlock(&w->lock);
	}
	free(list);
}

void
pool_shutdown(struct pool *p, enum worker_state state)
{
	for (size_t i = 0; i < p->size; i++) {
		struct worker *w = &p->worker[i];

		(void)pthread_mutex_lock(&w->lock);
		if (w->state == state)
			shut(p, w);
		(void)pthread_mutex_unlock(&w->lock);
	}
}

void
pool_stats(const struct pool *p, struct stats *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (size_t i = 0; i < p->size; i++)
		stats_add(sum, &p->worker[i].stats);
}
