#include "decoder.h"
#include "err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Pixels of the largest picture: 4K, of any shape. */
	MAX_PIXELS = 4096 * 4096,
	MAX_CHANNELS = 8,
	MAX_THREADS = 16,
	MAX_LIVE_THREADS = 4,
	MAX_TRIES = 64, /* errors one after the other, between two packets */
	/* Pixels a second that one thread decodes with ease. */
	EASY = 1920 * 1080 * 70
};

struct decoder {
	AVCodecContext *ctx;
	uint64_t errors;
};

static void
set_threads(AVCodecContext *c, const struct media_track *t,
    const struct decoder_settings *set)
{
	unsigned n = set->threads < MAX_THREADS ? set->threads : MAX_THREADS;
	uint64_t rate = (uint64_t)t->width * t->height * t->frame_rate_mhz;

	/*
	 * Encoding takes longer, so one thread does where it keeps up: more of
	 * them wait for each other, and keep as many frames back.
	 */
	if (rate / 1000 <= EASY)
		n = 1;
	else if (set->live && n > MAX_LIVE_THREADS)
		n = MAX_LIVE_THREADS;
	c->thread_count = n > 0 ? (int)n : 1;
}

struct decoder *
decoder_open(const struct media_track *t, const struct decoder_settings *set)
{
	const struct codec *codec = codec_of(t->codec);
	const AVCodecDescriptor *what =
	    codec != NULL ? avcodec_descriptor_get_by_name(codec->name) : NULL;
	const AVCodec *av =
	    what != NULL ? avcodec_find_decoder(what->id) : NULL;
	struct decoder *d;
	AVCodecContext *c;

	if (av == NULL) {
		err_warn("no decoder codec=%s",
		    codec != NULL ? codec->name : "unknown");
		return NULL;
	}
	if ((d = calloc(1, sizeof(*d))) == NULL ||
	    (c = d->ctx = avcodec_alloc_context3(av)) == NULL) {
		err_sys("allocate");
		free(d);
		return NULL;
	}
	if (t->config_len > 0) {
		c->extradata =
		    av_mallocz(t->config_len + AV_INPUT_BUFFER_PADDING_SIZE);
		if (c->extradata == NULL) {
			err_sys("allocate");
			goto err_context;
		}
		memcpy(c->extradata, t->config, t->config_len);
		c->extradata_size = (int)t->config_len;
	}
	c->pkt_timebase = (AVRational){(int)t->time_num, (int)t->time_den};
	if (t->kind == MEDIA_VIDEO) {
		c->max_pixels = MAX_PIXELS;
		c->width = (int)t->width;
		c->height = (int)t->height;
		/* How many it may keep back before it gives out one in order.
		 */
		c->has_b_frames = (int)t->delay;
		set_threads(c, t, set);
	} else {
		c->sample_rate = (int)t->sample_rate_hz;
		if (t->channels > 0 && t->channels <= MAX_CHANNELS)
			av_channel_layout_default(
			    &c->ch_layout, (int)t->channels);
	}
	if (avcodec_open2(c, av, NULL) < 0) {
		err_warn("the decoder does not take the stream codec=%s",
		    codec->name);
		goto err_context;
	}
	return d;
err_context:
	avcodec_free_context(&d->ctx);
	free(d);
	return NULL;
}

void
decoder_close(struct decoder *d)
{
	if (d == NULL)
		return;
	avcodec_free_context(&d->ctx);
	free(d);
}

void
decoder_put(struct decoder *d, const AVPacket *p)
{
	int rc;

	/* To libavcodec a packet of nothing is the end. */
	if (p != NULL && p->size == 0)
		return;
	rc = avcodec_send_packet(d->ctx, p);
	if (rc < 0 && rc != AVERROR_EOF)
		d->errors++;
}

bool
decoder_get(struct decoder *d, AVFrame *f)
{
	for (int tries = 0; tries < MAX_TRIES; tries++) {
		int rc = avcodec_receive_frame(d->ctx, f);

		if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
			return false;
		if (rc < 0) {
			d->errors++;
			continue;
		}
		if (f->pts == AV_NOPTS_VALUE)
			f->pts = f->best_effort_timestamp;
		if (f->pts == AV_NOPTS_VALUE) {
			av_frame_unref(f);
			continue;
		}
		return true;
	}
	return false;
}

void
decoder_reset(struct decoder *d)
{
	avcodec_flush_buffers(d->ctx);
}

uint64_t
decoder_errors(const struct decoder *d)
{
	return d->errors;
}
