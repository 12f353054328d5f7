#include "encoder.h"
#include "avc.h"
#include "err.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Pixels a second that one thread of x264 encodes with ease. */
	EASY = 1280 * 720 * 70,
	MAX_THREADS = 16,
	DEFAULT_MHZ = 30000,
	NEVER = 1 << 30, /* x264's word for a GOP without end */
	LENGTH_SIZE = 4
};

struct encoder {
	AVCodecContext *ctx;
	AVPacket *packet;
	const struct hardware *hardware;
	struct media_track track;
	struct buf config; /* the track's */
	struct buf unit;   /* the packet that was given out last */
};

static int
set_rate(AVCodecContext *c, const struct encoder_settings *set,
    const struct rendition *r)
{
	bool x264 = set->hardware->kind == HARDWARE_NONE;

	c->rc_max_rate = (int64_t)r->max;
	c->rc_buffer_size = (int)r->buffer;
	if (set->crf < 0 || !x264) {
		c->bit_rate = (int64_t)r->rate;
		return 0;
	}
	return av_opt_set_double(c->priv_data, "crf", set->crf, 0);
}

static unsigned
threads(
    const struct encoder_settings *set, const struct rendition *r, uint64_t mhz)
{
	uint64_t n = set->threads;

	if (n == 0)
		n = 1 + (uint64_t)r->width * r->height * mhz / 1000 / EASY;
	if (set->threads == 0 && n > set->cores)
		n = set->cores;
	return n < MAX_THREADS ? (unsigned)n : MAX_THREADS;
}

/* What is x264's alone.  Options that a build lacks are errors of ours. */
static int
set_x264(AVCodecContext *c, const struct encoder_settings *set, bool known)
{
	char more[64];

	(void)snprintf(more, sizeof(more), "scenecut=0:force-cfr=%d", known);
	if (av_opt_set(c->priv_data, "preset", set->preset, 0) < 0 ||
	    (set->tune[0] != '\0' &&
		av_opt_set(c->priv_data, "tune", set->tune, 0) < 0) ||
	    av_opt_set_int(c->priv_data, "forced-idr", 1, 0) < 0 ||
	    av_opt_set(c->priv_data, "x264-params", more, 0) < 0)
		return -1;
	return 0;
}

static void
set_picture(AVCodecContext *c, const struct rendition *r, const AVFrame *f)
{
	c->width = (int)r->width;
	c->height = (int)r->height;
	c->sample_aspect_ratio = f->sample_aspect_ratio;
	c->color_range = AVCOL_RANGE_MPEG;
	c->color_primaries = f->color_primaries;
	c->color_trc = f->color_trc;
	/* What was RGB has become what swscale makes of it. */
	c->colorspace = f->colorspace == AVCOL_SPC_RGB ? AVCOL_SPC_SMPTE170M
						       : f->colorspace;
	c->chroma_sample_location = f->chroma_location;
}

/* The record of the parameter sets that the encoder says in Annex B's form. */
static int
make_record(struct encoder *e)
{
	struct avc_nal set[AVC_MAX_SPS + AVC_MAX_PPS];
	struct avc_nals it;
	size_t n = 0;

	if (e->ctx->extradata_size <= 0)
		return -1;
	avc_nals_init(
	    &it, e->ctx->extradata, (size_t)e->ctx->extradata_size, 0);
	while (n < sizeof(set) / sizeof(set[0]) && avc_nals_next(&it, &set[n]))
		if (set[n].type == AVC_SPS || set[n].type == AVC_PPS)
			n++;
	if (avc_config_build(&e->config, set, n) == -1)
		return -1;
	e->track.config = e->config.p;
	e->track.config_len = e->config.len;
	return 0;
}

struct encoder *
encoder_open(const struct encoder_settings *set, const struct rendition *r,
    const struct media_track *source, const AVFrame *first)
{
	struct encoder *e = calloc(1, sizeof(*e));
	const AVCodec *av = hardware_codec(set->hardware);
	uint64_t mhz =
	    source->frame_rate_mhz > 0 ? source->frame_rate_mhz : DEFAULT_MHZ;
	AVCodecContext *c;

	if (e == NULL || (e->packet = av_packet_alloc()) == NULL ||
	    (c = e->ctx = avcodec_alloc_context3(av)) == NULL) {
		err_sys("allocate");
		encoder_close(e);
		return NULL;
	}
	e->hardware = set->hardware;
	buf_init(&e->config, MEDIA_MAX_CONFIG);
	buf_init(&e->unit, MEDIA_MAX_PACKET);
	set_picture(c, r, first);
	c->time_base =
	    (AVRational){(int)source->time_num, (int)source->time_den};
	c->framerate = (AVRational){(int)mhz, 1000};
	c->gop_size = NEVER;
	c->pix_fmt = hardware_format(set->hardware);
	c->flags |=
	    (int)(AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP);
	c->thread_count = (int)threads(set, r, mhz);
	if (set_rate(c, set, r) < 0 ||
	    (set->hardware->kind == HARDWARE_NONE
		    ? set_x264(c, set, source->frame_rate_mhz > 0)
		    : hardware_set(set->hardware, c)) == -1 ||
	    avcodec_open2(c, av, NULL) < 0) {
		err_msg("the encoder does not take it encoder=%s size=%ux%u "
			"preset=%s tune=%s",
		    av->name, r->width, r->height, set->preset, set->tune);
		encoder_close(e);
		return NULL;
	}
	e->track = (struct media_track){.kind = MEDIA_VIDEO,
	    .codec = MEDIA_H264,
	    .time_num = source->time_num,
	    .time_den = source->time_den,
	    .delay = c->has_b_frames > 0 ? (unsigned)c->has_b_frames : 0,
	    .width = r->width,
	    .height = r->height,
	    .frame_rate_mhz = source->frame_rate_mhz};
	if (make_record(e) == -1) {
		err_msg("the encoder says no parameters encoder=%s", av->name);
		encoder_close(e);
		return NULL;
	}
	return e;
}

void
encoder_close(struct encoder *e)
{
	if (e == NULL)
		return;
	avcodec_free_context(&e->ctx);
	av_packet_free(&e->packet);
	buf_fini(&e->config);
	buf_fini(&e->unit);
	free(e);
}

const struct media_track *
encoder_track(const struct encoder *e)
{
	return &e->track;
}

int
encoder_put(struct encoder *e, AVFrame *f, bool key)
{
	AVFrame *up = NULL;
	int rc;

	if (f != NULL) {
		f->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
		if (e->hardware->frames) {
			if ((up = hardware_upload(e->ctx, f)) == NULL)
				return -1;
			f = up;
		}
	}
	rc = avcodec_send_frame(e->ctx, f);
	av_frame_free(&up);
	if (rc < 0 && rc != AVERROR_EOF) {
		err_msg("encode a frame: %s", av_err2str(rc));
		return -1;
	}
	return 0;
}

/* E's packet, in Annex B's form, as its unit with lengths before each NAL. */
static int
prefix_lengths(struct encoder *e)
{
	struct avc_nals it;
	struct avc_nal nal;

	buf_reset(&e->unit);
	avc_nals_init(&it, e->packet->data, (size_t)e->packet->size, 0);
	while (avc_nals_next(&it, &nal)) {
		const uint8_t length[LENGTH_SIZE] = {(uint8_t)(nal.len >> 24),
		    (uint8_t)(nal.len >> 16), (uint8_t)(nal.len >> 8),
		    (uint8_t)nal.len};

		/* Those stand in the record, or say nothing. */
		if (nal.type == AVC_SPS || nal.type == AVC_PPS ||
		    nal.type == AVC_AUD || nal.type == AVC_FILLER)
			continue;
		(void)buf_put(&e->unit, length, sizeof(length));
		(void)buf_put(&e->unit, nal.p, nal.len);
	}
	return e->unit.failed ? -1 : 0;
}

int
encoder_get(struct encoder *e, struct nut_packet *p)
{
	int rc;

	av_packet_unref(e->packet);
	rc = avcodec_receive_packet(e->ctx, e->packet);
	if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
		return 0;
	if (rc < 0 || prefix_lengths(e) == -1) {
		err_msg("take a frame from the encoder: %s",
		    rc < 0 ? av_err2str(rc) : "too long");
		return -1;
	}
	*p = (struct nut_packet){.pts = e->packet->pts,
	    .dts = e->packet->dts,
	    .key = (e->packet->flags & AV_PKT_FLAG_KEY) != 0,
	    .data = e->unit.p,
	    .len = e->unit.len};
	return 1;
}
