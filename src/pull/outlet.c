#include "outlet.h"
#include "feed.h"
#include "file.h"
#include "mux.h"
#include "ticks.h"

#include <errno.h>
#include <stdlib.h>

enum {
	MICRO = 1000000,
	/* What may be written at once: all that waited for a keyframe. */
	MAX_OUT = 4 * MEDIA_MAX_PACKET,
	/* Tracks begin a little apart: nothing is to lie before 0. */
	LEAD_S = 1,
	/* A part of a second between the last frame of a loop and its first. */
	JOINS = 30
};

struct outlet {
	int fd;
	uint32_t hz;
	struct mux *mux;
	struct buf out, unit;
	struct feed *feed[MEDIA_MAX_TRACKS];
	size_t tracks;

	bool begun;
	/* What is added to the source's times, once one is known. */
	bool shifted;
	int64_t shift;
	int64_t end; /* of what was written, in its times */
};

struct outlet *
outlet_open(int fd, uint32_t hz)
{
	struct outlet *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return NULL;
	o->fd = fd;
	o->hz = hz;
	buf_init(&o->out, MAX_OUT);
	buf_init(&o->unit, 2 * MEDIA_MAX_PACKET);
	if ((o->mux = mux_open(hz)) == NULL) {
		outlet_close(o);
		return NULL;
	}
	return o;
}

static void
close_feeds(struct outlet *o)
{
	for (size_t i = 0; i < o->tracks; i++)
		feed_close(o->feed[i]);
	o->tracks = 0;
}

void
outlet_close(struct outlet *o)
{
	if (o == NULL)
		return;
	close_feeds(o);
	mux_close(o->mux);
	buf_fini(&o->out);
	buf_fini(&o->unit);
	free(o);
}

int
outlet_begin(
    struct outlet *o, const struct media_track *track, size_t n, bool continues)
{
	unsigned kinds[2] = {0, 0};

	close_feeds(o);
	if (!continues && o->begun)
		mux_resume(o->mux);
	if (!continues)
		o->end = 0;
	o->begun = true;
	o->shifted = false;
	for (size_t i = 0; i < n; i++) {
		if ((o->feed[i] = feed_open(track[i].codec)) == NULL)
			return -1;
		o->tracks++;
		if (feed_header(o->feed[i], &track[i]) == -1)
			return -1;
		kinds[track[i].kind]++;
	}
	mux_expect(o->mux, kinds[MEDIA_VIDEO], kinds[MEDIA_AUDIO]);
	return 0;
}

/* Tell the mux what feed I has found out. */
static int
describe(struct outlet *o, unsigned i)
{
	struct media_track t = *feed_track(o->feed[i]);
	const struct codec_facts *f = feed_facts(o->feed[i]);

	t.time_num = 1;
	t.time_den = o->hz;
	if (t.kind == MEDIA_VIDEO) {
		t.width = f->width;
		t.height = f->height;
		t.delay = f->reorder_frames;
		if (t.frame_rate_mhz == 0 && f->frame_rate_den > 0)
			t.frame_rate_mhz = (unsigned)(f->frame_rate_num * 1000 /
						      f->frame_rate_den);
	} else {
		t.sample_rate_hz = f->sample_rate_hz;
		t.channels = f->channels;
	}
	return mux_track(o->mux, i, &t);
}

static int
put_unit(
    struct outlet *o, const struct nut_packet *p, const struct feed_unit *u)
{
	int64_t behind = ticks_rescale(u->behind_us, 1, MICRO, o->hz);
	const struct nut_packet unit = {.track = p->track,
	    .pts = p->pts + o->shift + behind,
	    .dts = p->dts + o->shift + behind,
	    .key = u->key,
	    .data = o->unit.p,
	    .len = u->bytes};

	if (u->changed && describe(o, p->track) == -1)
		return -1;
	return mux_put(o->mux, &unit, true, &o->out);
}

/* Where the source's times lie in ours. */
static void
shift(struct outlet *o, const struct nut_packet *p)
{
	if (!o->shifted)
		o->shift =
		    (o->end > 0 ? o->end + o->hz / JOINS : LEAD_S * o->hz) -
		    p->dts;
	o->shifted = true;
	if (p->dts + o->shift > o->end)
		o->end = p->dts + o->shift;
}

static int
flush(struct outlet *o)
{
	int r = file_write(o->fd, o->out.p, o->out.len);

	buf_reset(&o->out);
	return r;
}

int
outlet_put(struct outlet *o, const struct nut_packet *p)
{
	const uint8_t *at = p->data;
	size_t left = p->len;
	struct feed_unit u;
	int n;

	shift(o, p);
	for (;;) {
		buf_reset(&o->unit);
		n = feed_next(
		    o->feed[p->track], &at, &left, p->key, &o->unit, &u);
		if (n == 0)
			return flush(o);
		/* What cannot be used is as if it had not come. */
		if (n == -1 && errno != ENOMEM) {
			mux_malformed(o->mux);
			return flush(o);
		}
		if (n == -1 || put_unit(o, p, &u) == -1)
			return -1;
	}
}
