#include "scaler.h"
#include "err.h"
#include "resizer.h"

#include <libavutil/buffer.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
#include <stdbool.h>
#include <stdlib.h>

enum { ALIGN = 64 };

struct scaler {
	int width, height;
	enum AVPixelFormat format;
	/* What is not of its kind is swscale's. */
	struct resizer *resizer;
	struct SwsContext *sws;
	AVBufferPool *pool; /* memory of frames, used again and again */
	int in_range, in_space;
};

struct scaler *
scaler_open(unsigned width, unsigned height, enum AVPixelFormat format)
{
	struct scaler *s = calloc(1, sizeof(*s));
	int bytes;

	if (s == NULL)
		return NULL;
	s->width = (int)width;
	s->height = (int)height;
	s->format = format;
	s->in_range = s->in_space = -1;
	bytes = av_image_get_buffer_size(format, s->width, s->height, ALIGN);
	/* Vectors may read and write past the last row. */
	if (bytes < 0 || (s->pool = av_buffer_pool_init(
			      (size_t)bytes + ALIGN, NULL)) == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
scaler_close(struct scaler *s)
{
	if (s == NULL)
		return;
	resizer_close(s->resizer);
	sws_freeContext(s->sws);
	av_buffer_pool_uninit(&s->pool);
	free(s);
}

/* The formats that say by their names that their range is a PC's. */
static enum AVPixelFormat
plain(enum AVPixelFormat f)
{
	if (f == AV_PIX_FMT_YUVJ420P)
		return AV_PIX_FMT_YUV420P;
	if (f == AV_PIX_FMT_YUVJ422P)
		return AV_PIX_FMT_YUV422P;
	return f == AV_PIX_FMT_YUVJ444P ? AV_PIX_FMT_YUV444P : f;
}

static bool
full_range(const AVFrame *f)
{
	return f->color_range == AVCOL_RANGE_JPEG ||
	       plain((enum AVPixelFormat)f->format) !=
		   (enum AVPixelFormat)f->format;
}

static int
set_up(struct scaler *s, const AVFrame *f)
{
	int range = full_range(f);
	int space =
	    f->colorspace == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : SWS_CS_DEFAULT;
	struct SwsContext *before = s->sws;

	s->sws = sws_getCachedContext(s->sws, f->width, f->height,
	    plain((enum AVPixelFormat)f->format), s->width, s->height,
	    s->format, SWS_BICUBIC, NULL, NULL, NULL);
	if (s->sws == NULL)
		return -1;
	if (s->sws == before && s->in_range == range && s->in_space == space)
		return 0;
	s->in_range = range;
	s->in_space = space;
	/* Of one kind into the same, but for the range. */
	(void)sws_setColorspaceDetails(s->sws, sws_getCoefficients(space),
	    range, sws_getCoefficients(space), 0, 0, 1 << 16, 1 << 16);
	return 0;
}

static AVFrame *
make_empty(struct scaler *s, const AVFrame *f)
{
	AVFrame *out = av_frame_alloc();

	if (out == NULL || av_frame_copy_props(out, f) < 0 ||
	    (out->buf[0] = av_buffer_pool_get(s->pool)) == NULL ||
	    av_image_fill_arrays(out->data, out->linesize, out->buf[0]->data,
		s->format, s->width, s->height, ALIGN) < 0) {
		av_frame_free(&out);
		return NULL;
	}
	out->width = s->width;
	out->height = s->height;
	out->format = s->format;
	out->color_range = AVCOL_RANGE_MPEG;
	out->crop_top = out->crop_bottom = out->crop_left = out->crop_right = 0;
	return out;
}

/* F into OUT without swscale.  False when that cannot be. */
static bool
resize(struct scaler *s, const AVFrame *f, AVFrame *out)
{
	if (f->format != AV_PIX_FMT_YUV420P ||
	    s->format != AV_PIX_FMT_YUV420P || full_range(f))
		return false;
	if (s->resizer == NULL || !resizer_fits(s->resizer, f)) {
		resizer_close(s->resizer);
		s->resizer = resizer_open(f, out);
	}
	return s->resizer != NULL && resizer_run(s->resizer, f, out);
}

static bool
convert(struct scaler *s, const AVFrame *f, AVFrame *out)
{
	if (set_up(s, f) == -1)
		return false;
	(void)sws_scale(s->sws, (const uint8_t *const *)f->data, f->linesize, 0,
	    f->height, out->data, out->linesize);
	return true;
}

AVFrame *
scaler_make(struct scaler *s, const AVFrame *f)
{
	AVFrame *out;

	if (f->width == s->width && f->height == s->height &&
	    f->format == (int)s->format && !full_range(f)) {
		if ((out = av_frame_clone(f)) == NULL)
			err_msg("allocate a frame");
		return out;
	}
	if ((out = make_empty(s, f)) == NULL ||
	    (!resize(s, f, out) && !convert(s, f, out))) {
		err_msg("scale a frame of %dx%d", f->width, f->height);
		av_frame_free(&out);
	}
	return out;
}
