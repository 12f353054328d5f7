#ifndef RTMPD_LISTENER_H
#define RTMPD_LISTENER_H

#include "conf.h"
#include "poller.h"

#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>

/* A socket that encoders connect to. */
struct listener {
	struct poller *poller;
	struct poller_item item;
	bool open;
	uint64_t again_ms; /* it is not looked at until then; 0: it is */
	char address[NI_MAXHOST + NI_MAXSERV + 4]; /* HOST:PORT, the real one */
};

enum { LISTENER_PAUSE_MS = 200 };

/*
 * Listen at ADDRESS, which the setting KEY gave; READY is called when somebody
 * connects.  0, or -1 after reporting the cause; *PERMANENT then says that
 * trying again is no use.
 */
int listener_open(struct listener *l, struct poller *poller, const char *key,
    const struct conf_address *address,
    void (*ready)(void *ctx, uint32_t events), void *ctx, bool *permanent);
void listener_close(struct listener *l);

/* Who connected. */
struct listener_peer {
	char host[64], port[8];
};

/*
 * The non-blocking socket of one who did, and who it is.  -1 with errno: EAGAIN
 * when there is none, and ECONNABORTED when the next may be tried at once.
 */
int listener_accept(struct listener *l, struct listener_peer *peer);

/*
 * Look at it no more for LISTENER_PAUSE_MS: for want of descriptors it stays
 * ready, so waiting for it would be a busy loop.
 */
void listener_pause(struct listener *l, uint64_t now_ms);

/* To be called every 100 ms or so. */
void listener_tick(struct listener *l, uint64_t now_ms);

#endif
