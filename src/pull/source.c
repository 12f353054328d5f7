#include "source.h"
#include "clock.h"
#include "fferr.h"
#include "fftrack.h"
#include "pattern.h"
#include "reorder.h"

#include <libavformat/avformat.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MS_US = 1000,
	/* What is looked at to know the tracks. */
	PROBE_BYTES = 5000000,
	PROBE_US = 3000000,
	MAX_STREAMS = 64
};

struct source {
	const struct source_limits *limits;
	uint64_t deadline_us;
	AVFormatContext *f;
	struct pattern *pattern; /* in place of F */
	AVPacket *packet;
	struct media_track track[SOURCE_TRACKS];
	int stream[SOURCE_TRACKS]; /* of F */
	/* Where the container has no decoding times, these find them. */
	struct reorder order[SOURCE_TRACKS];
	bool ordered[SOURCE_TRACKS];
	bool timed[SOURCE_TRACKS];
	int64_t newest[SOURCE_TRACKS], last; /* shown; of each, of any */
	size_t tracks;
	char passed[SOURCE_WHY_SIZE];
};

bool
source_stops(int stop_fd)
{
	struct pollfd p = {.fd = stop_fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static int
interrupted(void *arg)
{
	const struct source *s = arg;

	return clock_mono_us() > s->deadline_us ||
	       source_stops(s->limits->stop_fd);
}

static void
allow(struct source *s, unsigned ms)
{
	s->deadline_us = clock_mono_us() + (uint64_t)ms * MS_US;
}

static void
explain(const struct source *s, int code, char why[SOURCE_WHY_SIZE])
{
	char text[FFERR_SIZE];

	fferr_said(text);
	if (clock_mono_us() > s->deadline_us)
		(void)snprintf(why, SOURCE_WHY_SIZE, "nothing came in time");
	else if (text[0] != '\0')
		(void)snprintf(why, SOURCE_WHY_SIZE, "it said: %s", text);
	else {
		fferr_text(text, code);
		(void)snprintf(why, SOURCE_WHY_SIZE, "%s", text);
	}
}

static AVDictionary *
options_for(const struct origin *o, const struct source_limits *limits)
{
	AVDictionary *d = NULL;

	(void)av_dict_set(&d, "protocol_whitelist", o->protocols, 0);
	(void)av_dict_set(&d, "format_whitelist", o->formats, 0);
	(void)av_dict_set_int(&d, "probesize", PROBE_BYTES, 0);
	(void)av_dict_set_int(&d, "analyzeduration", PROBE_US, 0);
	(void)av_dict_set_int(&d, "max_streams", MAX_STREAMS, 0);
	(void)av_dict_set(&d, "tls_verify", "1", 0);
	if (o->rtsp)
		(void)av_dict_set(
		    &d, "rtsp_transport", limits->udp ? "udp" : "tcp", 0);
	return d;
}

/* Remember what of stream I cannot be carried. */
static void
pass_over(struct source *s, const AVCodecParameters *par)
{
	size_t used = strlen(s->passed);

	(void)snprintf(s->passed + used, sizeof(s->passed) - used, "%s%s",
	    used > 0 ? ", " : "", avcodec_get_name(par->codec_id));
}

/* Take the best stream of TYPE, if we can carry it. */
static void
choose(struct source *s, enum AVMediaType type)
{
	int i = av_find_best_stream(s->f, type, -1, -1, NULL, 0);
	const AVStream *st;
	struct media_track *t = &s->track[s->tracks];

	if (i < 0)
		return;
	st = s->f->streams[i];
	if (fftrack_from(t, st->codecpar, 1, SOURCE_HZ) == -1) {
		pass_over(s, st->codecpar);
		return;
	}
	if (st->avg_frame_rate.num > 0 && st->avg_frame_rate.den > 0)
		t->frame_rate_mhz = (unsigned)av_rescale(
		    st->avg_frame_rate.num, 1000, st->avg_frame_rate.den);
	s->stream[s->tracks++] = i;
}

/* Nobody is to fetch what nobody wants. */
static void
discard_others(struct source *s)
{
	for (unsigned i = 0; i < s->f->nb_streams; i++) {
		bool wanted = false;

		for (size_t k = 0; k < s->tracks; k++)
			wanted = wanted || s->stream[k] == (int)i;
		if (!wanted)
			s->f->streams[i]->discard = AVDISCARD_ALL;
	}
}

static int
open_input(struct source *s, const struct origin *o, char why[SOURCE_WHY_SIZE])
{
	AVDictionary *d = options_for(o, s->limits);
	int code;

	allow(s, s->limits->open_ms);
	s->f->interrupt_callback = (AVIOInterruptCB){interrupted, s};
	/* A failure frees it. */
	code = avformat_open_input(&s->f, o->url, NULL, &d);
	av_dict_free(&d);
	if (code >= 0)
		code = avformat_find_stream_info(s->f, NULL);
	if (code >= 0)
		return 0;
	explain(s, code, why);
	return -1;
}

struct source *
source_open(const struct origin *o, const struct source_limits *limits,
    char why[SOURCE_WHY_SIZE])
{
	struct source *s = calloc(1, sizeof(*s));

	(void)snprintf(why, SOURCE_WHY_SIZE, "no memory");
	if (s == NULL)
		return NULL;
	s->limits = limits;
	if ((s->packet = av_packet_alloc()) == NULL)
		goto close_source;
	if (o->pattern) {
		if ((s->pattern = pattern_open(why)) == NULL)
			goto close_source;
		s->tracks = SOURCE_TRACKS;
		memcpy(s->track, pattern_tracks(s->pattern), sizeof(s->track));
		return s;
	}
	if ((s->f = avformat_alloc_context()) == NULL ||
	    open_input(s, o, why) == -1)
		goto close_source;
	choose(s, AVMEDIA_TYPE_VIDEO);
	choose(s, AVMEDIA_TYPE_AUDIO);
	if (s->tracks == 0) {
		(void)snprintf(why, SOURCE_WHY_SIZE,
		    s->passed[0] != '\0'
			? "nothing in it can be carried: %s"
			: "there is neither picture nor sound in it%s",
		    s->passed);
		goto close_source;
	}
	discard_others(s);
	return s;

close_source:
	source_close(s);
	return NULL;
}

void
source_close(struct source *s)
{
	if (s == NULL)
		return;
	allow(s, 1000);
	avformat_close_input(&s->f);
	pattern_close(s->pattern);
	av_packet_free(&s->packet);
	free(s);
}

const struct media_track *
source_tracks(const struct source *s, size_t *n)
{
	*n = s->tracks;
	return s->track;
}

const char *
source_passed(const struct source *s)
{
	return s->passed;
}

static int64_t
frame_of(const struct media_track *t)
{
	return t->frame_rate_mhz > 0
		   ? INT64_C(1000) * SOURCE_HZ / t->frame_rate_mhz
		   : SOURCE_HZ / 25;
}

/* When what is shown at PTS is decoded, where that is not told. */
static int64_t
find_dts(struct source *s, size_t i, int64_t pts)
{
	const struct media_track *t = &s->track[i];

	if (!s->ordered[i])
		reorder_init(&s->order[i], t->delay, frame_of(t), SOURCE_HZ);
	s->ordered[i] = true;
	return reorder_dts(&s->order[i], pts);
}

/*
 * When it is shown, where nothing tells: behind what there was of the track,
 * or, as the first picture of an RTSP camera, with what came last.
 */
static int64_t
find_pts(const struct source *s, size_t i)
{
	return s->timed[i] ? s->newest[i] + frame_of(&s->track[i]) : s->last;
}

/* The packet at hand, of track I, as one of ours. */
static void
convert(struct source *s, size_t i, struct nut_packet *out)
{
	const AVPacket *p = s->packet;
	AVRational hz = {1, SOURCE_HZ};
	AVRational base =
	    s->f != NULL ? s->f->streams[p->stream_index]->time_base : hz;
	int64_t dts = p->dts, pts = p->pts != AV_NOPTS_VALUE ? p->pts : dts;

	pts = pts != AV_NOPTS_VALUE ? av_rescale_q(pts, base, hz)
				    : find_pts(s, i);
	dts = dts != AV_NOPTS_VALUE && !s->ordered[i]
		  ? av_rescale_q(dts, base, hz)
		  : find_dts(s, i, pts);
	if (!s->timed[i] || pts > s->newest[i])
		s->newest[i] = pts;
	s->timed[i] = true;
	s->last = pts;
	*out = (struct nut_packet){.track = (unsigned)i,
	    .pts = pts,
	    .dts = dts,
	    .key = (p->flags & AV_PKT_FLAG_KEY) != 0,
	    .data = p->data,
	    .len = (size_t)p->size};
}

/* The track of the packet at hand; S's TRACKS: it is of no use. */
static size_t
track_of(const struct source *s)
{
	const AVPacket *p = s->packet;
	size_t i = 0;

	if (p->size <= 0 || p->size > MEDIA_MAX_PACKET)
		return s->tracks;
	while (i < s->tracks && s->stream[i] != p->stream_index)
		i++;
	return i;
}

enum source_result
source_next(struct source *s, struct nut_packet *p, char why[SOURCE_WHY_SIZE])
{
	size_t i = 0;
	int code;

	do {
		av_packet_unref(s->packet);
		allow(s, s->limits->stall_ms);
		code = s->pattern != NULL
			   ? pattern_next(s->pattern, &i, s->packet)
			   : av_read_frame(s->f, s->packet);
		if (code == AVERROR(EAGAIN))
			continue;
		if (code == AVERROR_EOF)
			return SOURCE_END;
		if (code < 0) {
			explain(s, code, why);
			return SOURCE_LOST;
		}
	} while (code < 0 || (s->f != NULL && (i = track_of(s)) == s->tracks));
	convert(s, i, p);
	return SOURCE_PACKET;
}
