#include "track.h"
#include "aac.h"
#include "avc.h"
#include "cmaf.h"
#include "err.h"
#include "num.h"
#include "ticks.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
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
	SLACK_FRAMES = 2
};

struct track *
track_open(
    const struct track_out *out, const char *name, enum media_codec codec)
{
	struct track *t = calloc(1, sizeof(*t));

	if (t == NULL || (t->feed = feed_open(codec)) == NULL) {
		err_sys("allocate");
		free(t);
		return NULL;
	}
	(void)snprintf(t->name, sizeof(t->name), "%s", name);
	t->codec = codec;
	t->kind = codec_of(codec)->kind;
	t->hz = VIDEO_HZ;
	t->frame_ticks = VIDEO_FRAME_TICKS;
	t->needs_key = true;
	buf_init(&t->payload, TRACK_MAX_BYTES + MEDIA_MAX_PACKET * (size_t)2);
	buf_init(&t->head, MAX_HEAD);
	buf_init(&t->config, MEDIA_MAX_CONFIG);
	growth_init(&t->growth);
	if (store_track(out->store, name, &t->folder) == -1) {
		t->folder.fd = -1;
		track_close(t);
		return NULL;
	}
	t->run = t->folder.run;
	t->msn = t->folder.msn;
	/* What an earlier process left, this one does not continue. */
	t->discontinuity = t->msn > 0;
	return t;
}

void
track_close(struct track *t)
{
	if (t == NULL)
		return;
	growth_drop(&t->growth, &t->folder);
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
track_configure(struct track *t)
{
	const struct media_track *m = feed_track(t->feed);
	struct aac_config c;

	assert(t->n == 0);
	if (t->codec == MEDIA_AAC) {
		if (aac_config_parse(&c, m->config, m->config_len) == -1)
			return -1;
		t->next = ticks_rescale(t->next, 1, t->hz, c.core_rate_hz);
		t->hz = c.core_rate_hz;
		t->frame_ticks = c.frame_samples;
		t->channels = c.channels > 0 ? c.channels : m->channels;
	}
	buf_reset(&t->config);
	if (buf_put(&t->config, m->config, m->config_len) == -1)
		return -1;
	if (t->msn > 0 || t->told)
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
	return t->sample[t->n - 1].dts + t->frame_ticks;
}

/*
 * Audio frames follow each other without a seam, whatever the clock of
 * milliseconds says that stamped them; only a real gap moves them.  -1: the
 * time of this one is long past.
 */
static int
audio_times(const struct track *t, struct track_sample *s)
{
	int64_t next = t->n > 0 ? track_end(t) : t->next;
	int64_t slack = (int64_t)SLACK_FRAMES * t->frame_ticks;

	if (s->pts < next - slack)
		return -1;
	if (s->pts <= next + slack)
		s->pts = next;
	s->dts = s->pts;
	return 0;
}

static void
video_times(struct track *t, struct track_sample *s)
{
	int64_t frame;

	if (t->n == 0) {
		/* Where two inputs meet, the second waits for the first. */
		if (s->dts < t->next) {
			s->pts += t->next - s->dts;
			s->dts = t->next;
		}
		return;
	}
	/* A time twice or backwards cannot be said: go on by a tick. */
	if (s->dts <= t->sample[t->n - 1].dts)
		s->dts = t->sample[t->n - 1].dts + 1;
	if ((frame = s->dts - t->sample[t->n - 1].dts) < t->hz)
		t->frame_ticks = (uint32_t)frame;
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

int
track_add(struct track *t, const struct track_unit *u)
{
	struct track_sample s = {.bytes = (uint32_t)u->bytes, .key = u->key};

	if (!t->shifted) {
		t->shift_us = u->pts_us - u->dts_us;
		t->shifted = true;
	}
	s.dts = track_ticks(t, u->dts_us);
	s.pts = track_ticks(t, u->pts_us);
	if (t->kind == MEDIA_VIDEO) {
		video_times(t, &s);
	} else if (audio_times(t, &s) == -1) {
		t->payload.len -= u->bytes;
		return 0;
	}
	if (s.dts < 0 || s.pts - s.dts > INT32_MAX ||
	    s.dts - s.pts > INT32_MAX) {
		t->payload.len -= u->bytes;
		return 0;
	}
	s.due = s.dts + track_ticks(t, t->shift_us);
	if (grow(t) == -1)
		return -1;
	t->sample[t->n++] = s;
	return 1;
}

int64_t
track_length_us(const struct track *t, size_t i)
{
	int64_t end;

	if (i == 0)
		return 0;
	end = i < t->n ? t->sample[i].dts : track_end(t);
	return track_us(t, end - t->sample[0].dts);
}

static size_t
bytes_of(const struct track *t, size_t i)
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
	buf_consume(&t->payload, bytes_of(t, i));
	t->n -= i;
	memmove(t->sample, t->sample + i, t->n * sizeof(*t->sample));
}

/*
 * Frames a second, of SAMPLES that took LENGTH_US.  Clocks of encoders are
 * coarse, so what the SPS says of itself counts where it is as much within a
 * hundredth; and where there is nothing to be measured.
 */
static void
frame_rate(struct TrackStarted *e, const struct avc_sps *sps, uint64_t samples,
    uint64_t length_us)
{
	uint64_t num = sps->frame_rate_num, den = sps->frame_rate_den, divisor;
	uint64_t said_mhz = sps->frame_rate_mhz, seen_mhz;

	if (samples > 1 && length_us > 0) {
		seen_mhz = (samples * 1000 * MICRO + length_us / 2) / length_us;
		if (said_mhz < seen_mhz - seen_mhz / 100 ||
		    said_mhz > seen_mhz + seen_mhz / 100) {
			num = seen_mhz;
			den = 1000;
		}
	}
	if (num == 0 || den == 0)
		return;
	divisor = num_gcd(num, den);
	e->frame_rate_num = num / divisor;
	e->frame_rate_den = den / divisor;
}

/* What a run's TrackStarted says beside its name, from its first segment. */
static void
describe(const struct track *t, struct TrackStarted *e, size_t samples,
    int64_t length_us)
{
	struct avc_config avc;
	struct aac_config aac;

	e->kind = t->kind == MEDIA_VIDEO ? STR("video") : STR("audio");
	if (t->codec == MEDIA_H264 &&
	    avc_config_parse(&avc, t->config.p, t->config.len) == 0) {
		e->width = avc.sps.width;
		e->height = avc.sps.height;
		frame_rate(e, &avc.sps, samples,
		    length_us > 0 ? (uint64_t)length_us : 0);
	}
	if (t->codec == MEDIA_AAC &&
	    aac_config_parse(&aac, t->config.p, t->config.len) == 0) {
		e->sample_rate_hz = aac.sample_rate_hz;
		e->channels = t->channels;
	}
}

/*
 * How long parts are: as many whole frames as come nearest to what is wanted.
 * A quarter of a frame more is promised, since clocks are coarse, but each part
 * has to last 85 % of what is promised (RFC 8216bis, 4.4.4.9).
 */
static void
measure_parts(struct track *t, const struct track_out *out, size_t samples,
    int64_t length_us)
{
	int64_t frame = t->kind == MEDIA_AUDIO
			    ? t->frame_ticks
			    : track_ticks(t, length_us) / (int64_t)samples;
	int64_t want = track_ticks(t, out->part_us);
	int64_t frames, slack;

	t->part_ticks = t->part_max_ticks = 0;
	if (want == 0 || frame <= 0)
		return;
	frames = (want + frame / 2) / frame;
	t->part_ticks = (frames > 0 ? frames : 1) * frame;
	slack = frame / 4 < t->part_ticks / 8 ? frame / 4 : t->part_ticks / 8;
	t->part_max_ticks = t->part_ticks + slack;
}

/* Write the run's initialization section and tell that it began. */
static int
begin_run(struct track *t, const struct track_out *out, size_t samples,
    int64_t length_us)
{
	struct TrackStarted e = {.track = str_from(t->name),
	    .run = t->run,
	    .target_us = out->promise_us};
	const struct media_track m = {.kind = t->kind,
	    .codec = t->codec,
	    .channels = t->channels,
	    .config = t->config.p,
	    .config_len = t->config.len};
	char codecs[MEDIA_CODECS_SIZE], name[48];
	struct iovec v;

	buf_reset(&t->head);
	if (codec_of(t->codec)->codecs(codecs, m.config, m.config_len) == -1 ||
	    cmaf_init(&m, t->hz, &t->head) == -1) {
		err_sys("make the initialization section of %s", t->name);
		return -1;
	}
	(void)snprintf(name, sizeof(name), "init-%" PRIu64 ".mp4", t->run);
	v = (struct iovec){t->head.p, t->head.len};
	if (store_put(&t->folder, name, &v, 1) == -1)
		return -1;
	e.codecs = str_from(codecs);
	e.init_bytes = t->head.len;
	e.timescale = t->hz;
	describe(t, &e, samples, length_us);
	measure_parts(t, out, samples, length_us);
	e.part_us = (uint64_t)track_us(t, t->part_max_ticks);
	if (story_track_started(out->story, &e) == -1)
		return -1;
	t->told = t->started = true;
	return 0;
}

/* The moof of the samples FROM to TO, which end at END, into t->head. */
static int
make_head(
    struct track *t, struct cmaf_sample *s, size_t from, size_t to, int64_t end)
{
	struct cmaf_fragment f = {.sequence = ++t->sequence,
	    .dts = (uint64_t)t->sample[from].dts,
	    .sample = s,
	    .samples = to - from};

	for (size_t i = from; i < to; i++) {
		const struct track_sample *own = &t->sample[i];
		int64_t next = i + 1 < to ? own[1].dts : end;

		s[i - from] = (struct cmaf_sample){.bytes = own->bytes,
		    .duration = (uint32_t)(next - own->dts),
		    .offset = (int32_t)(own->pts - own->dts),
		    .key = own->key};
	}
	buf_reset(&t->head);
	return cmaf_head(&f, &t->head);
}

/*
 * Add the samples that are not in the growing segment yet, up to the I-th, as
 * one fragment that ends at END.  0, or -1 after reporting the cause.
 */
static int
grow_to(struct track *t, const struct track_out *out, size_t i, int64_t end)
{
	size_t bytes = bytes_of(t, i) - t->written_bytes;
	struct iovec v[2];

	if (make_head(t, out->scratch, t->written, i, end) == -1) {
		err_sys("make a segment of %s", t->name);
		return -1;
	}
	v[0] = (struct iovec){t->head.p, t->head.len};
	v[1] = (struct iovec){t->payload.p + t->written_bytes, bytes};
	if (growth_add(&t->growth, &t->folder, t->msn, v, 2) == -1)
		return -1;
	t->written = i;
	t->written_bytes += bytes;
	return 0;
}

/* The wall clock at sample 0, never before what was told. */
static uint64_t
start_us(const struct track *t)
{
	uint64_t us = (uint64_t)(track_due_us(t, 0) + t->wall_us);

	return us < t->told_us ? t->told_us : us; /* two inputs met */
}

/* As grow_to(), and tell of it as a part. */
static int
make_part(struct track *t, const struct track_out *out, size_t i, int64_t end)
{
	size_t first = t->written;
	struct PartReady e = {.track = str_from(t->name),
	    .msn = t->msn,
	    .part = t->part++,
	    .run = t->run,
	    .offset = t->growth.bytes,
	    .discontinuity = t->discontinuity && t->msn > 0};

	e.start_us = start_us(t) + (uint64_t)track_us(t,
				       t->sample[first].dts - t->sample[0].dts);
	e.duration_us = (uint64_t)track_us(t, end - t->sample[first].dts);
	for (size_t j = first; j < i; j++)
		e.independent |= t->sample[j].key;
	if (first == 0)
		e.offset = 0;
	if (grow_to(t, out, i, end) == -1)
		return -1;
	e.bytes = t->growth.bytes - e.offset;
	return story_part_ready(out->story, &e);
}

int
track_parts(struct track *t, const struct track_out *out, size_t i)
{
	if (!t->told || t->part_ticks == 0)
		return 0;
	for (size_t j = t->written + 1; j <= i && !t->uneven; j++) {
		int64_t length = t->sample[j].dts - t->sample[t->written].dts;

		if (length > t->part_max_ticks)
			t->uneven = true;
		else if (length + t->frame_ticks / 2 >= t->part_ticks &&
			 make_part(t, out, j, t->sample[j].dts) == -1)
			return -1;
	}
	return 0;
}

int64_t
track_part_due_us(const struct track *t)
{
	return track_us(t, t->sample[t->written].due + t->part_ticks);
}

/* The growing segment gets its last samples, up to the I-th, at END. */
static int
finish_growth(
    struct track *t, const struct track_out *out, size_t i, int64_t end)
{
	bool parts = growth_begun(&t->growth) && !t->uneven;

	if (parts && i > 1 && track_parts(t, out, i - 1) == -1)
		return -1;
	if (parts && !t->uneven && t->written < i &&
	    end - t->sample[t->written].dts <= t->part_max_ticks)
		return make_part(t, out, i, end);
	return t->written < i ? grow_to(t, out, i, end) : 0;
}

int
track_flush(struct track *t, const struct track_out *out, size_t i)
{
	struct SegmentReady e = {.track = str_from(t->name),
	    .msn = t->msn,
	    .run = t->run,
	    .discontinuity = t->discontinuity && t->msn > 0};
	int64_t length_us = track_length_us(t, i), end;
	uint8_t hash[GROWTH_HASH_BYTES];

	assert(i > 0 && i <= t->n && i >= t->written);
	/* A picture that stands still must not break the promise. */
	if (length_us > (int64_t)out->promise_us + TRACK_ROUNDING_US) {
		int64_t rest_us =
		    track_us(t, t->sample[i - 1].dts + 1 - t->sample[0].dts);

		length_us = (int64_t)out->promise_us;
		length_us = length_us > rest_us ? length_us : rest_us;
	}
	if (!t->told && begin_run(t, out, i, length_us) == -1)
		return -1;
	end = t->sample[0].dts + track_ticks(t, length_us);
	if (finish_growth(t, out, i, end) == -1)
		return -1;
	e.bytes = t->growth.bytes;
	if (growth_end(&t->growth, &t->folder, hash) == -1)
		return -1;
	e.start_us = start_us(t);
	e.duration_us = (uint64_t)length_us;
	e.media_time = (uint64_t)t->sample[0].due;
	e.hash = (struct str){(const char *)hash, sizeof(hash)};
	e.independent = t->sample[0].key;
	/* D13: on disk under its name; said now. */
	if (story_segment_ready(out->story, &e) == -1)
		return -1;
	t->msn++;
	t->told_us = e.start_us + e.duration_us;
	t->discontinuity = false;
	t->next = end;
	track_drop(t, i);
	return 0;
}

int
track_ended(const struct track *t, struct story *s, const char *reason)
{
	struct TrackEnded e = {
	    .track = str_from(t->name), .reason = str_from(reason)};

	return story_track_ended(s, &e);
}
