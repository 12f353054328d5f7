#include "probe.h"
#include "avc.h"
#include "loudness.h"
#include "pulse.h"
#include "ticks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MICRO = 1000000, ANNEX_B_SETS = 32 };

struct probed {
	struct media_track track;
	struct buf config;
	char codecs[MEDIA_CODECS_SIZE]; /* "": it is not known */
	bool configured;
	struct pulse pulse;
	struct loudness *loudness;
	uint64_t damaged, changes;
	int64_t first_us, last_us;
	bool begun;
};

struct probe {
	bool listen;
	uint64_t files;
	size_t tracks;
	struct probed track[MEDIA_MAX_TRACKS];
};

struct probe *
probe_open(bool listen)
{
	struct probe *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->listen = listen;
	for (size_t i = 0; i < MEDIA_MAX_TRACKS; i++)
		buf_init(&p->track[i].config, MEDIA_MAX_CONFIG);
	return p;
}

void
probe_close(struct probe *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < MEDIA_MAX_TRACKS; i++) {
		loudness_close(p->track[i].loudness);
		buf_fini(&p->track[i].config);
	}
	free(p);
}

/* A record of the parameter sets in Annex B's CONFIG, into OUT. */
static int
build_record(const uint8_t *config, size_t len, struct buf *out)
{
	struct avc_nal set[ANNEX_B_SETS];
	struct avc_nals it;
	size_t n = 0;

	avc_nals_init(&it, config, len, 0);
	while (n < ANNEX_B_SETS && avc_nals_next(&it, &set[n]))
		n += set[n].type == AVC_SPS || set[n].type == AVC_PPS;
	return avc_config_build(out, set, n);
}

/* T's codec string into DST, empty when it cannot be told. */
static void
name(char dst[MEDIA_CODECS_SIZE], const struct media_track *t)
{
	const struct codec *codec = codec_of(t->codec);
	struct buf record;

	dst[0] = '\0';
	if (codec == NULL || codec->codecs == NULL ||
	    codec->codecs(dst, t->config, t->config_len) == 0)
		return;
	dst[0] = '\0';
	if (t->codec != MEDIA_H264)
		return;
	buf_init(&record, MEDIA_MAX_CONFIG);
	if (build_record(t->config, t->config_len, &record) == 0)
		(void)codec->codecs(dst, record.p, record.len);
	buf_fini(&record);
}

/* P is as T says from now on. */
static int
configure(struct probed *p, const struct media_track *t, bool listen)
{
	bool same = p->configured && p->track.codec == t->codec &&
		    p->config.len == t->config_len &&
		    (t->config_len == 0 ||
			memcmp(p->config.p, t->config, t->config_len) == 0);

	if (!same) {
		buf_reset(&p->config);
		if (buf_put(&p->config, t->config, t->config_len) == -1)
			return -1;
		name(p->codecs, t);
		p->changes += p->configured;
	}
	p->track = *t;
	p->track.config = p->config.p;
	p->configured = true;
	if (same || !listen || t->kind != MEDIA_AUDIO)
		return 0;
	loudness_close(p->loudness);
	p->loudness = loudness_open(&p->track);
	return p->loudness == NULL && errno == ENOMEM ? -1 : 0;
}

int
probe_header(struct probe *p, const struct media_track *track, size_t n)
{
	p->files++;
	p->tracks = n < MEDIA_MAX_TRACKS ? n : MEDIA_MAX_TRACKS;
	for (size_t i = 0; i < p->tracks; i++)
		if (configure(&p->track[i], &track[i], p->listen) == -1)
			return -1;
	return 0;
}

int
probe_packet(struct probe *p, const struct nut_packet *k)
{
	struct probed *t = &p->track[k->track];
	int64_t dts_us =
	    ticks_rescale(k->dts, t->track.time_num, t->track.time_den, MICRO);
	int64_t pts_us =
	    ticks_rescale(k->pts, t->track.time_num, t->track.time_den, MICRO);

	if (!t->begun || dts_us < t->first_us)
		t->first_us = dts_us;
	if (!t->begun || dts_us > t->last_us)
		t->last_us = dts_us;
	t->begun = true;
	pulse_take(&t->pulse, dts_us, pts_us, k->key, k->len);
	if (t->loudness == NULL ||
	    loudness_put(t->loudness, k->data, k->len) == 0)
		return 0;
	t->damaged++;
	return errno == ENOMEM ? -1 : 0;
}

int64_t
probe_seen_us(const struct probe *p)
{
	int64_t first = INT64_MAX, last = INT64_MIN;

	for (size_t i = 0; i < p->tracks; i++) {
		const struct probed *t = &p->track[i];

		if (t->begun && t->first_us < first)
			first = t->first_us;
		if (t->begun && t->last_us > last)
			last = t->last_us;
	}
	return last > first ? last - first : 0;
}

static json_t *
seconds(int64_t us)
{
	return json_real((double)us / MICRO);
}

static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static int
put_video(json_t *o, const struct probed *t)
{
	const struct pulse *p = &t->pulse;
	int bad = 0;

	if (t->track.width > 0) {
		bad |= json_object_set_new(o, "width", number(t->track.width));
		bad |=
		    json_object_set_new(o, "height", number(t->track.height));
	}
	bad |= json_object_set_new(
	    o, "frame_rate", json_real((double)pulse_frame_rate_mhz(p) / 1000));
	bad |= json_object_set_new(o, "reordered", json_boolean(p->reordered));
	bad |= json_object_set_new(o, "keyframes", number(p->keys));
	if (p->key_steps == 0)
		return bad |
		       json_object_set_new(o, "keyframe_interval", json_null());
	return bad |
	       json_object_set_new(o, "keyframe_interval",
		   json_pack("{s:o, s:o, s:o}", "min", seconds(p->key_min_us),
		       "avg", seconds(p->key_sum_us / (int64_t)p->key_steps),
		       "max", seconds(p->key_max_us)));
}

static json_t *
level(const struct loudness_figures *f)
{
	return json_pack("{s:f, s:f, s:o, s:o}", "rms_dbfs",
	    -(double)f->rms_mdb / 1000, "peak_dbfs",
	    -(double)f->peak_mdb / 1000, "clipped", number(f->clipped), "heard",
	    seconds((int64_t)f->heard_us));
}

static int
put_audio(json_t *o, const struct probed *t)
{
	struct loudness_figures f = {.heard_us = 0};
	int bad = 0;

	bad |= json_object_set_new(
	    o, "sample_rate", number(t->track.sample_rate_hz));
	bad |= json_object_set_new(o, "channels", number(t->track.channels));
	if (t->loudness != NULL)
		loudness_read(t->loudness, &f);
	bad |= json_object_set_new(
	    o, "level", f.heard_us > 0 ? level(&f) : json_null());
	if (t->damaged > 0)
		bad |= json_object_set_new(o, "damaged", number(t->damaged));
	return bad;
}

static int
put_times(json_t *o, const struct probed *t)
{
	const struct pulse *p = &t->pulse;
	int bad = 0;

	bad |= json_object_set_new(o, "start", seconds(t->first_us));
	bad |= json_object_set_new(
	    o, "duration", seconds(t->begun ? t->last_us - t->first_us : 0));
	bad |= json_object_set_new(o, "packets", number(p->frames));
	bad |= json_object_set_new(o, "bytes", number(p->bytes));
	bad |= json_object_set_new(o, "bit_rate", number(pulse_bit_rate(p)));
	bad |= json_object_set_new(o, "timestamps",
	    json_pack("{s:o, s:o, s:o, s:o}", "gaps", number(p->gaps),
		"backwards", number(p->backwards), "step_min",
		seconds(p->step_min_us), "step_max", seconds(p->step_max_us)));
	return bad;
}

static json_t *
track_report(const struct probed *t)
{
	const struct codec *codec = codec_of(t->track.codec);
	bool video = t->track.kind == MEDIA_VIDEO;
	json_t *o = json_object();
	int bad = 0;

	bad |= json_object_set_new(
	    o, "kind", json_string(video ? "video" : "audio"));
	bad |= json_object_set_new(
	    o, "codec", codec != NULL ? json_string(codec->name) : json_null());
	bad |= json_object_set_new(o, "codecs",
	    t->codecs[0] != '\0' ? json_string(t->codecs) : json_null());
	bad |= put_times(o, t);
	bad |= video ? put_video(o, t) : put_audio(o, t);
	if (t->changes > 0)
		bad |= json_object_set_new(o, "changes", number(t->changes));
	if (!bad)
		return o;
	json_decref(o);
	return NULL;
}

json_t *
probe_report(const struct probe *p)
{
	json_t *tracks = json_array();

	for (size_t i = 0; i < p->tracks; i++)
		if (json_array_append_new(tracks, track_report(&p->track[i])) ==
		    -1) {
			json_decref(tracks);
			return NULL;
		}
	return json_pack("{s:o, s:o, s:o}", "duration",
	    seconds(probe_seen_us(p)), "files", number(p->files), "tracks",
	    tracks);
}
