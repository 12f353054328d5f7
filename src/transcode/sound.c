#include "sound.h"
#include "decoder.h"
#include "err.h"
#include "resampler.h"
#include "speaker.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct sound {
	struct outlet *outlet;
	unsigned lane;
	struct media_track track; /* what comes in; without its record */
	/* NULL when it passes as it is. */
	struct decoder *decoder;
	struct resampler *resampler;
	struct speaker *speaker;
	AVPacket *packet;
	AVFrame *frame;
};

static bool
passes(const struct sound_settings *set, const struct media_track *t)
{
	const char *name = codec_of(t->codec)->name;

	switch (set->codec) {
	case SOUND_AAC:
		return strcmp(name, "aac") == 0;
	case SOUND_OPUS:
		return strcmp(name, "opus") == 0;
	case SOUND_AUTO:
		break;
	}
	return strcmp(name, "aac") == 0 || strcmp(name, "opus") == 0;
}

static int
open_chain(struct sound *s, const struct sound_settings *set,
    const struct media_track *t)
{
	const struct decoder_settings how = {.threads = 1, .live = true};

	if ((s->packet = av_packet_alloc()) == NULL ||
	    (s->frame = av_frame_alloc()) == NULL) {
		err_sys("allocate");
		return -1;
	}
	if ((s->decoder = decoder_open(t, &how)) == NULL ||
	    (s->speaker = speaker_open(set, t)) == NULL ||
	    (s->resampler = resampler_open(speaker_rate(s->speaker),
		 speaker_channels(s->speaker), speaker_format(s->speaker))) ==
		NULL)
		return -1;
	return outlet_lane(s->outlet, s->lane, speaker_track(s->speaker));
}

struct sound *
sound_open(const struct sound_settings *set, const struct media_track *t,
    struct outlet *outlet, unsigned lane)
{
	struct sound *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_sys("allocate");
		return NULL;
	}
	s->outlet = outlet;
	s->lane = lane;
	s->track = *t;
	s->track.config = NULL;
	s->track.config_len = 0;
	if ((passes(set, t) ? outlet_lane(outlet, lane, t)
			    : open_chain(s, set, t)) == -1) {
		sound_close(s);
		return NULL;
	}
	return s;
}

void
sound_close(struct sound *s)
{
	if (s == NULL)
		return;
	decoder_close(s->decoder);
	resampler_close(s->resampler);
	speaker_close(s->speaker);
	av_packet_free(&s->packet);
	av_frame_free(&s->frame);
	free(s);
}

/* Encode F, or with NULL what is left, and put out what comes of it. */
static int
encode(struct sound *s, const AVFrame *f)
{
	struct nut_packet p;
	int rc;

	if (speaker_put(s->speaker, f) == -1)
		return -1;
	while ((rc = speaker_get(s->speaker, &p)) == 1)
		if (outlet_put(s->outlet, s->lane, &p) == -1)
			return -1;
	return rc;
}

/* Encode whole frames of what was resampled; with LAST, the rest as well. */
static int
speak(struct sound *s, bool last)
{
	AVFrame *f;
	int rc = 0;

	while (rc == 0 && (f = resampler_take(s->resampler,
			       speaker_frame(s->speaker), last)) != NULL) {
		rc = encode(s, f);
		av_frame_free(&f);
	}
	return rc == 0 && last ? encode(s, NULL) : rc;
}

/* Take what the decoder has. */
static int
take_frames(struct sound *s)
{
	while (decoder_get(s->decoder, s->frame)) {
		int rc = resampler_put(s->resampler, s->frame,
		    (AVRational){
			(int)s->track.time_num, (int)s->track.time_den});

		av_frame_unref(s->frame);
		if (rc == -1 || speak(s, false) == -1)
			return -1;
	}
	return 0;
}

int
sound_put(struct sound *s, const struct nut_packet *p)
{
	if (s->decoder == NULL)
		return outlet_put(s->outlet, s->lane, p);
	if (av_new_packet(s->packet, (int)p->len) < 0) {
		err_sys("allocate");
		return -1;
	}
	if (p->len > 0)
		memcpy(s->packet->data, p->data, p->len);
	s->packet->pts = p->pts;
	s->packet->dts = p->dts;
	decoder_put(s->decoder, s->packet);
	av_packet_unref(s->packet);
	return take_frames(s);
}

int
sound_finish(struct sound *s)
{
	int rc = 0;

	if (s->decoder != NULL) {
		decoder_put(s->decoder, NULL);
		rc = take_frames(s) == -1 || resampler_end(s->resampler) == -1
			 ? -1
			 : speak(s, true);
		if (decoder_errors(s->decoder) > 0)
			err_warn("left out sound that cannot be decoded "
				 "packets=%" PRIu64,
			    decoder_errors(s->decoder));
	}
	return outlet_done(s->outlet, s->lane) == -1 ? -1 : rc;
}
