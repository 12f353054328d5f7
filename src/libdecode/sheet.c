#include "sheet.h"

#include <errno.h>
#include <libavutil/frame.h>
#include <stdlib.h>
#include <string.h>

struct sheet {
	enum picture_form form;
	unsigned width, height, columns, pictures;
	AVFrame *frame;
};

/* Black: no colour, and as dark as the format's range has it. */
static void
blacken(AVFrame *f)
{
	int dark = f->format == AV_PIX_FMT_YUVJ420P ? 0 : 16;

	for (int i = 0; i < 3; i++) {
		int rows = i == 0 ? f->height : (f->height + 1) / 2;

		memset(f->data[i], i == 0 ? dark : 128,
		    (size_t)rows * (size_t)f->linesize[i]);
	}
}

static bool
sound(unsigned width, unsigned height, unsigned columns, unsigned pictures)
{
	unsigned rows;

	if (width == 0 || height == 0 || columns == 0 || pictures == 0 ||
	    pictures > SHEET_MAX_PICTURES || width % 2 != 0 ||
	    height % 2 != 0 || columns > SHEET_MAX_SIDE / width)
		return false;
	rows = (pictures + columns - 1) / columns;
	return rows <= SHEET_MAX_SIDE / height;
}

struct sheet *
sheet_open(enum picture_form form, unsigned width, unsigned height,
    unsigned columns, unsigned pictures)
{
	struct sheet *s;

	if (!sound(width, height, columns, pictures)) {
		errno = EINVAL;
		return NULL;
	}
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	*s = (struct sheet){.form = form,
	    .width = width,
	    .height = height,
	    .columns = columns,
	    .pictures = pictures,
	    .frame = av_frame_alloc()};
	if (s->frame != NULL) {
		s->frame->format = picture_pixels(form);
		s->frame->width = (int)(width * columns);
		s->frame->height =
		    (int)(height * ((pictures + columns - 1) / columns));
		if (av_frame_get_buffer(s->frame, 0) == 0) {
			blacken(s->frame);
			return s;
		}
	}
	sheet_close(s);
	errno = ENOMEM;
	return NULL;
}

void
sheet_close(struct sheet *s)
{
	if (s == NULL)
		return;
	av_frame_free(&s->frame);
	free(s);
}

int
sheet_put(struct sheet *s, unsigned at, struct still *p)
{
	if (at >= s->pictures) {
		errno = EINVAL;
		return -1;
	}
	return still_draw(p, s->frame, at % s->columns * s->width,
	    at / s->columns * s->height, s->width, s->height);
}

int
sheet_write(const struct sheet *s, unsigned quality, struct buf *out)
{
	return picture_write(s->frame, s->form, quality, out);
}
