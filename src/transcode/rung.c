#include "rung.h"
#include "err.h"
#include "queue.h"
#include "scaler.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Frames that may wait: more of them would not stay in a processor's caches. */
enum { QUEUE = 4 };

struct rung {
	const struct settings *set;
	struct rendition rendition;
	struct media_track source;
	struct outlet *outlet;
	unsigned lane;
	struct rung *below;
	struct queue *in;
	struct scaler *scaler;
	struct encoder *encoder; /* NULL while it rests */
	int64_t last_pts;
	bool begun, failed;
	atomic_bool rest;
	pthread_t thread;
};

struct rung *
rung_open(const struct settings *set, const struct rendition *r,
    struct outlet *outlet, unsigned lane, const struct media_track *source,
    const AVFrame *first)
{
	struct rung *g = calloc(1, sizeof(*g));

	if (g == NULL) {
		err_sys("allocate");
		return NULL;
	}
	g->set = set;
	g->rendition = *r;
	g->source = *source;
	g->source.config = NULL;
	g->source.config_len = 0;
	g->outlet = outlet;
	g->lane = lane;
	g->last_pts = INT64_MIN;
	g->in = queue_open(QUEUE);
	g->scaler = scaler_open(
	    r->width, r->height, hardware_format(set->encoder.hardware));
	if (g->in == NULL || g->scaler == NULL) {
		err_sys("allocate");
		goto fail;
	}
	g->encoder = encoder_open(&set->encoder, r, &g->source, first);
	if (g->encoder == NULL ||
	    outlet_lane(outlet, lane, encoder_track(g->encoder)) == -1)
		goto fail;
	return g;
fail:
	rung_close(g);
	return NULL;
}

/* Put out what the encoder has.  False when it is of no more use. */
static bool
take_packets(struct rung *g)
{
	struct nut_packet p;
	int rc;

	while ((rc = encoder_get(g->encoder, &p)) == 1)
		if (outlet_put(g->outlet, g->lane, &p) == -1)
			return false;
	if (rc == 0 && g->set->live && outlet_flush(g->outlet) == -1)
		return false;
	return rc == 0;
}

/* Encode no more; the last packets go out. */
static void
stop_encoder(struct rung *g)
{
	if (g->encoder == NULL)
		return;
	if (!g->failed && encoder_put(g->encoder, NULL, false) == 0)
		(void)take_packets(g);
	encoder_close(g->encoder);
	g->encoder = NULL;
}

static void
encode(struct rung *g, AVFrame *f)
{
	bool key = f->pict_type == AV_PICTURE_TYPE_I;

	/* Timestamps of strangers may stand still; an encoder's may not. */
	if (f->pts <= g->last_pts)
		return;
	g->last_pts = f->pts;
	if (encoder_put(g->encoder, f, key) == -1 || !take_packets(g)) {
		g->failed = true;
		stop_encoder(g);
		(void)outlet_done(g->outlet, g->lane);
	}
}

static void
hand_on(struct rung *g, AVFrame *f)
{
	if (g->below != NULL)
		rung_put(g->below, f);
	else
		av_frame_free(&f);
}

/* True when F is to be encoded; sees to it that there is an encoder. */
static bool
works(struct rung *g, const AVFrame *f)
{
	if (g->failed)
		return false;
	if (atomic_load(&g->rest)) {
		stop_encoder(g);
		return false;
	}
	/* A time that began anew is another encoder's. */
	if (g->last_pts != INT64_MIN &&
	    g->last_pts - f->pts > g->source.time_den / g->source.time_num) {
		stop_encoder(g);
		g->last_pts = INT64_MIN;
	}
	if (g->encoder == NULL && f->pict_type == AV_PICTURE_TYPE_I) {
		g->encoder = encoder_open(
		    &g->set->encoder, &g->rendition, &g->source, f);
		g->failed = g->encoder == NULL;
	}
	return g->encoder != NULL;
}

static void *
run(void *arg)
{
	struct rung *g = arg;
	AVFrame *f, *made, *copy;

	while ((f = queue_take(g->in)) != NULL) {
		if (!works(g, f)) {
			hand_on(g, f);
			continue;
		}
		made = scaler_make(g->scaler, f);
		av_frame_free(&f);
		if (made == NULL)
			continue;
		/* First: the rungs below work at the same time. */
		if (g->below != NULL && (copy = av_frame_clone(made)) != NULL)
			rung_put(g->below, copy);
		encode(g, made);
		av_frame_free(&made);
	}
	stop_encoder(g);
	(void)outlet_done(g->outlet, g->lane);
	if (g->below != NULL)
		queue_end(g->below->in);
	return NULL;
}

int
rung_start(struct rung *g, struct rung *below)
{
	int rc;

	g->below = below;
	if ((rc = pthread_create(&g->thread, NULL, run, g)) != 0) {
		errno = rc;
		err_sys("begin a thread");
		return -1;
	}
	g->begun = true;
	return 0;
}

void
rung_put(struct rung *g, AVFrame *f)
{
	(void)queue_put(g->in, f, true);
}

void
rung_rest(struct rung *g, bool rest)
{
	atomic_store(&g->rest, rest);
}

void
rung_end(struct rung *g)
{
	queue_end(g->in);
}

void
rung_close(struct rung *g)
{
	if (g == NULL)
		return;
	if (g->begun)
		(void)pthread_join(g->thread, NULL);
	encoder_close(g->encoder);
	scaler_close(g->scaler);
	queue_close(g->in);
	free(g);
}

const struct rendition *
rung_rendition(const struct rung *g)
{
	return &g->rendition;
}
