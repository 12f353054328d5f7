#ifndef SRTD_LINK_H
#define SRTD_LINK_H

#include "broadcast.h"

#include <srt/srt.h>
#include <stdint.h>

/* How the way from one encoder to us is, as libsrt measures it. */
struct link {
	/* Now. */
	uint64_t rtt_us, latency_us, receive_bps;
	/* Packets since the connection began. */
	uint64_t lost;          /* that did not come the first time */
	uint64_t retransmitted; /* that came then */
	uint64_t late;          /* that came too late, or never */
	uint64_t undecrypted;
};

/* The same of all encoders: sums, and the worst of what is now. */
struct link_figures {
	uint64_t rtt_us, latency_us, receive_bps;
	uint64_t lost, retransmitted, late, undecrypted;
};

/* Measure SOCKET into L, and what is new into the counts of F. */
void link_measure(struct link *l, SRTSOCKET socket, struct link_figures *f);

/* Forget what was now in F: link_show() of each encoder follows. */
void link_figures_begin(struct link_figures *f);
void link_show(const struct link *l, struct link_figures *f);

/* As a broadcast tells it. */
struct broadcast_link link_tell(const struct link *l);

#endif
