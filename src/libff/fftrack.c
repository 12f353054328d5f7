#include "fftrack.h"

#include <errno.h>
#include <libavcodec/defs.h>
#include <libavutil/mem.h>
#include <stdbool.h>
#include <string.h>

static const struct {
	enum media_codec ours;
	enum AVCodecID theirs;
} codecs[] = {
    {MEDIA_H264, AV_CODEC_ID_H264},
    {MEDIA_AAC, AV_CODEC_ID_AAC},
    {MEDIA_HEVC, AV_CODEC_ID_HEVC},
    {MEDIA_AV1, AV_CODEC_ID_AV1},
    {MEDIA_VP9, AV_CODEC_ID_VP9},
    {MEDIA_OPUS, AV_CODEC_ID_OPUS},
    {MEDIA_FLAC, AV_CODEC_ID_FLAC},
    {MEDIA_AC3, AV_CODEC_ID_AC3},
    {MEDIA_EAC3, AV_CODEC_ID_EAC3},
    {MEDIA_MP3, AV_CODEC_ID_MP3},
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

/* What T's record says that libavformat finds out from frames only. */
static void
find_delay(struct media_track *t)
{
	struct codec_facts f;

	if (codec_of(t->codec)->facts(&f, t) == 0)
		t->delay = f.reorder_frames;
	if (t->delay > MEDIA_MAX_DELAY)
		t->delay = MEDIA_MAX_DELAY;
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
	t->delay = par->video_delay > 0 ? (unsigned)par->video_delay : 0;
	find_delay(t);
	return 0;
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
