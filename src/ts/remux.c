#include "remux.h"
#include "err.h"
#include "file.h"
#include "mux.h"
#include "ts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	READ_BYTES = 64 * 1024,
	/* Frames that wait to be written: what one read brings to its end, and
	 * what was held until all tracks were known. */
	OUT_MAX = MUX_HELD_MAX + 2 * TS_MAX_UNIT
};

struct remux {
	struct ts_demux *demux;
	struct mux *mux;
	struct buf out;
	bool any; /* a track was known */
};

/* One event that is no end.  0, or -1 after reporting. */
static int
take(struct remux *r, enum ts_event event, const struct ts_read *e)
{
	struct nut_packet p;

	switch (event) {
	case TS_PROGRAM:
		mux_expect(r->mux, e->video, e->audio);
		return 0;
	case TS_TRACK:
		r->any = true;
		if (mux_track(r->mux, e->number, e->track) == 0)
			return 0;
		err_sys("begin a track");
		return -1;
	case TS_PACKET:
		p = (struct nut_packet){.track = e->packet.track,
		    .pts = e->packet.pts,
		    .dts = e->packet.dts,
		    .key = e->packet.key,
		    .data = e->packet.data,
		    .len = e->packet.len};
		if (mux_put(r->mux, &p, true, &r->out) == 0)
			return 0;
		err_sys("write a frame");
		return -1;
	case TS_REFUSED:
		err_warn("passing over a stream: %s pid=%u type=0x%02x", e->why,
		    e->pid, e->stream_type);
		return 0;
	case TS_MORE:
	case TS_FINISHED:
	case TS_FAILED:
		break;
	}
	err_sys("take the stream apart");
	return -1;
}

/* All that the bytes brought hold, and out with it.  0, or -1. */
static int
drain(struct remux *r, int out)
{
	struct ts_read e;
	enum ts_event event;

	while ((event = ts_demux_next(r->demux, &e)) != TS_MORE &&
	       event != TS_FINISHED)
		if (take(r, event, &e) == -1)
			return -1;
	if (r->out.len > 0 && file_write(out, r->out.p, r->out.len) == -1) {
		err_sys("write standard output");
		return -1;
	}
	buf_reset(&r->out);
	return 0;
}

static int
copy(struct remux *r, int in, int out)
{
	static const size_t room = READ_BYTES;
	uint8_t *bytes = malloc(room);
	ssize_t n = 1;
	int rc = -1;

	if (bytes == NULL) {
		err_sys("allocate");
		return -1;
	}
	while (n > 0) {
		while ((n = read(in, bytes, room)) == -1 && errno == EINTR)
			;
		if (n == -1) {
			err_sys("read standard input");
			goto out;
		}
		ts_demux_put(r->demux, bytes, (size_t)n);
		if (n == 0)
			ts_demux_end(r->demux);
		if (drain(r, out) == -1)
			goto out;
	}
	rc = 0;
out:
	free(bytes);
	return rc;
}

/* What was not as it should be, if anything was. */
static void
complain(const struct ts_count *c)
{
	if (c->lost + c->doubled + c->corrupt + c->skipped + c->scrambled +
		c->dropped + c->jumps >
	    0)
		err_warn("the stream was damaged lost=%" PRIu64
			 " doubled=%" PRIu64 " corrupt=%" PRIu64
			 " skipped_bytes=%" PRIu64 " scrambled=%" PRIu64
			 " dropped_frames=%" PRIu64 " clock_jumps=%" PRIu64,
		    c->lost, c->doubled, c->corrupt, c->skipped, c->scrambled,
		    c->dropped, c->jumps);
}

int
remux_run(int in, int out)
{
	struct remux r = {.demux = ts_demux_open(), .mux = mux_open(TS_HZ)};
	int code = EXIT_TEMP;

	buf_init(&r.out, OUT_MAX);
	if (r.demux == NULL || r.mux == NULL) {
		err_sys("allocate");
	} else if (copy(&r, in, out) == 0) {
		complain(ts_demux_count(r.demux));
		code = r.any ? EXIT_OK : EXIT_PERM;
		if (!r.any)
			err_msg("there is no media in standard input, or it is "
				"no transport stream packets=%" PRIu64,
			    ts_demux_count(r.demux)->packets);
	}
	buf_fini(&r.out);
	mux_close(r.mux);
	ts_demux_close(r.demux);
	return code;
}
