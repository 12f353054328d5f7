#include "decoder.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct decoder {
	AVCodecContext *codec;
	AVPacket *packet;
	AVFrame *frame;
	bool ended;
};

/* The row of libavcodec's that our codec ID means. */
static enum AVCodecID
id_of(enum media_codec id)
{
	const struct codec *c = codec_of(id);
	const AVCodecDescriptor *d =
	    c != NULL ? avcodec_descriptor_get_by_name(c->name) : NULL;

	return d != NULL ? d->id : AV_CODEC_ID_NONE;
}

/* T's config with the zeroes that libavcodec reads behind it. */
static int
take_config(AVCodecContext *c, const struct media_track *t)
{
	if (t->config_len == 0)
		return 0;
	c->extradata = av_mallocz(t->config_len + AV_INPUT_BUFFER_PADDING_SIZE);
	if (c->extradata == NULL) {
		errno = ENOMEM;
		return -1;
	}
	memcpy(c->extradata, t->config, t->config_len);
	c->extradata_size = (int)t->config_len;
	return 0;
}

struct decoder *
decoder_open(const struct media_track *t)
{
	const AVCodec *codec = avcodec_find_decoder(id_of(t->codec));
	struct decoder *d;

	if (codec == NULL || t->config_len > MEDIA_MAX_CONFIG) {
		errno = codec == NULL ? ENOTSUP : EBADMSG;
		return NULL;
	}
	/* What is wrong with a stream its owner is told in other ways. */
	av_log_set_level(AV_LOG_QUIET);
	if ((d = calloc(1, sizeof(*d))) == NULL)
		return NULL;
	d->codec = avcodec_alloc_context3(codec);
	d->packet = av_packet_alloc();
	d->frame = av_frame_alloc();
	if (d->codec == NULL || d->packet == NULL || d->frame == NULL) {
		errno = ENOMEM;
		goto close;
	}
	d->codec->thread_count = 1;
	d->codec->max_pixels = DECODER_MAX_PIXELS;
	d->codec->sample_rate = (int)t->sample_rate_hz;
	if (t->channels > 0 && t->channels <= 64)
		av_channel_layout_default(
		    &d->codec->ch_layout, (int)t->channels);
	if (take_config(d->codec, t) == -1)
		goto close;
	if (avcodec_open2(d->codec, codec, NULL) < 0) {
		errno = EBADMSG;
		goto close;
	}
	return d;
close:
	decoder_close(d);
	return NULL;
}

void
decoder_close(struct decoder *d)
{
	if (d == NULL)
		return;
	avcodec_free_context(&d->codec);
	av_packet_free(&d->packet);
	av_frame_free(&d->frame);
	free(d);
}

int
decoder_put(struct decoder *d, const uint8_t *p, size_t len)
{
	int n;

	if (d->ended)
		avcodec_flush_buffers(d->codec);
	d->ended = false;
	if (len == 0 || len > MEDIA_MAX_PACKET) {
		errno = EBADMSG;
		return -1;
	}
	if (av_new_packet(d->packet, (int)len) < 0) {
		errno = ENOMEM;
		return -1;
	}
	memcpy(d->packet->data, p, len);
	d->packet->flags = AV_PKT_FLAG_KEY;
	n = avcodec_send_packet(d->codec, d->packet);
	av_packet_unref(d->packet);
	if (n >= 0)
		return 0;
	errno = n == AVERROR(ENOMEM) ? ENOMEM : EBADMSG;
	return -1;
}

void
decoder_end(struct decoder *d)
{
	if (!d->ended)
		(void)avcodec_send_packet(d->codec, NULL);
	d->ended = true;
}

AVFrame *
decoder_next(struct decoder *d)
{
	av_frame_unref(d->frame);
	return avcodec_receive_frame(d->codec, d->frame) == 0 ? d->frame : NULL;
}
