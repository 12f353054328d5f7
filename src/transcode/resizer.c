#include "resizer.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <zimg.h>

enum {
	PLANES = 3,
	ALIGN = 64 /* what zimg's widest vectors want of rows */
};

/* swscale's curve, as B and C of Mitchell and Netravali. */
static const double curve_b = 0, curve_c = 0.6;

struct resizer {
	int width, height, location; /* of what comes in */
	zimg_filter_graph *graph;    /* NULL: zimg cannot do that */
	void *scratch;
};

static zimg_chroma_location_e
location(const AVFrame *f)
{
	switch ((int)f->chroma_location) {
	case AVCHROMA_LOC_CENTER:
		return ZIMG_CHROMA_CENTER;
	case AVCHROMA_LOC_TOPLEFT:
		return ZIMG_CHROMA_TOP_LEFT;
	case AVCHROMA_LOC_TOP:
		return ZIMG_CHROMA_TOP;
	case AVCHROMA_LOC_BOTTOMLEFT:
		return ZIMG_CHROMA_BOTTOM_LEFT;
	case AVCHROMA_LOC_BOTTOM:
		return ZIMG_CHROMA_BOTTOM;
	default:
		return ZIMG_CHROMA_LEFT;
	}
}

static zimg_image_format
describe(const AVFrame *f)
{
	zimg_image_format z;

	zimg_image_format_default(&z, ZIMG_API_VERSION);
	z.width = (unsigned)f->width;
	z.height = (unsigned)f->height;
	z.pixel_type = ZIMG_PIXEL_BYTE;
	z.subsample_w = z.subsample_h = 1;
	z.color_family = ZIMG_COLOR_YUV;
	z.pixel_range = ZIMG_RANGE_LIMITED;
	z.chroma_location = location(f);
	return z;
}

static zimg_filter_graph *
build(const AVFrame *from, const AVFrame *to)
{
	zimg_image_format in = describe(from), out = describe(to);
	zimg_graph_builder_params how;

	zimg_graph_builder_params_default(&how, ZIMG_API_VERSION);
	how.resample_filter = how.resample_filter_uv = ZIMG_RESIZE_BICUBIC;
	how.filter_param_a = how.filter_param_a_uv = curve_b;
	how.filter_param_b = how.filter_param_b_uv = curve_c;
	how.cpu_type = ZIMG_CPU_AUTO_64B;
	return zimg_filter_graph_build(&in, &out, &how);
}

struct resizer *
resizer_open(const AVFrame *from, const AVFrame *to)
{
	struct resizer *r = calloc(1, sizeof(*r));
	size_t bytes;

	if (r == NULL)
		return NULL;
	r->width = from->width;
	r->height = from->height;
	r->location = (int)from->chroma_location;
	/* What zimg cannot do it cannot do the next time either. */
	if ((r->graph = build(from, to)) == NULL)
		return r;
	if (zimg_filter_graph_get_tmp_size(r->graph, &bytes) != 0 ||
	    (r->scratch = aligned_alloc(ALIGN, (bytes / ALIGN + 1) * ALIGN)) ==
		NULL) {
		resizer_close(r);
		return NULL;
	}
	return r;
}

void
resizer_close(struct resizer *r)
{
	if (r == NULL)
		return;
	zimg_filter_graph_free(r->graph);
	free(r->scratch);
	free(r);
}

bool
resizer_fits(const struct resizer *r, const AVFrame *from)
{
	return r->width == from->width && r->height == from->height &&
	       r->location == (int)from->chroma_location;
}

/* Strangers' pictures may be cropped, and begin anywhere in their rows. */
static bool
aligned(const AVFrame *f)
{
	for (int i = 0; i < PLANES; i++)
		if ((uintptr_t)f->data[i] % ALIGN != 0 ||
		    f->linesize[i] % ALIGN != 0)
			return false;
	return true;
}

bool
resizer_run(struct resizer *r, const AVFrame *from, AVFrame *to)
{
	zimg_image_buffer_const in = {.version = ZIMG_API_VERSION};
	zimg_image_buffer out = {.version = ZIMG_API_VERSION};

	if (r->graph == NULL || !aligned(from) || !aligned(to))
		return false;
	for (int i = 0; i < PLANES; i++) {
		in.plane[i].data = from->data[i];
		in.plane[i].stride = from->linesize[i];
		in.plane[i].mask = ZIMG_BUFFER_MAX;
		out.plane[i].data = to->data[i];
		out.plane[i].stride = to->linesize[i];
		out.plane[i].mask = ZIMG_BUFFER_MAX;
	}
	return zimg_filter_graph_process(r->graph, &in, &out, r->scratch, NULL,
		   NULL, NULL, NULL) == 0;
}
