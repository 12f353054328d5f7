#ifndef RTMPD_CONN_OWN_H
#define RTMPD_CONN_OWN_H

#include "conn.h"
#include "inlet.h"
#include "wire.h"

/*
 * A connection from within, for the files that are it: conn.c has its
 * bytes, publishing.c its broadcast, conns.c all of them.
 */
struct conn {
	struct conns *all;
	struct conn *next, **link;
	struct inlet inlet;
	struct wire wire;
	struct listener_peer peer;
	struct session *session;
	struct admission *admission; /* its publish is being decided */
	struct broadcast *broadcast; /* it publishes */
	struct remux *remux;         /* to there, since it was admitted */
	struct buf held;      /* bytes behind a publish that is being decided */
	uint64_t deadline_ms; /* to have published, or to be gone */
	uint64_t heard_ms;    /* its last byte came */
	bool pinged;          /* since then */
	bool half_closed;     /* we have said all there was to say */
	bool deaf;            /* it takes no answers any more */
	bool refused;         /* and that was reported */
};

/* What its session calls; in publishing.c. */
extern const struct session_ops conn_session_ops;

/*
 * Send what there is.  A peer that takes nothing any more may have said
 * goodbye before it closed: what it sent is still to be read.
 */
void conn_send(struct conn *c);

/*
 * After anything that happened: send answers, wait for the right things,
 * and once a closing session has said all, say so.  0, or -1 when C was
 * closed.
 */
int conn_settle(struct conn *c);

/* Let the session take N bytes at P.  0, or -1 when C was closed. */
int conn_feed(struct conn *c, const uint8_t *p, size_t n);

/*
 * Tell C's encoder no, with DESCRIPTION, or with what is said of REFUSAL where
 * that is empty, and the operator WHY.
 */
void conn_refuse(struct conn *c, enum refusal refusal, const char *channel,
    const char *description, const char *why);

/* C's broadcast, if any, goes on to its end without it, or waits. */
void conn_leave(struct conn *c, const char *reason);
void conn_interrupt(struct conn *c, const char *reason);

/* Let C's time limits take effect; it may be gone then. */
void conn_tick(struct conn *c, uint64_t now_ms);

/* Say to C's encoder that we are about to end: see conns_drain(). */
void conn_drain(struct conn *c, bool on);

#endif
