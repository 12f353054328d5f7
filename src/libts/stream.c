#include "stream.h"
#include "stream_own.h"

#include <errno.h>
#include <string.h>

int
stream_open(struct stream *s, unsigned pid, unsigned type,
    enum media_codec codec, unsigned channels)
{
	enum media_kind kind = codec_of(codec)->kind;

	*s = (struct stream){.used = true,
	    .pid = pid,
	    .type = type,
	    .codec = codec,
	    .waiting = true,
	    .frame = TS_HZ / 25,
	    .needs_key = true};
	s->track = (struct media_track){
	    .kind = kind, .codec = codec, .time_num = 1, .time_den = TS_HZ};
	buf_init(&s->record, MEDIA_MAX_CONFIG);
	buf_init(&s->scratch, MEDIA_MAX_CONFIG);
	if (kind == MEDIA_VIDEO) {
		if ((s->params = params_open(codec)) == NULL) {
			s->used = false;
			return -1;
		}
		video_init(&s->video, codec, TS_MAX_UNIT);
		s->video.params = s->params;
	} else {
		audio_init(&s->audio, codec, channels);
	}
	return 0;
}

void
stream_close(struct stream *s)
{
	if (!s->used)
		return;
	params_close(s->params);
	buf_fini(&s->record);
	buf_fini(&s->scratch);
	if (s->track.kind == MEDIA_VIDEO)
		video_fini(&s->video);
	else
		audio_fini(&s->audio);
	s->used = false;
}

void
stream_lost(struct stream *s, struct stream_set *set)
{
	s->waiting = true;
	s->gap = true;
	s->in_len = 0;
	s->ending = false;
	pes_lost(&s->pes);
	if (s->track.kind == MEDIA_AUDIO) {
		audio_drop(&s->audio);
		return;
	}
	/* What is being made cannot be, nor what is predicted from it. */
	set->count->dropped += s->video.bytes.len > s->video.end;
	video_drop(&s->video);
	s->needs_key = true;
}

void
stream_scrambled(struct stream *s, struct stream_set *set)
{
	stream_lost(s, set);
	if (!s->scrambled)
		s->say = "it is scrambled";
	s->scrambled = true;
}

/* The head of a PES packet is there. */
static void
begin_body(struct stream *s, bool access)
{
	struct mark m = {s->pes.timed, s->pes.pts, s->pes.dts};

	s->waiting = false;
	if (s->track.kind == MEDIA_VIDEO)
		video_mark(&s->video, &m, access);
	else
		audio_mark(&s->audio, &m);
}

/* What the muxer does with packets that it cannot fill.  True: it ends one. */
static bool
note_stuffing(struct stream *s, bool start, bool stuffed)
{
	/* One that is full to its last byte says nothing. */
	if (s->stuffed && start && s->last_only < STREAM_HABIT)
		s->last_only++;
	if (s->stuffed && !start)
		s->last_only = 0;
	s->stuffed = stuffed;
	return stuffed && s->last_only == STREAM_HABIT;
}

void
stream_put(struct stream *s, struct stream_set *set, const uint8_t *p, size_t n,
    unsigned flags)
{
	bool start = (flags & STREAM_START) != 0;
	bool access = (flags & STREAM_ACCESS) != 0;
	bool ends = note_stuffing(s, start, (flags & STREAM_STUFFED) != 0);
	size_t body;
	int rc;

	if (s->refused)
		return;
	if (start) {
		/* It was to be longer. */
		if (s->pes.state == PES_BODY && s->pes.bounded &&
		    s->pes.left > 0) {
			set->count->corrupt++;
			stream_lost(s, set);
		}
		pes_begin(&s->pes);
	} else if (s->waiting && s->pes.state == PES_IDLE) {
		return;
	}
	s->access = start ? access : s->access || access;
	rc = pes_head(&s->pes, &p, &n);
	if (rc == 1)
		begin_body(s, s->access);
	if (rc == -1) {
		if (errno == EACCES) {
			set->count->scrambled++;
			stream_scrambled(s, set);
		} else {
			set->count->corrupt++;
			stream_lost(s, set);
		}
		return;
	}
	body = pes_body(&s->pes, n);
	s->in = p;
	s->in_len = body;
	s->ending = (pes_complete(&s->pes) || (ends && !s->pes.bounded &&
						  s->pes.state == PES_BODY)) &&
		    (body > 0 || rc == 1);
}

enum stream_event
stream_next(struct stream *s, struct stream_set *set, bool last,
    struct ts_packet *out, const char **why)
{
	if (s->say != NULL) {
		*why = s->say;
		s->say = NULL;
		return STREAM_REFUSED;
	}
	if (s->refused)
		return STREAM_MORE;
	if (s->fresh) {
		s->fresh = false;
		return STREAM_TRACK;
	}
	if (s->held) {
		s->held = false;
		*out = s->packet;
		return STREAM_PACKET;
	}
	*why = NULL;
	if (s->track.kind == MEDIA_VIDEO)
		return stream_video(s, set, last, out);
	return stream_audio(s, set, last, out, why);
}

bool
stream_time(struct stream *s, struct stream_set *set, const struct mark *m,
    struct ts_packet *out)
{
	bool jumped = false;

	if (m->valid) {
		out->dts = timebase_map(&set->clock, &s->time, m->dts, &jumped);
		out->pts = timebase_near(m->pts, out->dts);
		if (out->pts < 0)
			out->pts = 0;
	} else if (!s->timed) {
		return false;
	} else {
		out->dts = s->time.last = s->last_dts + s->frame;
		out->pts = s->last_pts + s->frame;
	}
	set->count->jumps = set->clock.jumps;
	s->jumped = s->jumped || jumped;
	/* Steps of frames, but none over a hole. */
	if (s->timed && !jumped && m->valid && out->dts > s->raw_dts &&
	    out->dts - s->raw_dts <= TS_HZ / 2)
		s->frame = out->dts - s->raw_dts;
	s->raw_dts = out->dts;
	if (s->timed && !jumped && out->dts <= s->last_dts)
		out->dts = s->last_dts + 1;
	s->timed = true;
	s->last_dts = out->dts;
	s->last_pts = out->pts;
	return true;
}

enum stream_event
stream_hand(struct stream *s, struct ts_packet *out)
{
	out->jumped = s->jumped;
	out->gap = s->gap;
	s->jumped = s->gap = false;
	if (!s->fresh)
		return STREAM_PACKET;
	s->packet = *out;
	s->held = true;
	s->fresh = false;
	return STREAM_TRACK;
}
