#include "fftrack.h"
#include "avc.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavutil/mem.h>
#include <stdbool.h>
#include <string.h>

static const struct {
	enum media_codec ours;
	enum AVCodecID theirs;
} codecs[] = {
    {MEDIA_H264, AV_CODEC_ID_H264},
    {MEDIA_AAC, AV_CODEC_ID_AAC},
};
enum { CODECS = sizeof(codecs) / sizeof(codecs[0]) };

enum AVCodecID
fftrack_id(enum media_codec codec)
{
	for (size_t i = 0; i < CODECS; i++)
		if (codecs[i].ours == codec)
			return codecs[i].theirs;
	return AV_CODEC_ID_NONE;
}

enum media_codec
fftrack_codec(enum AVCodecID id)
{
	for (size_t i = 0; i < CODECS; i++)
		if (codecs[i].theirs == id)
			return codecs[i].ours;
	return MEDIA_UNKNOWN;
}

int
fftrack_to(AVCodecParameters *par, const struct media_track *t)
{
	par->codec_type =
	    t->kind == MEDIA_VIDEO ? AVMEDIA_TYPE_VIDEO : AVMEDIA_TYPE_AUDIO;
	if ((par->codec_id = fftrack_id(t->codec)) == AV_CODEC_ID_NONE) {
		errno = ENOTSUP;
		return -1;
	}
	if (t->config_len > 0) {
		par->extradata =
		    av_mallocz(t->config_len + AV_INPUT_BUFFER_PADDING_SIZE);
		if (par->extradata == NULL) {
			errno = ENOMEM;
			return -1;
		}
		memcpy(par->extradata, t->config, t->config_len);
		par->extradata_size = (int)t->config_len;
	}
	par->width = (int)t->width;
	par->height = (int)t->height;
	par->video_delay = (int)t->delay;
	par->sample_rate = (int)t->sample_rate_hz;
	if (t->kind == MEDIA_AUDIO && t->channels > 0)
		av_channel_layout_default(&par->ch_layout, (int)t->channels);
	return 0;
}

/*
 * How many frames PAR's decoder may hold back.  libavformat tells only after
 * it looked at frames; the codec's record tells at once.
 */
static int
find_delay(struct media_track *t, const AVCodecParameters *par)
{
	const AVCodec *codec;
	AVCodecContext *c;
	struct avc_config avc;

	t->delay = par->video_delay > 0 ? (unsigned)par->video_delay : 0;
	if (par->codec_id == AV_CODEC_ID_H264 && t->config_len > 0 &&
	    t->config[0] == 1) {
		if (avc_config_parse(&avc, t->config, t->config_len) == -1)
			return -1;
		t->delay = avc.sps.reorder_frames;
	} else if (par->codec_id == AV_CODEC_ID_HEVC && t->config_len > 0) {
		codec = avcodec_find_decoder(par->codec_id);
		c = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
		if (c != NULL && avcodec_parameters_to_context(c, par) >= 0 &&
		    avcodec_open2(c, codec, NULL) >= 0 && c->has_b_frames > 0)
			t->delay = (unsigned)c->has_b_frames;
		avcodec_free_context(&c);
	}
	if (t->delay > MEDIA_MAX_DELAY)
		t->delay = MEDIA_MAX_DELAY;
	return 0;
}

int
fftrack_from(struct media_track *t, const AVCodecParameters *par, uint32_t num,
    uint32_t den)
{
	*t = (struct media_track){
	    .kind = par->codec_type == AVMEDIA_TYPE_VIDEO ? MEDIA_VIDEO
							  : MEDIA_AUDIO,
	    .codec = fftrack_codec(par->codec_id),
	    .time_num = num,
	    .time_den = den,
	};
	if (t->codec == MEDIA_UNKNOWN || codec_of(t->codec)->kind != t->kind ||
	    (par->codec_type != AVMEDIA_TYPE_VIDEO &&
		par->codec_type != AVMEDIA_TYPE_AUDIO)) {
		errno = ENOTSUP;
		return -1;
	}
	if (par->extradata_size < 0 || par->extradata_size > MEDIA_MAX_CONFIG) {
		errno = EBADMSG;
		return -1;
	}
	t->config = par->extradata;
	t->config_len = (size_t)par->extradata_size;
	if (t->kind == MEDIA_AUDIO) {
		t->sample_rate_hz = (unsigned)par->sample_rate;
		t->channels = (unsigned)par->ch_layout.nb_channels;
		return 0;
	}
	t->width = (unsigned)par->width;
	t->height = (unsigned)par->height;
	return find_delay(t, par);
}

bool
fftrack_same(const struct media_track *a, const struct media_track *b)
{
	return a->kind == b->kind && a->codec == b->codec &&
	       a->time_num == b->time_num && a->time_den == b->time_den &&
	       a->width == b->width && a->height == b->height &&
	       a->sample_rate_hz == b->sample_rate_hz &&
	       a->channels == b->channels && a->config_len == b->config_len &&
	       (a->config_len == 0 ||
		   memcmp(a->config, b->config, a->config_len) == 0);
}
