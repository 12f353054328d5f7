#include "stream_own.h"

#include <errno.h>
#include <string.h>

/* What frame F says of the track, if that is new. */
static void
take_facts(struct stream *s, const struct sound *f)
{
	struct media_track *t = &s->track;

	if (s->known && t->sample_rate_hz == f->sample_rate_hz &&
	    t->channels == f->channels && f->record_len == s->record.len &&
	    (f->record_len == 0 ||
		memcmp(f->record, s->record.p, f->record_len) == 0))
		return;
	buf_reset(&s->record);
	if (buf_put(&s->record, f->record, f->record_len) == -1)
		return;
	t->sample_rate_hz = f->sample_rate_hz;
	t->channels = f->channels;
	t->config = s->record.p;
	t->config_len = s->record.len;
	s->known = s->fresh = true;
}

/* The time of frame F: what was said, or as many samples behind it. */
static bool
time_frame(struct stream *s, struct stream_set *set, const struct sound *f,
    const struct mark *m, struct ts_packet *out)
{
	struct mark said = *m;

	/* Of sound the times of decoding and of playing are one. */
	said.dts = said.pts;
	if (!said.valid && s->timed)
		s->frame = s->base_pts +
			   (int64_t)(s->samples * TS_HZ / f->clock_hz) -
			   s->last_pts;
	if (!stream_time(s, set, &said, out))
		return false;
	if (said.valid) {
		s->base_pts = out->pts;
		s->samples = 0;
	}
	s->samples += f->samples;
	return true;
}

enum stream_event
stream_audio(struct stream *s, struct stream_set *set, bool last,
    struct ts_packet *out, const char **why)
{
	struct audio *a = &s->audio;
	struct sound f;
	struct mark m;
	int rc;

	while ((rc = audio_take(
		    a, &s->in, &s->in_len, s->ending || last, &f, &m)) == 1) {
		*out = (struct ts_packet){.key = true,
		    .data = a->bytes.p + f.head,
		    .len = f.len - f.head};
		s->gap = s->gap || a->gap;
		a->gap = false;
		if (out->len == 0 || !time_frame(s, set, &f, &m, out)) {
			set->count->dropped++;
			continue;
		}
		take_facts(s, &f);
		return stream_hand(s, out);
	}
	set->count->dropped += a->dropped;
	a->dropped = 0;
	s->ending = false;
	if (rc == 0)
		return STREAM_MORE;
	if (errno != ENOTSUP)
		return STREAM_FAILED;
	*why = a->why;
	s->refused = true;
	return STREAM_REFUSED;
}
