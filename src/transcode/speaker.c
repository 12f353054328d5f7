#include "speaker.h"
#include "err.h"

#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libavutil/samplefmt.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_HZ = 48000, CD_HZ = 44100, BITS_A_CHANNEL = 64000 };

struct speaker {
	AVCodecContext *ctx;
	AVPacket *packet;
	struct media_track track;
	uint8_t *config;
};

static const char *
encoder_name(const struct sound_settings *set)
{
	return set->codec == SOUND_OPUS ? "libopus" : "aac";
}

/* The row of libmedia's table that NAME is, or NULL. */
static const struct codec *
row_of(const char *name)
{
	for (int i = MEDIA_UNKNOWN + 1; i < MEDIA_UNKNOWN + 32; i++) {
		const struct codec *c = codec_of((enum media_codec)i);

		if (c != NULL && strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

static int
set_up(AVCodecContext *c, const struct sound_settings *set,
    const struct media_track *t)
{
	bool opus = set->codec == SOUND_OPUS;
	int channels = t->channels == 1 ? 1 : 2;

	c->sample_fmt = opus ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
	c->sample_rate = !opus && t->sample_rate_hz == CD_HZ ? CD_HZ : USUAL_HZ;
	c->time_base = (AVRational){1, c->sample_rate};
	c->bit_rate = set->kbit > 0 ? (int64_t)set->kbit * 1000
				    : (int64_t)BITS_A_CHANNEL * channels;
	c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	av_channel_layout_default(&c->ch_layout, channels);
	return avcodec_open2(c, NULL, NULL) < 0 ? -1 : 0;
}

struct speaker *
speaker_open(const struct sound_settings *set, const struct media_track *t)
{
	const char *name = encoder_name(set);
	const AVCodec *av = avcodec_find_encoder_by_name(name);
	const struct codec *row =
	    row_of(set->codec == SOUND_OPUS ? "opus" : "aac");
	struct speaker *s = calloc(1, sizeof(*s));

	if (s == NULL || (s->packet = av_packet_alloc()) == NULL) {
		err_sys("allocate");
		goto fail;
	}
	if (av == NULL || row == NULL ||
	    (s->ctx = avcodec_alloc_context3(av)) == NULL ||
	    set_up(s->ctx, set, t) == -1 ||
	    (s->config = malloc((size_t)s->ctx->extradata_size + 1)) == NULL) {
		err_msg("the encoder does not start encoder=%s", name);
		goto fail;
	}
	if (s->ctx->extradata_size > 0)
		memcpy(s->config, s->ctx->extradata,
		    (size_t)s->ctx->extradata_size);
	s->track = (struct media_track){.kind = MEDIA_AUDIO,
	    .codec = row->id,
	    .time_num = 1,
	    .time_den = (uint32_t)s->ctx->sample_rate,
	    .sample_rate_hz = (unsigned)s->ctx->sample_rate,
	    .channels = (unsigned)s->ctx->ch_layout.nb_channels,
	    .config = s->config,
	    .config_len = (size_t)s->ctx->extradata_size};
	return s;
fail:
	speaker_close(s);
	return NULL;
}

void
speaker_close(struct speaker *s)
{
	if (s == NULL)
		return;
	avcodec_free_context(&s->ctx);
	av_packet_free(&s->packet);
	free(s->config);
	free(s);
}

const struct media_track *
speaker_track(const struct speaker *s)
{
	return &s->track;
}

unsigned
speaker_rate(const struct speaker *s)
{
	return s->track.sample_rate_hz;
}

unsigned
speaker_channels(const struct speaker *s)
{
	return s->track.channels;
}

enum AVSampleFormat
speaker_format(const struct speaker *s)
{
	return s->ctx->sample_fmt;
}

size_t
speaker_frame(const struct speaker *s)
{
	return s->ctx->frame_size > 0 ? (size_t)s->ctx->frame_size : 1024;
}

int
speaker_put(struct speaker *s, const AVFrame *f)
{
	int rc = avcodec_send_frame(s->ctx, f);

	if (rc < 0 && rc != AVERROR_EOF) {
		err_msg("encode sound: %s", av_err2str(rc));
		return -1;
	}
	return 0;
}

int
speaker_get(struct speaker *s, struct nut_packet *p)
{
	int rc;

	av_packet_unref(s->packet);
	rc = avcodec_receive_packet(s->ctx, s->packet);
	if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
		return 0;
	if (rc < 0) {
		err_msg("take sound from the encoder: %s", av_err2str(rc));
		return -1;
	}
	*p = (struct nut_packet){.pts = s->packet->pts,
	    .dts = s->packet->pts,
	    .key = true,
	    .data = s->packet->data,
	    .len = (size_t)s->packet->size};
	return 1;
}
