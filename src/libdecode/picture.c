#include "picture.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *suffix, *encoder;
	enum AVPixelFormat pixels;
} forms[PICTURE_FORMS] = {
    [PICTURE_WEBP] = {"webp", "libwebp", AV_PIX_FMT_YUV420P},
    [PICTURE_JPEG] = {"jpg", "mjpeg", AV_PIX_FMT_YUVJ420P},
};

const char *
picture_suffix(enum picture_form form)
{
	return forms[form].suffix;
}

bool
picture_is(enum picture_form form, const uint8_t *p, size_t len)
{
	static const uint8_t jpeg[] = {0xff, 0xd8, 0xff};

	if (form == PICTURE_JPEG)
		return len > sizeof(jpeg) && memcmp(p, jpeg, sizeof(jpeg)) == 0;
	return len > 12 && memcmp(p, "RIFF", 4) == 0 &&
	       memcmp(p + 8, "WEBP", 4) == 0;
}

bool
picture_possible(enum picture_form form)
{
	return avcodec_find_encoder_by_name(forms[form].encoder) != NULL;
}

int
picture_pixels(enum picture_form form)
{
	return forms[form].pixels;
}

/* What 1 to 100 means to mjpeg: quantizers from 31 to 2. */
static int
quantizer(unsigned quality)
{
	return 31 - (int)(quality * 29 / 100);
}

static AVCodecContext *
open_encoder(const AVFrame *f, enum picture_form form, unsigned quality)
{
	const AVCodec *codec =
	    avcodec_find_encoder_by_name(forms[form].encoder);
	AVCodecContext *c =
	    codec != NULL ? avcodec_alloc_context3(codec) : NULL;
	char text[16];

	if (c == NULL) {
		errno = codec == NULL ? ENOTSUP : ENOMEM;
		return NULL;
	}
	c->width = f->width;
	c->height = f->height;
	c->pix_fmt = forms[form].pixels;
	c->time_base = (AVRational){1, 25};
	c->thread_count = 1;
	if (form == PICTURE_JPEG) {
		c->flags |= AV_CODEC_FLAG_QSCALE;
		c->global_quality = FF_QP2LAMBDA * quantizer(quality);
		c->color_range = AVCOL_RANGE_JPEG;
	} else {
		(void)snprintf(text, sizeof(text), "%u", quality);
		(void)av_opt_set(c->priv_data, "quality", text, 0);
		(void)av_opt_set(c->priv_data, "compression_level", "3", 0);
	}
	if (avcodec_open2(c, codec, NULL) < 0) {
		avcodec_free_context(&c);
		errno = ENOTSUP;
	}
	return c;
}

int
picture_write(
    const AVFrame *f, enum picture_form form, unsigned quality, struct buf *out)
{
	AVCodecContext *c = open_encoder(f, form, quality);
	AVPacket *p = av_packet_alloc();
	int rc = -1;

	if (c == NULL || p == NULL) {
		if (c != NULL)
			errno = ENOMEM;
	} else if (avcodec_send_frame(c, f) < 0 ||
		   avcodec_send_frame(c, NULL) < 0 ||
		   avcodec_receive_packet(c, p) < 0) {
		errno = ENOTSUP;
	} else {
		rc = buf_put(out, p->data, (size_t)p->size);
	}
	av_packet_free(&p);
	avcodec_free_context(&c);
	return rc;
}
