#ifndef RTMPD_CONN_OWN_H
#define RTMPD_CONN_OWN_H

#include "conn.h"
#include "inlet.h"

/*
 * A connection from within, for the files that are it: conn.c has one,
 * conns.c all of them.
 */
struct conn {
	struct conns *all;
	struct conn *next, **link;
	struct inlet inlet;
	char host[CONN_ADDRESS_SIZE], port[8];
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

/* Let C's time limits take effect; it may be gone then. */
void conn_tick(struct conn *c, uint64_t now_ms);

/* Say to C's encoder that we are about to end: see conns_drain(). */
void conn_drain(struct conn *c, bool on);

#endif
