#include "segmenter.h"
#include "clock.h"
#include "err.h"
#include "pulse.h"
#include "resume.h"
#include "ticks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	MICRO = 1000000,
	/* Input that is so far before the clock is no live input. */
	LIVE_US = 250000,
	/* How much of the picture is measured before that is told. */
	MEASURE_US = 2 * MICRO
};

/* Times beyond this (36,000 years) are nobody's; sums of them still fit. */
static const int64_t max_us = INT64_C(1) << 60;

struct segmenter {
	struct cutter *cutter;
	struct story *story;
	struct timeline timeline;
	size_t tracks;      /* of the file that is being read */
	struct pulse pulse; /* of the picture as it comes in */
	struct {
		struct track *track; /* NULL: not for us */
		uint32_t time_num, time_den;
		bool warned;
		bool measured; /* it is the picture, or the best of several */
	} input[MEDIA_MAX_TRACKS];
};

struct segmenter *
segmenter_open(
    const struct cutter_settings *set, struct store *store, struct story *story)
{
	struct segmenter *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_sys("allocate");
		return NULL;
	}
	s->story = story;
	if ((s->cutter = cutter_open(set, store, story)) == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
segmenter_close(struct segmenter *s)
{
	if (s == NULL)
		return;
	cutter_close(s->cutter);
	free(s);
}

int
segmenter_header(struct segmenter *s, const struct media_track *track, size_t n)
{
	unsigned seen[2] = {0};
	struct track *t;

	for (size_t i = 0; (t = cutter_at(s->cutter, i)) != NULL; i++)
		t->listed = false;
	s->tracks = n;
	for (size_t i = 0; i < n; i++) {
		const char *kind =
		    track[i].kind == MEDIA_VIDEO ? "video" : "audio";
		char name[TRACK_NAME_SIZE];
		unsigned ordinal;

		s->input[i].track = NULL;
		s->input[i].warned = false;
		if (codec_of(track[i].codec) == NULL) {
			err_warn("passing over a track of unknown codec "
				 "track=%zu",
			    i);
			continue;
		}
		ordinal = ++seen[track[i].kind];
		if (ordinal == 1)
			(void)snprintf(name, sizeof(name), "%s", kind);
		else
			(void)snprintf(
			    name, sizeof(name), "%s%u", kind, ordinal);
		t = cutter_track(s->cutter, name, track[i].codec);
		if (t == NULL)
			return -1;
		if (!t->time.begun && (resume_pending(t) || t->again))
			timeline_resume(&s->timeline, &t->time,
			    t->mark.offset_us,
			    ticks_rescale(t->mark.begin, 1, t->mark.hz, MICRO));
		t->listed = true;
		if (feed_header(t->feed, &track[i]) == -1) {
			err_sys("read %s", t->name);
			return -1;
		}
		s->input[i].track = t;
		s->input[i].measured =
		    track[i].kind == MEDIA_VIDEO && ordinal == 1;
		s->input[i].time_num = track[i].time_num;
		s->input[i].time_den = track[i].time_den;
	}
	return 0;
}

static int64_t
input_us(const struct segmenter *s, unsigned track, int64_t ticks)
{
	int64_t us = ticks_rescale(
	    ticks, s->input[track].time_num, s->input[track].time_den, MICRO);

	return us > max_us ? max_us : us < -max_us ? -max_us : us;
}

int
segmenter_packet(struct segmenter *s, const struct nut_packet *p)
{
	struct track *t = s->input[p->track].track;
	const uint8_t *data = p->data;
	size_t left = p->len;
	int64_t dts_us, delay_us, frame_us, out_us = 0;
	struct feed_unit f;
	int rc;

	if (t == NULL)
		return 0;
	dts_us = input_us(s, p->track, p->dts);
	delay_us = input_us(s, p->track, p->pts) - dts_us;
	if (s->input[p->track].measured)
		pulse_take(
		    &s->pulse, dts_us, dts_us + delay_us, p->key, p->len);
	frame_us = track_us(t, t->frame_ticks);
	while ((rc = feed_next(
		    t->feed, &data, &left, p->key, &t->payload, &f)) == 1) {
		unsigned flags = f.changed ? CUTTER_CHANGED : 0;
		struct track_unit u;

		if (f.first) {
			enum timeline_step step = timeline_map(
			    &s->timeline, &t->time, dts_us, frame_us, &out_us);

			if (step == TIMELINE_JUMPS)
				flags |= CUTTER_JUMPED;
			if (step == TIMELINE_FOLLOWS)
				flags |= CUTTER_FOLLOWED;
		}
		u = (struct track_unit){.dts_us = out_us + f.behind_us,
		    .pts_us = out_us + f.behind_us + delay_us,
		    .bytes = f.bytes,
		    .samples = f.samples,
		    .key = f.key};
		if (cutter_unit(
			s->cutter, t, &u, flags, s->timeline.clock_us) == -1)
			return -1;
	}
	if (rc == -1 && errno == ENOMEM) {
		err_sys("keep an access unit");
		return -1;
	}
	if (rc == -1 && !s->input[p->track].warned) {
		s->input[p->track].warned = true;
		err_warn(errno == ENODATA
			     ? "dropping access units: nothing says how to "
			       "decode them track=%s"
			     : "dropping access units that are damaged "
			       "track=%s",
		    t->name);
	}
	return 0;
}

bool
segmenter_told(const struct segmenter *s)
{
	return story_waits(s->story);
}

/* What the picture was like lately. */
static int
tell_pulse(struct segmenter *s)
{
	struct pulse *p = &s->pulse;
	struct StreamMeasured e = {.track = STR("video"),
	    .period_us = (uint64_t)p->steps_us,
	    .bytes = p->bytes,
	    .frames = p->frames,
	    .keyframe_us = pulse_key_interval_us(p),
	    .step_min_us = (uint64_t)p->step_min_us,
	    .step_max_us = (uint64_t)p->step_max_us,
	    .gaps = p->gaps,
	    .backwards = p->backwards,
	    .reordered = p->reordered};

	pulse_again(p);
	return story_stream_measured(s->story, &e);
}

int
segmenter_flush(struct segmenter *s)
{
	/* It goes with what is told anyway, and wakes nobody by itself. */
	if (story_waits(s->story) && s->pulse.steps_us >= MEASURE_US &&
	    tell_pulse(s) == -1)
		return -1;
	return story_flush(s->story);
}

int
segmenter_finish(struct segmenter *s, const char *reason)
{
	const struct track *t;
	bool any = false;

	if (cutter_finish(s->cutter) == -1)
		return -1;
	for (size_t i = 0; (t = cutter_at(s->cutter, i)) != NULL; i++) {
		if (!t->started)
			continue;
		any = true;
		if (track_ended(t, s->story, reason, NULL) == -1)
			return -1;
	}
	/* What went wrong is told even when nothing ever began. */
	if (!any && reason[0] != '\0') {
		struct TrackEnded e = {
		    .track = STR("video"), .reason = str_from(reason)};

		if (story_track_ended(s->story, &e, NULL) == -1)
			return -1;
	}
	return story_flush(s->story);
}

int64_t
segmenter_quiet_us(const struct segmenter *s)
{
	int64_t clock_us = s->timeline.clock_us;
	int64_t now_us = (int64_t)clock_real_us() - cutter_wall_us(s->cutter);

	if (!s->timeline.begun || clock_us > now_us + LIVE_US)
		return 0;
	return cutter_quiet_us(s->cutter, clock_us);
}
