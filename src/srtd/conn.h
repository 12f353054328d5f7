#ifndef SRTD_CONN_H
#define SRTD_CONN_H

#include "complaints.h"
#include "listener.h"

/* One encoder that came in: its socket, its media, its broadcast. */
struct conn;

/* What they share; the listener owns it. */
struct conns {
	const struct listener_setup *setup;
	struct roster *roster;
	int epoll; /* libsrt's, of those who publish */
	struct conn *first;
	size_t n;
	uint8_t *input; /* what a look brings; CONN_INPUT_BYTES of it */
	struct complaints complaints;
};

enum {
	CONN_INPUT_BYTES = 64 * 1024,
	CONN_LOOKS = 32, /* at one encoder, before the others */
	/* So long after its end an encoder's last packets are due. */
	CONN_EBB_MS = 100
};

/*
 * Take SOCKET, which was accepted and is closed in any case; G is whose it is.
 * 0, or -1 with errno.
 */
int conn_open(struct conns *all, SRTSOCKET socket, const struct guest *g);

/* Close it as it is; its broadcast, if any, waits, interrupted for REASON. */
void conn_close(struct conn *c, const char *reason);

/* Whoever has SOCKET, or NULL. */
struct conn *conns_find(struct conns *all, SRTSOCKET socket);

/* There may be something of C, or it came to its end. */
void conn_look(struct conn *c);

/* Let time limits take effect. */
void conns_tick(struct conns *all, uint64_t now_ms);

/* See listener_drain(). */
void conns_drain(struct conns *all, bool on);
void conns_close(struct conns *all, const char *reason);

/* A line about a refusal, which is counted. */
void conns_complain(struct conns *all, enum refusal refusal, const char *host,
    const char *port, const char *channel, const char *why);

#endif
