#include "ffts.h"
#include "fferr.h"
#include "fftrack.h"

#include <errno.h>
#include <libavformat/avformat.h>
#include <stdlib.h>
#include <string.h>

struct ffts {
	AVFormatContext *f;
	AVPacket *packet;
	size_t tracks;
	AVRational base[MEDIA_MAX_TRACKS]; /* of what comes */
};

static int
fail(int code)
{
	errno = fferr_errno(code);
	return -1;
}

/* What libavformat's muxer takes, and others read again. */
static bool
carries(enum media_codec codec)
{
	static const enum AVCodecID taken[] = {AV_CODEC_ID_H264,
	    AV_CODEC_ID_HEVC, AV_CODEC_ID_AAC, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3,
	    AV_CODEC_ID_EAC3, AV_CODEC_ID_OPUS};

	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (fftrack_id(codec) == taken[i])
			return true;
	return false;
}

const char *
ffts_refuses(const struct media_track *track, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!carries(track[i].codec))
			return codec_of(track[i].codec)->name;
	return NULL;
}

static int
add_track(struct ffts *t, const struct media_track *m)
{
	AVStream *s = avformat_new_stream(t->f, NULL);

	if (s == NULL)
		return fail(AVERROR(ENOMEM));
	if (fftrack_to(s->codecpar, m) == -1)
		return -1;
	t->base[t->tracks++] = (AVRational){(int)m->time_num, (int)m->time_den};
	return 0;
}

static int
begin(struct ffts *t, AVIOContext *io, bool again)
{
	AVDictionary *options = NULL;
	int code;

	t->f->pb = io;
	t->f->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_FLUSH_PACKETS;
	/* Frames are in order, and nothing is to wait for another. */
	t->f->max_delay = 0;
	t->f->avoid_negative_ts = 0;
	if (again)
		(void)av_dict_set(
		    &options, "mpegts_flags", "+initial_discontinuity", 0);
	code = avformat_write_header(t->f, &options);
	av_dict_free(&options);
	return code < 0 ? fail(code) : 0;
}

struct ffts *
ffts_open(
    AVIOContext *io, const struct media_track *track, size_t n, bool again)
{
	struct ffts *t = calloc(1, sizeof(*t));
	int saved;

	if (t == NULL)
		return NULL;
	if (ffts_refuses(track, n) != NULL || n > MEDIA_MAX_TRACKS) {
		errno = ENOTSUP;
		goto free_it;
	}
	if ((t->packet = av_packet_alloc()) == NULL ||
	    avformat_alloc_output_context2(&t->f, NULL, "mpegts", NULL) < 0) {
		errno = ENOMEM;
		goto free_it;
	}
	for (size_t i = 0; i < n; i++)
		if (add_track(t, &track[i]) == -1)
			goto free_it;
	if (begin(t, io, again) == -1)
		goto free_it;
	return t;

free_it:
	saved = errno;
	av_packet_free(&t->packet);
	avformat_free_context(t->f);
	free(t);
	errno = saved;
	return NULL;
}

void
ffts_close(struct ffts *t)
{
	if (t == NULL)
		return;
	(void)av_write_trailer(t->f);
	ffts_abandon(t);
}

void
ffts_abandon(struct ffts *t)
{
	if (t == NULL)
		return;
	av_packet_free(&t->packet);
	avformat_free_context(t->f);
	free(t);
}

int
ffts_put(struct ffts *t, const struct nut_packet *p)
{
	int code = p->len <= MEDIA_MAX_PACKET
		       ? av_new_packet(t->packet, (int)p->len)
		       : AVERROR(EMSGSIZE);

	if (code < 0)
		return fail(code);
	memcpy(t->packet->data, p->data, p->len);
	t->packet->stream_index = (int)p->track;
	t->packet->pts = p->pts;
	t->packet->dts = p->dts;
	t->packet->flags = p->key ? AV_PKT_FLAG_KEY : 0;
	av_packet_rescale_ts(
	    t->packet, t->base[p->track], t->f->streams[p->track]->time_base);
	code = av_write_frame(t->f, t->packet);
	av_packet_unref(t->packet);
	if (code >= 0)
		code = av_write_frame(t->f, NULL);
	return code < 0 ? fail(code) : 0;
}
