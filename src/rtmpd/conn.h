#ifndef RTMPD_CONN_H
#define RTMPD_CONN_H

#include "complaints.h"
#include "listener.h"
#include "server.h"

/* One encoder's connection: its socket, its session, its broadcast. */
struct conn;

/* What connections share; the server owns it. */
struct conns {
	const struct server_setup *setup;
	struct conn *first;
	size_t n;
	uint8_t *input; /* what a read brings; CONN_READ_BYTES of it */
	uint64_t seed;
	struct complaints complaints;
};

enum {
	CONN_READ_BYTES = 64 * 1024,
	CONN_READS = 16,      /* of one connection, before the others */
	CONN_LINGER_MS = 2000 /* for the last answer to be read */
};

/*
 * Take the connected, non-blocking socket FD of PEER, which is closed in any
 * case; TLS is NULL where it speaks RTMP as it is.  0, or -1 with errno.
 */
int conn_open(struct conns *all, int fd, const struct listener_peer *peer,
    struct tls *tls);

/* Close it as it is; its broadcast, if any, waits, interrupted for REASON. */
void conn_close(struct conn *c, const char *reason);

/* How many connections HOST has. */
size_t conns_of(const struct conns *all, const char *host);

/* Let time limits take effect. */
void conns_tick(struct conns *all, uint64_t now_ms);

/*
 * We are about to end: say so to every encoder.  Their broadcasts end, or with
 * ON wait for them to come back.
 */
void conns_drain(struct conns *all, bool on);

void conns_close(struct conns *all, const char *reason);

#endif
