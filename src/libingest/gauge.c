#include "gauge.h"
#include "err.h"

#include <inttypes.h>

void
gauge_begin(struct gauge *g, const struct mux *mux, uint64_t now_ms)
{
	g->measured = *mux_count(mux);
	g->measured_ms = now_ms;
	g->warned = false;
	g->linked = false;
	g->link_measured = (struct broadcast_link){0};
}

void
gauge_set_link(struct gauge *g, const struct broadcast_link *link)
{
	g->link = *link;
	g->linked = true;
}

/* What LINK tells in V is what is new of it. */
static void
measure_link(struct gauge *g, struct journal_measure *v)
{
	const struct broadcast_link *now = &g->link, *was = &g->link_measured;

	v->rtt_us = now->rtt_us;
	v->latency_us = now->latency_us;
	v->lost_packets = now->lost - was->lost;
	v->retransmitted_packets = now->retransmitted - was->retransmitted;
	v->late_packets = now->late - was->late;
}

void
gauge_count(struct gauge *g, const struct mux *mux, struct figures *f)
{
	const struct mux_count *c = mux_count(mux);

	f->frames += c->video_frames + c->audio_frames -
		     g->counted.video_frames - g->counted.audio_frames;
	f->dropped += c->dropped - g->counted.dropped;
	f->malformed += c->malformed - g->counted.malformed;
	g->counted = *c;
}

void
gauge_measure(struct gauge *g, const struct mux *mux,
    struct journal_about about, uint64_t now_ms, struct buf *batch)
{
	const struct mux_count *c = mux_count(mux);
	const struct mux_count *m = &g->measured;
	struct journal_measure v = {
	    .period_us = (now_ms - g->measured_ms) * 1000,
	    .bytes = c->bytes - m->bytes,
	    .video_frames = c->video_frames - m->video_frames,
	    .audio_frames = c->audio_frames - m->audio_frames,
	    .dropped_frames = c->dropped - m->dropped,
	};

	if (now_ms <= g->measured_ms)
		return;
	if (v.dropped_frames > 0 && !g->warned)
		err_warn("frames dropped: a keyframe was to come first, or the "
			 "pipeline was away or too slow channel=%s "
			 "broadcast=%s frames=%" PRIu64,
		    about.channel, about.broadcast, v.dropped_frames);
	g->warned = v.dropped_frames > 0;
	if (g->linked)
		measure_link(g, &v);
	if (journal_measured(batch, about, &v) == -1)
		return;
	g->link_measured = g->link;
	g->measured = *c;
	g->measured_ms = now_ms;
}
