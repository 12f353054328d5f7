#include "prepare.h"
#include "compat.h"
#include "err.h"

#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/display.h>
#include <libavutil/mathematics.h>
#include <libavutil/version.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_TEXT = 512 };

struct needs {
	bool deinterlace, hdr;
	unsigned turn;
	int width, height, format;
};

struct prepare {
	struct prepare_settings set;
	AVRational time_base;
	AVFrame *passing; /* one that needs nothing */
	bool passes, fields, warned;
	/* The filters, when they are needed, and for what they were made. */
	struct needs needs;
	AVFilterGraph *graph;
	AVFilterContext *source, *sink;
};

unsigned
prepare_turn(const AVFrame *f, unsigned rotate)
{
	const AVFrameSideData *sd =
	    av_frame_get_side_data(f, AV_FRAME_DATA_DISPLAYMATRIX);
	double degrees = 0;

	if (sd != NULL && sd->size >= 9 * sizeof(int32_t))
		degrees = -av_display_rotation_get(
		    (const int32_t *)(const void *)sd->data);
	if (isnan(degrees))
		degrees = 0;
	return ((unsigned)((int)lround(degrees / 90) + 8) * 90 + rotate) % 360;
}

bool
prepare_hdr(const AVFrame *f)
{
	return f->color_trc == AVCOL_TRC_SMPTE2084 ||
	       f->color_trc == AVCOL_TRC_ARIB_STD_B67;
}

struct prepare *
prepare_open(const struct media_track *t, const struct prepare_settings *set)
{
	struct prepare *p = calloc(1, sizeof(*p));

	if (p == NULL || (p->passing = av_frame_alloc()) == NULL) {
		err_sys("allocate");
		free(p);
		return NULL;
	}
	p->set = *set;
	p->time_base = (AVRational){(int)t->time_num, (int)t->time_den};
	return p;
}

static void
drop_graph(struct prepare *p)
{
	avfilter_graph_free(&p->graph);
	p->source = p->sink = NULL;
}

void
prepare_close(struct prepare *p)
{
	if (p == NULL)
		return;
	drop_graph(p);
	av_frame_free(&p->passing);
	free(p);
}

/* The chain of filters for NEEDS, as avfilter_graph_parse_ptr() takes it. */
static void
describe(struct prepare *p, const struct needs *n, char text[MAX_TEXT])
{
	static const char *const turns[] = {
	    "", ",transpose=clock", ",hflip,vflip", ",transpose=cclock"};
	bool sideways = n->turn == 90 || n->turn == 270;
	char hdr[MAX_TEXT / 2] = "";

	if (n->hdr && avfilter_get_by_name("zscale") != NULL)
		(void)snprintf(hdr, sizeof(hdr),
		    ",zscale=w=%u:h=%u:t=linear:npl=100,format=gbrpf32le,"
		    "zscale=p=bt709,tonemap=hable:desat=0,"
		    "zscale=t=bt709:m=bt709:r=tv:d=ordered,format=yuv420p",
		    sideways ? p->set.height : p->set.width,
		    sideways ? p->set.width : p->set.height);
	else if (n->hdr && !p->warned)
		err_warn("high dynamic range will look pale, for FFmpeg's "
			 "zscale is not there");
	p->warned |= n->hdr;
	(void)snprintf(text, MAX_TEXT, "null%s%s%s",
	    n->deinterlace ? ",bwdif=mode=send_frame:deint=interlaced" : "",
	    hdr, turns[n->turn / 90]);
}

static AVFilterContext *
make_source(struct prepare *p, const AVFrame *f)
{
	const AVFilter *buffer = avfilter_get_by_name("buffer");
	AVFilterContext *c =
	    avfilter_graph_alloc_filter(p->graph, buffer, "in");
	AVBufferSrcParameters *par = av_buffersrc_parameters_alloc();

	if (c == NULL || par == NULL)
		goto fail;
	par->format = f->format;
	par->time_base = p->time_base;
	par->width = f->width;
	par->height = f->height;
	par->sample_aspect_ratio = f->sample_aspect_ratio;
#if LIBAVFILTER_VERSION_MAJOR >= 10
	par->color_space = f->colorspace;
	par->color_range = f->color_range;
#endif
	if (av_buffersrc_parameters_set(c, par) < 0 ||
	    avfilter_init_str(c, NULL) < 0)
		goto fail;
	av_free(par);
	return c;
fail:
	av_free(par);
	return NULL;
}

static int
make_graph(struct prepare *p, const struct needs *n, const AVFrame *f)
{
	AVFilterInOut *in = avfilter_inout_alloc(),
		      *out = avfilter_inout_alloc();
	char text[MAX_TEXT];
	int rc = -1;

	drop_graph(p);
	describe(p, n, text);
	if (in == NULL || out == NULL ||
	    (p->graph = avfilter_graph_alloc()) == NULL)
		goto out;
	p->graph->nb_threads = (int)p->set.cores;
	if ((p->source = make_source(p, f)) == NULL ||
	    avfilter_graph_create_filter(&p->sink,
		avfilter_get_by_name("buffersink"), "out", NULL, NULL,
		p->graph) < 0)
		goto out;
	*out =
	    (AVFilterInOut){.name = av_strdup("in"), .filter_ctx = p->source};
	*in = (AVFilterInOut){.name = av_strdup("out"), .filter_ctx = p->sink};
	if (avfilter_graph_parse_ptr(p->graph, text, &in, &out, NULL) < 0 ||
	    avfilter_graph_config(p->graph, NULL) < 0)
		goto out;
	p->needs = *n;
	rc = 0;
out:
	avfilter_inout_free(&in);
	avfilter_inout_free(&out);
	if (rc == -1) {
		err_msg("cannot prepare frames of %dx%d filters=%s", f->width,
		    f->height, text);
		drop_graph(p);
	}
	return rc;
}

int
prepare_put(struct prepare *p, AVFrame *f)
{
	struct needs n;

	if (f == NULL)
		return p->graph != NULL &&
			       av_buffersrc_add_frame(p->source, NULL) < 0
			   ? -1
			   : 0;
	/* Where some frames are of fields, others may be so at any time. */
	p->fields |= frame_interlaced(f);
	n = (struct needs){.deinterlace = p->fields,
	    .hdr = prepare_hdr(f),
	    .turn = prepare_turn(f, p->set.rotate),
	    .width = f->width,
	    .height = f->height,
	    .format = f->format};
	if (!n.deinterlace && !n.hdr && n.turn == 0) {
		av_frame_move_ref(p->passing, f);
		p->passes = true;
		return 0;
	}
	if (p->graph == NULL || n.deinterlace != p->needs.deinterlace ||
	    n.hdr != p->needs.hdr || n.turn != p->needs.turn ||
	    n.width != p->needs.width || n.height != p->needs.height ||
	    n.format != p->needs.format)
		if (make_graph(p, &n, f) == -1)
			return -1;
	av_frame_remove_side_data(f, AV_FRAME_DATA_DISPLAYMATRIX);
	if (av_buffersrc_add_frame(p->source, f) < 0) {
		err_msg("the filters do not take a frame");
		return -1;
	}
	return 0;
}

bool
prepare_get(struct prepare *p, AVFrame *f)
{
	if (p->passes) {
		av_frame_move_ref(f, p->passing);
		p->passes = false;
		return true;
	}
	if (p->graph == NULL || av_buffersink_get_frame(p->sink, f) < 0)
		return false;
	if (f->pts != AV_NOPTS_VALUE)
		f->pts = av_rescale_q(
		    f->pts, av_buffersink_get_time_base(p->sink), p->time_base);
	return true;
}
