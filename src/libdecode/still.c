#include "still.h"
#include "decoder.h"

#include <errno.h>
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <stdlib.h>

/* A line of so many, and a pixel of so many in it, are looked at. */
enum { LOOK_EVERY = 8, MIN_SIDE = 2, RIM = 25 };

struct still {
	struct decoder *decoder;
	AVFrame *picture; /* width 0: there is none */
};

struct still *
still_open(const struct media_track *t)
{
	struct still *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	if ((s->picture = av_frame_alloc()) == NULL)
		errno = ENOMEM;
	else if ((s->decoder = decoder_open(t)) != NULL)
		return s;
	still_close(s);
	return NULL;
}

void
still_close(struct still *s)
{
	int saved = errno;

	if (s == NULL)
		return;
	decoder_close(s->decoder);
	av_frame_free(&s->picture);
	free(s);
	errno = saved;
}

int
still_take(struct still *s, const uint8_t *p, size_t len)
{
	AVFrame *f;

	if (decoder_put(s->decoder, p, len) == -1)
		return -1;
	decoder_end(s->decoder);
	f = decoder_next(s->decoder);
	if (f == NULL || f->width < MIN_SIDE || f->height < MIN_SIDE ||
	    f->width > DECODER_MAX_WIDTH || f->height > DECODER_MAX_HEIGHT) {
		errno = EBADMSG;
		return -1;
	}
	av_frame_unref(s->picture);
	av_frame_move_ref(s->picture, f);
	return 0;
}

/* The mean distance of F's brightness, from 0 to 255, from FROM. */
static unsigned
mean_distance(const AVFrame *f, unsigned from)
{
	const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(f->format);
	uint64_t sum = 0, n = 0;
	unsigned v, deep;

	if (d == NULL || f->width == 0)
		return 0;
	deep = d->comp[0].depth > 8 ? (unsigned)d->comp[0].depth - 8 : 0;
	for (int y = 0; y < f->height; y += LOOK_EVERY) {
		const uint8_t *p = f->data[0] + (ptrdiff_t)y * f->linesize[0];

		for (int x = 0; x < f->width; x += LOOK_EVERY, n++) {
			const uint8_t *at = p + (ptrdiff_t)x * d->comp[0].step;

			v = at[0];
			if (deep > 0)
				v = (v | (unsigned)at[1] << 8) >> deep & 255;
			sum += v > from ? v - from : from - v;
		}
	}
	return (unsigned)(sum / n);
}

unsigned
still_detail(const struct still *s)
{
	return mean_distance(s->picture, mean_distance(s->picture, 0));
}

/* How large F is shown when it is to fit into WIDTH x HEIGHT, both even. */
static void
fit(const AVFrame *f, unsigned width, unsigned height, unsigned *w, unsigned *h)
{
	double aspect = (double)f->width / f->height, sar;

	if (f->sample_aspect_ratio.num > 0 && f->sample_aspect_ratio.den > 0) {
		sar = av_q2d(f->sample_aspect_ratio);
		if (sar > 0.1 && sar < 10)
			aspect *= sar;
	}
	if (aspect * height >= width) {
		*w = width;
		*h = (unsigned)(width / aspect / 2 + 0.5) * 2;
	} else {
		*h = height;
		*w = (unsigned)(height * aspect / 2 + 0.5) * 2;
	}
	/* Nobody sees that it is a little wider; a black rim anybody does. */
	if (*w >= width - width / RIM || *w > width)
		*w = width;
	if (*h >= height - height / RIM || *h > height)
		*h = height;
	*w = *w < MIN_SIDE ? MIN_SIDE : *w;
	*h = *h < MIN_SIDE ? MIN_SIDE : *h;
}

/* Tell C which colours F and a picture that is OUT_FULL of range have. */
static void
colours(struct SwsContext *c, const AVFrame *f, int out_full)
{
	const int *to = sws_getCoefficients(SWS_CS_ITU601), *from;
	int full = f->color_range == AVCOL_RANGE_JPEG ||
		   f->format == AV_PIX_FMT_YUVJ420P;
	int matrix = (int)f->colorspace;

	/* What is not said goes by its size, as players have it. */
	if (f->colorspace == AVCOL_SPC_UNSPECIFIED ||
	    f->colorspace == AVCOL_SPC_RGB)
		matrix = f->height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
	from = sws_getCoefficients(matrix);
	(void)sws_setColorspaceDetails(
	    c, from, full, to, out_full, 0, 1 << 16, 1 << 16);
}

/* F to W x H at (X, Y) of OUT.  0, or -1 with errno ENOMEM. */
static int
scale(const AVFrame *f, AVFrame *out, unsigned x, unsigned y, unsigned w,
    unsigned h)
{
	struct SwsContext *c = sws_getContext(f->width, f->height, f->format,
	    (int)w, (int)h, out->format, SWS_AREA, NULL, NULL, NULL);
	uint8_t *to[4] = {NULL};
	int n;

	if (c == NULL) {
		errno = ENOMEM;
		return -1;
	}
	colours(c, f, out->format == AV_PIX_FMT_YUVJ420P);
	for (int i = 0; i < 3; i++) {
		ptrdiff_t half = i > 0 ? 2 : 1;

		to[i] = out->data[i] +
			out->linesize[i] * ((ptrdiff_t)y / half) +
			(ptrdiff_t)x / half;
	}
	n = sws_scale(c, (const uint8_t *const *)f->data, f->linesize, 0,
	    f->height, to, out->linesize);
	sws_freeContext(c);
	errno = ENOMEM;
	return n > 0 ? 0 : -1;
}

int
still_write(struct still *s, unsigned box, enum picture_form form,
    unsigned quality, struct buf *out)
{
	const AVFrame *f = s->picture;
	AVFrame *small;
	unsigned w, h, most;
	int rc = -1;

	if (f->width == 0) {
		errno = EBADMSG;
		return -1;
	}
	most = (unsigned)(f->width > f->height ? f->width : f->height) & ~1U;
	box = box < most ? box & ~1U : most;
	fit(f, box, box, &w, &h);
	if ((small = av_frame_alloc()) != NULL) {
		small->format = picture_pixels(form);
		small->width = (int)w;
		small->height = (int)h;
		errno = ENOMEM;
		if (av_frame_get_buffer(small, 0) == 0 &&
		    scale(f, small, 0, 0, w, h) == 0)
			rc = picture_write(small, form, quality, out);
	}
	av_frame_free(&small);
	return rc;
}

int
still_draw(struct still *s, AVFrame *sheet, unsigned x, unsigned y,
    unsigned width, unsigned height)
{
	unsigned w, h;

	if (s->picture->width == 0) {
		errno = EBADMSG;
		return -1;
	}
	fit(s->picture, width, height, &w, &h);
	x += (width - w) / 4 * 2;
	y += (height - h) / 4 * 2;
	return scale(s->picture, sheet, x, y, w, h);
}
