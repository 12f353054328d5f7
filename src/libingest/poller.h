#ifndef INGEST_POLLER_H
#define INGEST_POLLER_H

#include <stdint.h>
#include <sys/epoll.h>

/*
 * Many descriptors behind one: an epoll instance, which is itself a
 * descriptor that the daemon's loop waits for.
 */
struct poller;

/*
 * Something that is waited for; lies in its owner, and stays there until
 * poller_del().  READY is called with EPOLLIN and so on.
 */
struct poller_item {
	int fd;
	void (*ready)(void *ctx, uint32_t events);
	void *ctx;
};

/* NULL with errno. */
struct poller *poller_open(void);
void poller_close(struct poller *p);
int poller_fd(const struct poller *p);

/* Wait for EVENTS on ITEM's descriptor.  0, or -1 with errno. */
int poller_add(struct poller *p, struct poller_item *item, uint32_t events);
int poller_mod(struct poller *p, struct poller_item *item, uint32_t events);

/*
 * Wait for it no longer; READY is not called again, not even for what was
 * there already.  To be called before the descriptor is closed.
 */
void poller_del(struct poller *p, struct poller_item *item);

/* Call READY of what is ready now; never blocks.  0, or -1 with errno. */
int poller_turn(struct poller *p);

#endif
