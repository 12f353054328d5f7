#include "link.h"

static uint64_t
above_zero(int64_t n)
{
	return n > 0 ? (uint64_t)n : 0;
}

/* What libsrt counted since the last time, into both. */
static void
add(uint64_t *own, uint64_t *all, int64_t n)
{
	*own += above_zero(n);
	*all += above_zero(n);
}

void
link_measure(struct link *l, SRTSOCKET socket, struct link_figures *f)
{
	const int clear = 1;
	SRT_TRACEBSTATS s;

	if (srt_bstats(socket, &s, clear) == SRT_ERROR)
		return;
	l->rtt_us = above_zero((int64_t)(s.msRTT * 1000));
	l->latency_us = above_zero(s.msRcvTsbPdDelay) * 1000;
	l->receive_bps = above_zero((int64_t)(s.mbpsRecvRate * 1000000));
	add(&l->lost, &f->lost, s.pktRcvLoss);
	add(&l->retransmitted, &f->retransmitted, s.pktRcvRetrans);
	add(&l->late, &f->late, s.pktRcvDrop);
	add(&l->undecrypted, &f->undecrypted, s.pktRcvUndecrypt);
}

void
link_figures_begin(struct link_figures *f)
{
	f->rtt_us = f->latency_us = f->receive_bps = 0;
}

void
link_show(const struct link *l, struct link_figures *f)
{
	if (l->rtt_us > f->rtt_us)
		f->rtt_us = l->rtt_us;
	if (l->latency_us > f->latency_us)
		f->latency_us = l->latency_us;
	f->receive_bps += l->receive_bps;
}

struct broadcast_link
link_tell(const struct link *l)
{
	return (struct broadcast_link){.rtt_us = l->rtt_us,
	    .latency_us = l->latency_us,
	    .lost = l->lost,
	    .retransmitted = l->retransmitted,
	    .late = l->late};
}
