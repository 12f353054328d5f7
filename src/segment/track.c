#include "track.h"
#include "err.h"
#include "parts.h"
#include "resume.h"
#include "run.h"
#include "ticks.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	VIDEO_HZ = 90000,
	VIDEO_FRAME_TICKS = VIDEO_HZ / 30,
	MAX_HEAD = 1024 * 1024,
	MICRO = 1000000,
	/* Clocks of encoders are coarse: so many frames off are no gap. */
	SLACK_FRAMES = 2,
	/* But for so long they are, and so far sound may be from pictures. */
	DRIFT_MS = 64,
	APART_MS = 20,
	MS = 1000
};

struct track *
track_open(
    const struct track_out *out, const char *name, enum media_codec codec)
{
	const struct bookmark *m = story_mark(out->story, name);
	struct track *t = calloc(1, sizeof(*t));

	if (t == NULL || (t->feed = feed_open(codec)) == NULL) {
		err_sys("allocate");
		free(t);
		return NULL;
	}
	(void)snprintf(t->name, sizeof(t->name), "%s", name);
	t->kind = codec_of(codec)->kind;
	t->hz = VIDEO_HZ;
	t->frame_ticks = VIDEO_FRAME_TICKS;
	t->needs_key = true;
	buf_init(&t->payload, TRACK_MAX_BYTES + MEDIA_MAX_PACKET * (size_t)2);
	buf_init(&t->head, MAX_HEAD);
	buf_init(&t->config, MEDIA_MAX_CONFIG);
	growth_init(&t->growth);
	if (store_track(out->store, name, m != NULL ? m->msn : UINT64_MAX,
		&t->folder) == -1) {
		t->folder.fd = -1;
		track_close(t);
		return NULL;
	}
	t->run = t->folder.run;
	t->msn = t->folder.msn;
	if (m != NULL && resume_open(t, out, m) == -1) {
		track_close(t);
		return NULL;
	}
	/* What an earlier process left is continued only then. */
	t->discontinuity = t->msn > 0;
	return t;
}

void
track_close(struct track *t)
{
	if (t == NULL)
		return;
	growth_leave(&t->growth);
	if (t->folder.fd != -1)
		(void)close(t->folder.fd);
	feed_close(t->feed);
	buf_fini(&t->payload);
	buf_fini(&t->head);
	buf_fini(&t->config);
	free(t->sample);
	free(t);
}

int
track_configure(struct track *t, const struct track_out *out)
{
	const struct codec_facts *f = feed_facts(t->feed);
	int rc;

	assert(t->n == 0);
	t->media = *feed_track(t->feed);
	t->facts = *f;
	if (t->kind == MEDIA_AUDIO) {
		t->next = ticks_rescale(t->next, 1, t->hz, f->clock_hz);
		t->hz = f->clock_hz;
		t->frame_ticks = f->frame_samples;
		t->drift = 0;
	}
	buf_reset(&t->config);
	if (buf_put(&t->config, t->media.config, t->media.config_len) == -1)
		return -1;
	t->media.config = t->config.p;
	if ((rc = resume_configure(t, out)) != 0)
		return rc == 1 ? 0 : -1;
	if (t->folder.msn > 0 || t->started)
		t->discontinuity = true;
	t->run++;
	t->told = false;
	return 0;
}

void
track_jumped(struct track *t)
{
	t->needs_key = t->kind == MEDIA_VIDEO;
	t->shifted = false;
	t->rhythm = (struct rhythm){.mean_256 = 0};
	t->apart = true;
	t->drift = 0;
}

int64_t
track_us(const struct track *t, int64_t ticks)
{
	return ticks_rescale(ticks, 1, t->hz, MICRO);
}

int64_t
track_ticks(const struct track *t, int64_t us)
{
	return ticks_rescale(us, 1, MICRO, t->hz);
}

int64_t
track_due_us(const struct track *t, size_t i)
{
	return track_us(t, t->sample[i].due);
}

int64_t
track_end(const struct track *t)
{
	assert(t->n > 0);
	if (t->written == t->n)
		return t->part_said;
	return t->sample[t->n - 1].dts + t->frame_ticks;
}

int64_t
track_next(const struct track *t, size_t i)
{
	int64_t frame = t->frame_ticks;

	if (i < t->n)
		return t->sample[i].dts;
	if (t->kind == MEDIA_VIDEO)
		frame = rhythm_frame(&t->rhythm);
	return t->n > 0 && frame > 0 ? t->sample[t->n - 1].dts + frame : -1;
}

/*
 * A frame is OFF ticks from where it would be without a seam.  How far the
 * stamps are off on the whole, over the last DRIFT_MS or so, is noted: what
 * encoders' coarse clocks are off comes and goes, what their clock of samples
 * is off adds up.
 */
static void
note_drift(struct track *t, int64_t off)
{
	int64_t frame = t->frame_ticks;

	t->drift +=
	    (off - t->drift) * frame / (frame + (int64_t)t->hz * DRIFT_MS / MS);
}

/*
 * Audio frames follow each other without a seam, whatever the clock of
 * milliseconds says that stamped them; only a real gap moves them, and stamps
 * that are off for long, lest sound and picture part.  -1: the time of this
 * one is past.
 */
static int
audio_times(struct track *t, struct track_sample *s)
{
	int64_t next = t->n > 0 ? track_end(t) : t->next, off = s->pts - next;
	int64_t slack = (int64_t)SLACK_FRAMES * t->frame_ticks;

	if (off < -slack)
		return -1;
	if (off > slack) {
		t->drift = 0;
		s->dts = s->pts;
		return 0;
	}
	note_drift(t, off);
	s->dts = s->pts = next;
	if (t->drift > (int64_t)t->hz * APART_MS / MS) {
		s->dts = s->pts = next + t->drift;
		t->drift = 0;
	} else if (t->drift < -(int64_t)t->hz * APART_MS / MS) {
		/* A short frame is left out; a long one ends too early. */
		if (t->frame_ticks <= t->hz * 2 * APART_MS / MS) {
			t->drift += t->frame_ticks;
			return -1;
		}
		if (t->written < t->n &&
		    next + t->drift > t->sample[t->n - 1].dts) {
			s->dts = s->pts = next + t->drift;
			t->drift = 0;
		}
	}
	return 0;
}

/*
 * The frame behind a part that was ended ahead of it begins where that was
 * said to end, so that durations add up.  Where pictures are not reordered it
 * is also shown then; else what stamps are coarse is all it may be off.
 */
static void
join(const struct track *t, struct track_sample *s)
{
	bool shown = s->pts == s->dts;

	if (s->dts - t->part_said > t->part_max_ticks)
		return; /* there was a pause */
	s->dts = t->part_said;
	if (shown || s->pts < s->dts)
		s->pts = s->dts;
}

/*
 * Where TIME belongs when what came first, at t->seam, had to wait for
 * t->wait ticks: that much later at first, then ever less, and not at all
 * from twice that on.  So the order of no two times changes, neither those of
 * decoding nor those of presentation, and what is late catches up.
 */
static int64_t
behind_seam(const struct track *t, int64_t time)
{
	int64_t since = time - t->seam;

	if (since <= 0)
		return time + t->wait;
	return since < 2 * t->wait ? time + t->wait - since / 2 : time;
}

static void
video_times(struct track *t, struct track_sample *s)
{
	int64_t came = s->dts, frame = came - t->came;
	bool apart = t->apart;

	t->came = came;
	t->apart = false;
	if (t->n == 0) {
		/* Behind another input it waits; again, it is where it was. */
		t->seam = came;
		t->wait = t->next - came;
		if (t->wait < 0 && t->resume != RESUME_SEEKS)
			t->wait = 0;
	}
	s->dts = behind_seam(t, s->dts);
	s->pts = behind_seam(t, s->pts);
	if (t->n == 0)
		return;
	if (t->written == t->n && !apart)
		join(t, s);
	/* A time twice or backwards cannot be said: go on by a tick. */
	if (s->dts <= t->sample[t->n - 1].dts)
		s->dts = t->sample[t->n - 1].dts + 1;
	if (frame > 0 && frame < t->hz)
		t->frame_ticks = (uint32_t)frame;
	rhythm_step(&t->rhythm, frame);
}

static int
grow(struct track *t)
{
	size_t cap = t->cap > 0 ? 2 * t->cap : 64;
	struct track_sample *p;

	if (t->n < t->cap)
		return 0;
	if ((p = reallocarray(t->sample, cap, sizeof(*p))) == NULL)
		return -1;
	t->sample = p;
	t->cap = cap;
	return 0;
}

/*
 * Is a sample at DTS what T, which goes on where it was left, needs?  As
 * track_add().
 */
static int
seek(struct track *t, const struct track_out *out, int64_t dts, bool key)
{
	int rc = resume_sample(t, dts);

	if (rc != -1)
		return rc;
	if (resume_give_up(t, out) == -1)
		return -1;
	return key || !t->needs_key ? 1 : 0;
}

/*
 * S comes behind the keyframe that decoding began with, and is shown before
 * that: it needs the GOP before, which was left open.
 */
static bool
leads_in(struct track *t, const struct track_sample *s)
{
	if (s->key && (t->needs_key || s->pts < t->opened))
		t->opened = s->pts;
	return t->kind == MEDIA_VIDEO && s->pts < t->opened;
}

int
track_add(
    struct track *t, const struct track_unit *u, const struct track_out *out)
{
	struct track_sample s = {.bytes = (uint32_t)u->bytes, .key = u->key};
	int rc;

	if (!t->shifted) {
		t->shift_us = u->pts_us - u->dts_us;
		t->shifted = true;
	}
	s.dts = track_ticks(t, u->dts_us);
	s.pts = track_ticks(t, u->pts_us);
	if ((rc = seek(t, out, s.dts, s.key)) == 1 && t->kind == MEDIA_VIDEO)
		video_times(t, &s);
	else if (rc == 1 && audio_times(t, &s) == -1)
		rc = 0;
	if (rc == 1 && leads_in(t, &s))
		rc = 0;
	if (rc != 1 || s.dts < 0 || s.pts - s.dts > INT32_MAX ||
	    s.dts - s.pts > INT32_MAX) {
		t->payload.len -= u->bytes;
		return rc == -1 ? -1 : 0;
	}
	s.due = s.dts + track_ticks(t, t->shift_us);
	if (u->samples > 0)
		t->frame_ticks = u->samples;
	if (grow(t) == -1) {
		err_sys("keep a sample of %s", t->name);
		return -1;
	}
	t->sample[t->n++] = s;
	resume_step(t);
	return 1;
}

bool
track_alone(const struct track *t, size_t i)
{
	/* What comes behind another keyframe needs nothing before this one. */
	for (size_t j = 1; j < i && t->shift_us > 0 && !t->sample[j].key; j++)
		if (t->sample[j].pts < t->sample[0].pts)
			return false;
	return t->sample[0].key;
}

int64_t
track_length_us(const struct track *t, size_t i)
{
	int64_t end;

	if (i == 0)
		return 0;
	/* An end that was said is it. */
	if (i == t->written)
		end = t->part_said;
	else
		end = i < t->n ? t->sample[i].dts : track_end(t);
	return track_us(t, end - t->sample[0].dts);
}

size_t
track_bytes(const struct track *t, size_t i)
{
	size_t n = 0;

	for (size_t j = 0; j < i; j++)
		n += t->sample[j].bytes;
	return n;
}

void
track_drop(struct track *t, size_t i)
{
	/* What grows and does not come to be a segment was never one. */
	growth_drop(&t->growth, &t->folder);
	t->written = t->written_bytes = 0;
	t->part = 0;
	t->uneven = false;
	if (i == 0)
		return;
	buf_consume(&t->payload, track_bytes(t, i));
	t->n -= i;
	memmove(t->sample, t->sample + i, t->n * sizeof(*t->sample));
}

void
track_enter(struct track *t)
{
	bool open = t->n > 0 && t->sample[0].key;
	size_t at, kept = 1;

	if (!open || t->kind != MEDIA_VIDEO)
		return;
	t->opened = t->sample[0].pts;
	at = t->sample[0].bytes;
	for (size_t i = 1; i < t->n; i++) {
		size_t bytes = t->sample[i].bytes;

		open = open && !t->sample[i].key;
		if (open && t->sample[i].pts < t->opened) {
			t->payload.len -= bytes;
			memmove(t->payload.p + at, t->payload.p + at + bytes,
			    t->payload.len - at);
		} else {
			t->sample[kept++] = t->sample[i];
			at += bytes;
		}
	}
	t->n = kept;
}

uint64_t
track_start_us(const struct track *t)
{
	uint64_t us = (uint64_t)(track_due_us(t, 0) + t->wall_us);

	return us < t->told_us ? t->told_us : us; /* two inputs met */
}

int
track_flush(struct track *t, const struct track_out *out, size_t i)
{
	struct SegmentReady e = {.track = str_from(t->name),
	    .msn = t->msn,
	    .run = t->run,
	    .discontinuity = t->discontinuity && t->msn > 0};
	int64_t length_us, end;
	uint8_t hash[GROWTH_HASH_BYTES];
	struct bookmark after;

	assert(i > 0 && i <= t->n && i >= t->written);
	if (i < t->n && i > t->written && growth_begun(&t->growth) &&
	    !t->uneven)
		(void)parts_settle(t, i);
	length_us = track_length_us(t, i);
	if (i == t->n && t->until > t->sample[0].dts &&
	    track_us(t, t->until - t->sample[0].dts) > length_us)
		length_us = track_us(t, t->until - t->sample[0].dts);
	t->until = 0;
	/* A picture that stands still must not break the promise. */
	if (length_us > (int64_t)out->promise_us + TRACK_ROUNDING_US) {
		int64_t rest_us =
		    track_us(t, t->sample[i - 1].dts + 1 - t->sample[0].dts);

		length_us = (int64_t)out->promise_us;
		length_us = length_us > rest_us ? length_us : rest_us;
	}
	if (!t->told && run_begin(t, out, i, length_us) == -1)
		return -1;
	end = t->sample[0].dts + track_ticks(t, length_us);
	if (parts_finish(t, out, i, end) == -1)
		return -1;
	e.bytes = t->growth.bytes;
	/* What was told of must not wait for the disk. */
	if (story_flush(out->story) == -1 ||
	    growth_end(&t->growth, &t->folder, hash) == -1)
		return -1;
	e.start_us = track_start_us(t);
	e.duration_us = (uint64_t)length_us;
	e.media_time = (uint64_t)t->sample[0].due;
	e.hash = (struct str){(const char *)hash, sizeof(hash)};
	e.independent = track_alone(t, i);
	t->msn++;
	t->told_us = e.start_us + e.duration_us;
	t->discontinuity = t->breaks;
	t->breaks = false;
	t->next = end;
	track_drop(t, i);
	after = resume_mark(t, out);
	/* D13: on disk under its name; said now. */
	return story_segment_ready(out->story, &e, &after);
}

int
track_ended(const struct track *t, struct story *s, const char *reason,
    const struct bookmark *after)
{
	struct TrackEnded e = {
	    .track = str_from(t->name), .reason = str_from(reason)};

	return story_track_ended(s, &e, after);
}
