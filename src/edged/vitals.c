#include "vitals.h"

#include "clock.h"
#include "health.h"
#include "track_state.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

enum { STALE_US = 30 * 1000 * 1000 /* nothing was heard: it is over */ };

/* What was known at one time. */
struct sample {
	uint64_t time_us, bit_rate, frame_rate_mhz, keyframe_us, dropped;
	uint64_t rms_mdb, peak_mdb, viewers;
	bool heard; /* how loud it is */
};

struct patient {
	char broadcast[NAME_SIZE];
	struct health now;
	uint64_t heard_us; /* monotonic */
	uint64_t viewers;
	uint8_t curve[64];
	size_t points;
	struct sample sample[VITALS_SAMPLES]; /* a ring */
	size_t n, next;
};

struct vitals {
	pthread_mutex_t lock; /* guards all of it */
	struct patient **patient;
	size_t n;
};

struct vitals *
vitals_open(void)
{
	struct vitals *v = calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->patient = calloc(VITALS_MAX, sizeof(struct patient *));
	if (v->patient == NULL ||
	    (errno = pthread_mutex_init(&v->lock, NULL)) != 0) {
		free(v->patient);
		free(v);
		return NULL;
	}
	return v;
}

void
vitals_close(struct vitals *v)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < v->n; i++)
		free(v->patient[i]);
	free(v->patient);
	(void)pthread_mutex_destroy(&v->lock);
	free(v);
}

/* Where BROADCAST is among them, or is to be. */
static size_t
place(const struct vitals *v, const char *broadcast)
{
	size_t low = 0, high = v->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(v->patient[mid]->broadcast, broadcast) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct patient *
find(const struct vitals *v, const char *broadcast)
{
	size_t i = place(v, broadcast);

	return i < v->n && strcmp(v->patient[i]->broadcast, broadcast) == 0
		   ? v->patient[i]
		   : NULL;
}

/* Those of which nothing was heard for long make room. */
static void
discharge(struct vitals *v, uint64_t now_us)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->n; i++) {
		struct patient *p = v->patient[i];

		if (now_us - p->heard_us > STALE_US)
			free(p);
		else
			v->patient[kept++] = p;
	}
	v->n = kept;
}

/* The one of ID, taken in when it is new; NULL: there is no room. */
static struct patient *
admit(struct vitals *v, struct str id, uint64_t now_us)
{
	char broadcast[NAME_SIZE];
	struct patient *p;
	size_t i;

	if (str_copy(broadcast, sizeof(broadcast), id) == -1)
		return NULL;
	if ((p = find(v, broadcast)) != NULL)
		return p;
	discharge(v, now_us);
	if (v->n == VITALS_MAX || (p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	memcpy(p->broadcast, broadcast, sizeof(broadcast));
	p->heard_us = now_us;
	i = place(v, broadcast);
	memmove(&v->patient[i + 1], &v->patient[i],
	    (v->n - i) * sizeof(struct patient *));
	v->patient[i] = p;
	v->n++;
	return p;
}

/* How P is now becomes a sample. */
static void
note(struct patient *p, uint64_t time_us)
{
	const struct health *h = &p->now;

	p->sample[p->next] = (struct sample){.time_us = time_us,
	    .bit_rate = health_bit_rate(h),
	    .frame_rate_mhz = health_frame_rate_mhz(h),
	    .keyframe_us = h->keyframe_us,
	    .dropped = h->dropped_frames,
	    .heard = h->sound_us > 0,
	    .rms_mdb = h->rms_mdb,
	    .peak_mdb = h->peak_mdb,
	    .viewers = p->viewers};
	p->next = (p->next + 1) % VITALS_SAMPLES;
	p->n += p->n < VITALS_SAMPLES;
}

static void
ingest(struct vitals *v, const struct event *e, uint64_t now_us)
{
	struct IngestMeasured m;
	struct patient *p;

	if (EVENT_GET(e, IngestMeasured, &m) == -1 ||
	    (p = admit(v, m.broadcast, now_us)) == NULL)
		return;
	p->heard_us = now_us;
	p->now.period_us = m.period_us;
	p->now.bytes = m.bytes;
	p->now.video_frames = m.video_frames;
	p->now.audio_frames = m.audio_frames;
	p->now.dropped_frames = m.dropped_frames;
	note(p, e->time_us);
}

static void
stream(struct vitals *v, const struct event *e, uint64_t now_us)
{
	struct StreamMeasured m;
	struct patient *p;

	/* Renditions of one picture are alike in all that is told here. */
	if (EVENT_GET(e, StreamMeasured, &m) == -1 ||
	    !str_eqz(m.track, "video") ||
	    (p = admit(v, m.broadcast, now_us)) == NULL)
		return;
	p->heard_us = now_us;
	p->now.stream_us = m.period_us;
	p->now.frames = m.frames;
	p->now.keyframe_us = m.keyframe_us;
	p->now.step_min_us = m.step_min_us;
	p->now.step_max_us = m.step_max_us;
	p->now.gaps = m.gaps;
	p->now.backwards = m.backwards;
}

static void
sound(struct vitals *v, const struct event *e, uint64_t now_us)
{
	struct SoundMeasured m;
	struct patient *p;

	if (EVENT_GET(e, SoundMeasured, &m) == -1 ||
	    (p = admit(v, m.broadcast, now_us)) == NULL)
		return;
	p->now.sound_us = m.period_us;
	p->now.rms_mdb = m.rms_mdb;
	p->now.peak_mdb = m.peak_mdb;
	p->now.clipped = m.clipped;
	p->points =
	    m.curve.len < sizeof(p->curve) ? m.curve.len : sizeof(p->curve);
	memcpy(p->curve, m.curve.p, p->points);
}

void
vitals_hear(struct vitals *v, const struct event *e)
{
	uint64_t now_us = clock_mono_us();

	(void)pthread_mutex_lock(&v->lock);
	if (e->type == EVENT_IngestMeasured)
		ingest(v, e, now_us);
	else if (e->type == EVENT_StreamMeasured)
		stream(v, e, now_us);
	else if (e->type == EVENT_SoundMeasured)
		sound(v, e, now_us);
	(void)pthread_mutex_unlock(&v->lock);
}

static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

/* Thousandths as JSON has it. */
static json_t *
thousandths(uint64_t n)
{
	return json_real((double)n / 1000);
}

static json_t *
decibels(bool known, uint64_t mdb)
{
	return known ? json_real(-(double)mdb / 1000) : json_null();
}

static json_t *
sample_json(const struct sample *s)
{
	char time[CLOCK_RFC3339_SIZE];

	clock_rfc3339(s->time_us, time);
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "time",
	    time, "bit_rate", number(s->bit_rate), "frame_rate",
	    thousandths(s->frame_rate_mhz), "keyframe_interval",
	    s->keyframe_us > 0 ? thousandths(s->keyframe_us / 1000)
			       : json_null(),
	    "dropped", number(s->dropped), "rms_dbfs",
	    decibels(s->heard, s->rms_mdb), "peak_dbfs",
	    decibels(s->heard, s->peak_mdb), "viewers", number(s->viewers));
}

static json_t *
samples_json(const struct patient *p)
{
	json_t *a = json_array();

	for (size_t i = 0; p != NULL && i < p->n; i++) {
		size_t at =
		    (p->next + VITALS_SAMPLES - p->n + i) % VITALS_SAMPLES;

		if (json_array_append_new(a, sample_json(&p->sample[at])) ==
		    -1) {
			json_decref(a);
			return NULL;
		}
	}
	return a;
}

/* How loud each of the last half seconds was. */
static json_t *
curve_json(const struct patient *p)
{
	json_t *a = json_array();

	for (size_t i = 0; p != NULL && i < p->points; i++)
		(void)json_array_append_new(
		    a, json_real(-(double)p->curve[i] / 2));
	return a;
}

static json_t *
warnings_json(const struct health *h)
{
	struct health_warning w[HEALTH_MAX_WARNINGS];
	size_t n = health_warnings(h, w);
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(
		    a, json_pack("{s:s, s:s}", "code", w[i].code, "message",
			   w[i].text));
	return a;
}

/* With the lock. */
static json_t *
tell(struct vitals *v, const struct vitals_about *a)
{
	struct patient *p = a->live ? find(v, a->broadcast) : NULL;
	struct health h = {.interrupted = a->interrupted};
	char since[CLOCK_RFC3339_SIZE];

	if (p != NULL) {
		h = p->now;
		h.interrupted = a->interrupted;
		p->viewers = a->viewers;
	}
	clock_rfc3339(a->since_us, since);
	return json_pack("{s:s, s:b, s:s?, s:s?, s:b, s:o, s:o, s:o, s:o}",
	    "channel", a->channel, "live", a->live, "broadcast",
	    a->broadcast[0] != '\0' ? a->broadcast : NULL, "since",
	    a->since_us != 0 ? since : NULL, "interrupted", a->interrupted,
	    "viewers", number(a->viewers), "samples", samples_json(p),
	    "loudness", curve_json(p), "warnings",
	    a->live ? warnings_json(&h) : json_array());
}

int
vitals_json(struct vitals *v, const struct vitals_about *about, struct buf *out)
{
	char *text = NULL;
	json_t *o;
	int rc = -1;

	(void)pthread_mutex_lock(&v->lock);
	o = tell(v, about);
	(void)pthread_mutex_unlock(&v->lock);
	if (o != NULL)
		text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(6));
	if (text != NULL)
		rc = buf_puts(out, text);
	else
		errno = ENOMEM;
	free(text);
	json_decref(o);
	return rc;
}
