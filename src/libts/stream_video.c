#include "hevc.h"
#include "stream_own.h"

#include <errno.h>
#include <string.h>

/* The record of what is in force, and what it says, become the track's. */
static void
take_record(struct stream *s)
{
	struct media_track t = s->track;
	struct codec_facts f;

	buf_reset(&s->scratch);
	if (params_record(s->params, &s->scratch) == -1)
		return;
	t.config = s->scratch.p;
	t.config_len = s->scratch.len;
	if ((s->known && t.config_len == s->record.len &&
		memcmp(t.config, s->record.p, t.config_len) == 0) ||
	    codec_of(s->codec)->facts(&f, &t) == -1)
		return;
	{
		struct buf old = s->record;

		s->record = s->scratch;
		s->scratch = old;
	}
	t.delay = f.reorder_frames;
	t.width = f.width;
	t.height = f.height;
	t.frame_rate_mhz = 0;
	if (f.frame_rate_den > 0)
		t.frame_rate_mhz =
		    (unsigned)(f.frame_rate_num * 1000 / f.frame_rate_den);
	if (t.frame_rate_mhz > 0)
		s->frame = (int64_t)TS_HZ * 1000 / t.frame_rate_mhz;
	s->track = t;
	s->known = s->fresh = true;
}

/* Access unit P, a key, brings parameter sets that were not in force. */
static int
take_sets(struct stream *s, const uint8_t *p, size_t len)
{
	struct params *fresh = params_open(s->codec);
	struct avc_nals it;
	struct avc_nal nal;

	if (fresh == NULL)
		return -1;
	avc_nals_init(&it, p, len, 4);
	while (s->codec == MEDIA_H264 ? avc_nals_next(&it, &nal)
				      : hevc_nals_next(&it, &nal))
		if (params_are(fresh, nal.type)) {
			(void)params_put(fresh, &nal);
			(void)params_put(s->params, &nal);
		}
	/* All that it needs came with it: what was before is over. */
	buf_reset(&s->scratch);
	if (params_record(fresh, &s->scratch) == 0) {
		params_close(s->params);
		s->params = fresh;
		s->video.params = fresh;
	} else {
		params_close(fresh);
	}
	take_record(s);
	return 0;
}

/*
 * Is picture PIC, whose times are OUT's, of use to a decoder that got all that
 * was handed out, and nothing else?
 */
static bool
decodes(
    struct stream *s, const struct picture *pic, const struct ts_packet *out)
{
	if (pic->torn || (s->needs_key && !pic->key)) {
		s->needs_key = true;
		return false;
	}
	if (pic->key) {
		/* What leads it refers to what is before it. */
		s->leading = s->needs_key && !pic->idr;
		s->lead_pts = out->pts;
		s->needs_key = false;
		return true;
	}
	return !s->leading || out->pts >= s->lead_pts;
}

/* The next access unit.  As video_take(). */
static int
next_picture(struct stream *s, bool last, struct picture *pic)
{
	int rc = video_take(&s->video, &s->in, &s->in_len, pic);

	if (s->video.broken) {
		/* What was handed out before had not been whole. */
		s->video.broken = false;
		s->video.spread = true;
		s->needs_key = s->gap = true;
	}
	if (rc == 0 && s->ending && !s->video.spread) {
		rc = video_complete(&s->video, pic);
		s->ending = rc == 1;
	}
	if (rc == 0 && last)
		rc = video_last(&s->video, pic);
	return rc;
}

enum stream_event
stream_video(
    struct stream *s, struct stream_set *set, bool last, struct ts_packet *out)
{
	struct picture pic;
	int rc;

	while ((rc = next_picture(s, last, &pic)) == 1) {
		const uint8_t *p = s->video.bytes.p + pic.begin;
		size_t len = s->video.end - pic.begin;

		*out =
		    (struct ts_packet){.key = pic.key, .data = p, .len = len};
		if (!stream_time(s, set, &pic.mark, out) ||
		    !decodes(s, &pic, out)) {
			set->count->dropped++;
			s->gap = true;
			continue;
		}
		if (pic.key && pic.sets && take_sets(s, p, len) == -1)
			return STREAM_FAILED;
		if (!s->known) {
			set->count->dropped++;
			s->needs_key = true;
			continue;
		}
		return stream_hand(s, out);
	}
	if (rc == -1) {
		if (errno == ENOMEM)
			return STREAM_FAILED;
		/* Longer than any picture. */
		set->count->corrupt++;
		stream_lost(s, set);
	}
	return STREAM_MORE;
}
