#include "pattern.h"
#include "fferr.h"
#include "fftrack.h"

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <stdlib.h>

/* What each track is made by. */
static const struct {
	const char *filters, *sink;
	enum AVCodecID codec;
	int64_t bit_rate;
} makers[SOURCE_TRACKS] = {
    {"testsrc2=size=1280x720:rate=30,format=yuv420p", "buffersink",
	AV_CODEC_ID_H264, 2500000},
    {"sine=frequency=220:beep_factor=4:sample_rate=48000:"
     "samples_per_frame=1024,"
     "aformat=sample_fmts=fltp:channel_layouts=stereo",
	"abuffersink", AV_CODEC_ID_AAC, 128000},
};
enum { RATE = 30, GOP = 2 * RATE };

struct maker {
	AVFilterGraph *graph;
	AVFilterContext *sink;
	AVCodecContext *encoder;
	AVFrame *frame;
	AVCodecParameters *par;
	int64_t next; /* when its next packet is due, in SOURCE_HZ */
};

struct pattern {
	struct maker maker[SOURCE_TRACKS];
	struct media_track track[SOURCE_TRACKS];
};

/* Let M's filters end in a sink of ours. */
static int
open_graph(struct maker *m, size_t i)
{
	const AVFilter *sink = avfilter_get_by_name(makers[i].sink);
	AVFilterInOut *end = avfilter_inout_alloc();
	int code = AVERROR(ENOMEM);

	m->graph = avfilter_graph_alloc();
	if (m->graph != NULL && end != NULL && sink != NULL)
		code = avfilter_graph_create_filter(
		    &m->sink, sink, "out", NULL, NULL, m->graph);
	if (code >= 0) {
		/* The name of what the filters leave open. */
		end->name = av_strdup("out");
		end->filter_ctx = m->sink;
		code = avfilter_graph_parse_ptr(
		    m->graph, makers[i].filters, &end, NULL, NULL);
	}
	avfilter_inout_free(&end);
	return code >= 0 ? avfilter_graph_config(m->graph, NULL) : code;
}

static int
open_encoder(struct maker *m, size_t i)
{
	const AVCodec *codec = avcodec_find_encoder(makers[i].codec);
	AVCodecContext *c =
	    codec != NULL ? avcodec_alloc_context3(codec) : NULL;
	int code;

	if (c == NULL)
		return codec == NULL ? AVERROR_ENCODER_NOT_FOUND
				     : AVERROR(ENOMEM);
	m->encoder = c;
	c->time_base = av_buffersink_get_time_base(m->sink);
	c->bit_rate = makers[i].bit_rate;
	c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	if (codec->type == AVMEDIA_TYPE_VIDEO) {
		c->width = av_buffersink_get_w(m->sink);
		c->height = av_buffersink_get_h(m->sink);
		c->pix_fmt = av_buffersink_get_format(m->sink);
		c->framerate = (AVRational){RATE, 1};
		c->gop_size = GOP;
		c->max_b_frames = 0;
		/* Where the encoder is x264; others have no such options. */
		(void)av_opt_set(c->priv_data, "preset", "veryfast", 0);
		(void)av_opt_set(c->priv_data, "tune", "zerolatency", 0);
	} else {
		c->sample_fmt = av_buffersink_get_format(m->sink);
		c->sample_rate = av_buffersink_get_sample_rate(m->sink);
		code = av_buffersink_get_ch_layout(m->sink, &c->ch_layout);
		if (code < 0)
			return code;
	}
	return avcodec_open2(c, codec, NULL);
}

static int
open_maker(struct pattern *p, size_t i)
{
	struct maker *m = &p->maker[i];
	int code;

	if ((code = open_graph(m, i)) < 0 || (code = open_encoder(m, i)) < 0)
		return code;
	m->frame = av_frame_alloc();
	m->par = avcodec_parameters_alloc();
	if (m->frame == NULL || m->par == NULL)
		return AVERROR(ENOMEM);
	code = avcodec_parameters_from_context(m->par, m->encoder);
	if (code < 0)
		return code;
	if (fftrack_from(&p->track[i], m->par, 1, SOURCE_HZ) == -1)
		return AVERROR(errno);
	if (m->par->codec_type == AVMEDIA_TYPE_VIDEO)
		p->track[i].frame_rate_mhz = RATE * 1000;
	return 0;
}

struct pattern *
pattern_open(char why[SOURCE_WHY_SIZE])
{
	struct pattern *p = calloc(1, sizeof(*p));
	char text[FFERR_SIZE];
	int code = p != NULL ? 0 : AVERROR(ENOMEM);

	for (size_t i = 0; i < SOURCE_TRACKS && code >= 0; i++)
		code = open_maker(p, i);
	if (code >= 0)
		return p;
	fferr_text(text, code);
	(void)snprintf(why, SOURCE_WHY_SIZE, "no test pattern: %s", text);
	pattern_close(p);
	return NULL;
}

void
pattern_close(struct pattern *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < SOURCE_TRACKS; i++) {
		struct maker *m = &p->maker[i];

		avcodec_parameters_free(&m->par);
		av_frame_free(&m->frame);
		avcodec_free_context(&m->encoder);
		avfilter_graph_free(&m->graph);
	}
	free(p);
}

const struct media_track *
pattern_tracks(const struct pattern *p)
{
	return p->track;
}

int
pattern_next(struct pattern *p, size_t *i, AVPacket *out)
{
	struct maker *m;
	int code;

	*i = p->maker[1].next < p->maker[0].next ? 1 : 0;
	m = &p->maker[*i];
	while ((code = avcodec_receive_packet(m->encoder, out)) ==
	       AVERROR(EAGAIN)) {
		code = av_buffersink_get_frame(m->sink, m->frame);
		if (code < 0)
			return code;
		m->frame->pict_type = AV_PICTURE_TYPE_NONE;
		code = avcodec_send_frame(m->encoder, m->frame);
		av_frame_unref(m->frame);
		if (code < 0)
			return code;
	}
	if (code < 0)
		return code;
	av_packet_rescale_ts(
	    out, m->encoder->time_base, (AVRational){1, SOURCE_HZ});
	m->next = out->dts;
	return 0;
}
