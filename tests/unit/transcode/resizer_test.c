/* What zimg makes of pictures, beside what swscale does, and what it leaves to
 * that. */
#include "resizer.h"
#include "tap.h"

#include <libswscale/swscale.h>
#include <stdlib.h>

enum { ALIGN = 64, PLANES = 3 };

static AVFrame *
frame(int width, int height)
{
	AVFrame *f = av_frame_alloc();

	f->format = AV_PIX_FMT_YUV420P;
	f->width = width;
	f->height = height;
	f->color_range = AVCOL_RANGE_MPEG;
	f->chroma_location = AVCHROMA_LOC_LEFT;
	if (av_frame_get_buffer(f, ALIGN) != 0)
		abort();
	return f;
}

static int
plane_width(const AVFrame *f, int plane)
{
	return plane == 0 ? f->width : (f->width + 1) / 2;
}

static int
plane_height(const AVFrame *f, int plane)
{
	return plane == 0 ? f->height : (f->height + 1) / 2;
}

/* Slopes, a different one in each plane. */
static void
paint(AVFrame *f)
{
	for (int i = 0; i < PLANES; i++)
		for (int y = 0; y < plane_height(f, i); y++)
			for (int x = 0; x < plane_width(f, i); x++)
				f->data[i][y * f->linesize[i] + x] =
				    (uint8_t)(40 + 30 * i +
					      x * 100 / plane_width(f, i) +
					      y * 50 / plane_height(f, i));
}

/* The largest difference of any sample. */
static int
difference(const AVFrame *a, const AVFrame *b)
{
	int most = 0;

	for (int i = 0; i < PLANES; i++)
		for (int y = 0; y < plane_height(a, i); y++)
			for (int x = 0; x < plane_width(a, i); x++) {
				int d = abs(a->data[i][y * a->linesize[i] + x] -
					    b->data[i][y * b->linesize[i] + x]);

				most = d > most ? d : most;
			}
	return most;
}

static void
as_swscale(void)
{
	AVFrame *from = frame(640, 360), *to = frame(284, 160);
	AVFrame *other = frame(284, 160);
	struct resizer *r = resizer_open(from, to);
	struct SwsContext *sws = sws_getContext(640, 360, AV_PIX_FMT_YUV420P,
	    284, 160, AV_PIX_FMT_YUV420P, SWS_BICUBIC, NULL, NULL, NULL);

	paint(from);
	OK(r != NULL && sws != NULL);
	OK(resizer_run(r, from, to));
	(void)sws_scale(sws, (const uint8_t *const *)from->data, from->linesize,
	    0, 360, other->data, other->linesize);
	OK(difference(to, other) <= 2);
	/* The same again is the same. */
	OK(resizer_run(r, from, other) && difference(to, other) == 0);
	sws_freeContext(sws);
	resizer_close(r);
	av_frame_free(&from);
	av_frame_free(&to);
	av_frame_free(&other);
}

static void
what_it_is_for(void)
{
	AVFrame *from = frame(640, 360), *wide = frame(642, 360);
	AVFrame *to = frame(320, 180);
	struct resizer *r = resizer_open(from, to);

	OK(resizer_fits(r, from) && !resizer_fits(r, wide));
	from->chroma_location = AVCHROMA_LOC_TOPLEFT;
	OK(!resizer_fits(r, from));
	/* Cropped: it begins between two vectors. */
	from->chroma_location = AVCHROMA_LOC_LEFT;
	from->data[0] += 2;
	OK(!resizer_run(r, from, to));
	from->data[0] -= 2;
	OK(resizer_run(r, from, to));
	resizer_close(r);
	av_frame_free(&from);
	av_frame_free(&wide);
	av_frame_free(&to);
}

static void
odd_sides(void)
{
	AVFrame *from = frame(321, 181), *to = frame(160, 90);
	struct resizer *r = resizer_open(from, to);

	paint(from);
	OK(r != NULL && resizer_fits(r, from) && !resizer_run(r, from, to));
	resizer_close(r);
	resizer_close(NULL);
	av_frame_free(&from);
	av_frame_free(&to);
}

int
main(void)
{
	as_swscale();
	what_it_is_for();
	odd_sides();
	return tap_done();
}
