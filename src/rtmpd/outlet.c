#include "outlet.h"

static int
on_track(void *ctx, unsigned track, const struct media_track *is)
{
	return broadcast_track(ctx, track, is);
}

static int
on_packet(void *ctx, const struct nut_packet *p)
{
	return broadcast_packet(ctx, p);
}

static void
on_expect(void *ctx, unsigned video, unsigned audio)
{
	broadcast_expect(ctx, video, audio);
}

static void
on_malformed(void *ctx)
{
	broadcast_malformed(ctx);
}

struct remux *
outlet_open(struct broadcast *b)
{
	static const struct remux_ops ops = {
	    on_track, on_packet, on_expect, on_malformed};

	return remux_open(&ops, b);
}
