#include "inflow.h"
#include "err.h"
#include "ts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct inflow {
	struct broadcast *broadcast;
	struct ts_demux *demux;
	uint64_t packets;
	uint64_t malformed; /* that were told already */
	char why[INFLOW_WHY_SIZE];
};

struct inflow *
inflow_open(struct broadcast *b)
{
	struct inflow *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	if ((in->demux = ts_demux_open()) == NULL) {
		free(in);
		return NULL;
	}
	in->broadcast = b;
	return in;
}

void
inflow_close(struct inflow *in)
{
	if (in == NULL)
		return;
	ts_demux_close(in->demux);
	free(in);
}

static int
take_packet(struct inflow *in, const struct ts_packet *t)
{
	const struct nut_packet p = {.track = t->track,
	    .pts = t->pts,
	    .dts = t->dts,
	    .key = t->key,
	    .data = t->data,
	    .len = t->len};

	in->packets++;
	return broadcast_packet(in->broadcast, &p);
}

static void
refused(struct inflow *in, const struct ts_read *e)
{
	(void)snprintf(in->why, sizeof(in->why), "%s", e->why);
	err_warn("a stream within the transport stream is not taken channel=%s "
		 "pid=%u type=%u reason=\"%s\"",
	    broadcast_channel(in->broadcast), e->pid, e->stream_type, e->why);
}

/* Take what the demultiplexer has.  0, or -1 with errno ENOMEM. */
static int
turn(struct inflow *in)
{
	const struct ts_count *n = ts_demux_count(in->demux);
	struct ts_read e;

	for (;;) {
		int rc = 0;

		switch (ts_demux_next(in->demux, &e)) {
		case TS_PROGRAM:
			broadcast_expect(in->broadcast, e.video, e.audio);
			break;
		case TS_TRACK:
			rc = broadcast_track(in->broadcast, e.number, e.track);
			break;
		case TS_PACKET:
			rc = take_packet(in, &e.packet);
			break;
		case TS_REFUSED:
			refused(in, &e);
			break;
		case TS_FAILED:
			errno = ENOMEM;
			return -1;
		case TS_MORE:
		case TS_FINISHED:
		default:
			for (; in->malformed < n->corrupt + n->dropped;
			     in->malformed++)
				broadcast_malformed(in->broadcast);
			return 0;
		}
		if (rc == -1 && errno == ENOMEM)
			return -1;
	}
}

int
inflow_put(struct inflow *in, const uint8_t *p, size_t len)
{
	ts_demux_put(in->demux, p, len);
	return turn(in);
}

int
inflow_end(struct inflow *in)
{
	ts_demux_end(in->demux);
	return turn(in);
}

uint64_t
inflow_packets(const struct inflow *in)
{
	return in->packets;
}

const char *
inflow_why(const struct inflow *in)
{
	return in->why;
}
