#include "hardware.h"
#include "err.h"

#include <fcntl.h>
#include <libavutil/hwcontext.h>
#include <libavutil/opt.h>
#include <string.h>
#include <unistd.h>

enum { TRIAL_SIDE = 256, TRIAL_FRAMES = 4, POOL = 20 };

/* In the order in which auto tries them. */
static const struct kind {
	enum hardware_kind kind;
	const char *name, *codec;
	const char *device; /* without this file there is none */
	enum AVHWDeviceType type;
} kinds[] = {
    {HARDWARE_NVENC, "nvenc", "h264_nvenc", "/dev/nvidiactl",
	AV_HWDEVICE_TYPE_NONE},
    {HARDWARE_QSV, "qsv", "h264_qsv", "/dev/dri/renderD128",
	AV_HWDEVICE_TYPE_NONE},
    {HARDWARE_VAAPI, "vaapi", "h264_vaapi", "/dev/dri/renderD128",
	AV_HWDEVICE_TYPE_VAAPI},
    {HARDWARE_NONE, "software", "libx264", NULL, AV_HWDEVICE_TYPE_NONE},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct kind *
kind_of(enum hardware_kind kind)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].kind == kind)
			return &kinds[i];
	return NULL;
}

const AVCodec *
hardware_codec(const struct hardware *h)
{
	return avcodec_find_encoder_by_name(kind_of(h->kind)->codec);
}

static int
set_frames(const struct hardware *h, AVCodecContext *c)
{
	AVBufferRef *ref = av_hwframe_ctx_alloc(h->device);
	AVHWFramesContext *frames;

	if (ref == NULL)
		return -1;
	frames = (AVHWFramesContext *)(void *)ref->data;
	frames->format = AV_PIX_FMT_VAAPI;
	frames->sw_format = AV_PIX_FMT_NV12;
	frames->width = c->width;
	frames->height = c->height;
	frames->initial_pool_size = POOL;
	if (av_hwframe_ctx_init(ref) < 0) {
		av_buffer_unref(&ref);
		return -1;
	}
	c->pix_fmt = AV_PIX_FMT_VAAPI;
	c->hw_frames_ctx = ref;
	return 0;
}

int
hardware_set(const struct hardware *h, AVCodecContext *c)
{
	c->max_b_frames = 0;
	c->pix_fmt = hardware_format(h);
	switch (h->kind) {
	case HARDWARE_VAAPI:
		return set_frames(h, c);
	case HARDWARE_NVENC:
		return av_opt_set_int(c->priv_data, "forced-idr", 1, 0) < 0 ||
			       av_opt_set_int(
				   c->priv_data, "zerolatency", 1, 0) < 0 ||
			       av_opt_set_int(c->priv_data, "delay", 0, 0) < 0
			   ? -1
			   : 0;
	case HARDWARE_QSV:
		return av_opt_set_int(c->priv_data, "forced_idr", 1, 0) < 0 ||
			       av_opt_set_int(
				   c->priv_data, "async_depth", 1, 0) < 0
			   ? -1
			   : 0;
	case HARDWARE_NONE:
		break;
	}
	return 0;
}

enum AVPixelFormat
hardware_format(const struct hardware *h)
{
	return h->kind == HARDWARE_VAAPI || h->kind == HARDWARE_QSV
		   ? AV_PIX_FMT_NV12
		   : AV_PIX_FMT_YUV420P;
}

/* Encode some grey frames.  True when a packet comes of them. */
static bool
try_it(const struct hardware *h)
{
	const AVCodec *av = hardware_codec(h);
	AVCodecContext *c = av != NULL ? avcodec_alloc_context3(av) : NULL;
	AVPacket *p = av_packet_alloc();
	AVFrame *f = av_frame_alloc();
	bool works = false;

	if (c == NULL || p == NULL || f == NULL)
		goto out;
	c->width = c->height = TRIAL_SIDE;
	c->time_base = (AVRational){1, 30};
	c->framerate = (AVRational){30, 1};
	c->bit_rate = 1000000;
	c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	if (hardware_set(h, c) == -1 || avcodec_open2(c, av, NULL) < 0)
		goto out;
	f->format = hardware_format(h);
	f->width = f->height = TRIAL_SIDE;
	if (av_frame_get_buffer(f, 0) < 0)
		goto out;
	for (int i = 0; i < AV_NUM_DATA_POINTERS && f->buf[i] != NULL; i++)
		memset(f->buf[i]->data, 0x80, f->buf[i]->size);
	for (int i = 0; i < TRIAL_FRAMES; i++) {
		AVFrame *up = NULL;
		int rc;

		f->pts = i;
		if (h->frames && (up = hardware_upload(c, f)) == NULL)
			goto out;
		rc = avcodec_send_frame(c, up != NULL ? up : f);
		av_frame_free(&up);
		if (rc < 0)
			goto out;
	}
	works = avcodec_send_frame(c, NULL) >= 0 &&
		avcodec_receive_packet(c, p) >= 0 && p->size > 0;
out:
	av_frame_free(&f);
	av_packet_free(&p);
	avcodec_free_context(&c);
	return works;
}

static bool
is_there(const struct kind *k)
{
	return k->device == NULL || access(k->device, R_OK | W_OK) == 0;
}

static bool
open_kind(struct hardware *h, const struct kind *k)
{
	*h = (struct hardware){.kind = k->kind};
	if (hardware_codec(h) == NULL || !is_there(k))
		return false;
	if (k->type != AV_HWDEVICE_TYPE_NONE) {
		h->frames = true;
		if (av_hwdevice_ctx_create(
			&h->device, k->type, k->device, NULL, 0) < 0)
			return false;
	}
	if (k->kind == HARDWARE_NONE || try_it(h))
		return true;
	av_buffer_unref(&h->device);
	return false;
}

int
hardware_open(struct hardware *h, const char *wish)
{
	bool any = strcmp(wish, "auto") == 0;

	for (size_t i = 0; i < KINDS; i++) {
		if (!any && strcmp(wish, kinds[i].name) != 0)
			continue;
		if (open_kind(h, &kinds[i])) {
			if (any && kinds[i].kind != HARDWARE_NONE)
				err_info("encoding encoder=%s", kinds[i].codec);
			return 0;
		}
		if (!any || kinds[i].kind == HARDWARE_NONE) {
			err_msg("--encoder %s: %s does not work here", wish,
			    kinds[i].codec);
			return -1;
		}
		if (is_there(&kinds[i]))
			err_warn("trying another encoder, for this one does "
				 "not work encoder=%s",
			    kinds[i].codec);
	}
	err_msg("--encoder %s: want auto, software, vaapi, nvenc or qsv", wish);
	return -1;
}

void
hardware_close(struct hardware *h)
{
	av_buffer_unref(&h->device);
}

AVFrame *
hardware_upload(AVCodecContext *c, const AVFrame *f)
{
	AVFrame *up = av_frame_alloc();

	if (up == NULL || av_hwframe_get_buffer(c->hw_frames_ctx, up, 0) < 0 ||
	    av_hwframe_transfer_data(up, f, 0) < 0 ||
	    av_frame_copy_props(up, f) < 0) {
		err_msg("hand a frame to the hardware");
		av_frame_free(&up);
	}
	return up;
}
