#include "manifest_own.h"

#include "xml.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void
put(struct draft *d, const char *s)
{
	(void)buf_puts(d->out, s);
}

/* US by the wall clock in the ticks of L's files. */
static uint64_t
ticks_at(const struct lane *l, uint64_t us)
{
	int64_t media_us = (int64_t)us - l->wall_us;

	return media_us > 0 ? lane_ticks(l, (uint64_t)media_us) : 0;
}

static uint64_t
min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* How many of the segments of S end at or before AT. */
static uint32_t
before(const struct stretch *s, uint64_t at)
{
	uint64_t n = at > s->time ? (at - s->time) / s->duration : 0;

	return (uint32_t)min(n, s->count);
}

/* How many of the segments of S begin before AT. */
static uint32_t
until(const struct stretch *s, uint64_t at)
{
	uint64_t n =
	    at > s->time ? (at - s->time + s->duration - 1) / s->duration : 0;

	return (uint32_t)min(n, s->count);
}

/* What a lane has between two times. */
struct excerpt {
	const struct lane *lane;
	uint64_t from,
	    to;       /* ticks: what is between, but for what is cut by them */
	uint64_t msn; /* of the first segment */
	size_t first; /* the stretch it is in */
};

/* What L has for P; false when that is nothing. */
static bool
excerpt_of(const struct lane *l, const struct piece *p, struct excerpt *e)
{
	*e = (struct excerpt){
	    .lane = l, .from = ticks_at(l, p->from_us + p->slack_us)};
	e->to = p->to_us == UINT64_MAX ? UINT64_MAX
				       : ticks_at(l, p->to_us - p->slack_us);
	for (; e->first < l->stretches; e->first++) {
		const struct stretch *s = &l->stretch[e->first];
		uint32_t skipped = before(s, e->from);

		e->msn = s->msn + skipped;
		if (skipped < s->count)
			return until(s, e->to) > skipped;
	}
	return false;
}

/* Segments that follow each other; *END is where those before do. */
static void
put_stretch(struct draft *d, uint64_t time, uint32_t duration, uint32_t count,
    uint64_t *end)
{
	put(d, "<S");
	if (time != *end)
		xml_number(d->out, "t", time);
	xml_number(d->out, "d", duration);
	if (count > 1)
		xml_number(d->out, "r", count - 1);
	put(d, "/>\n");
	*end = time + (uint64_t)duration * count;
}

static void
put_timeline(struct draft *d, const struct piece *p, const struct excerpt *e)
{
	uint32_t foretold[FORECAST_ENDS];
	uint64_t end = UINT64_MAX; /* the first one always tells its time */
	uint64_t next = e->lane->stretch[e->first].msn;
	size_t n = 0;

	put(d, "<SegmentTimeline>\n");
	for (size_t k = e->first; k < e->lane->stretches; k++) {
		const struct stretch *s = &e->lane->stretch[k];
		uint32_t skipped = before(s, e->from), all = until(s, e->to);

		if (all <= skipped || s->msn != next)
			break;
		next += s->count;
		put_stretch(d, s->time + (uint64_t)skipped * s->duration,
		    s->duration, all - skipped, &end);
	}
	if (d->dynamic && p->last)
		n = forecast_lane(&d->forecast, e->lane, foretold);
	for (size_t k = 0; k < n; k++)
		put_stretch(d, end, foretold[k], 1, &end);
	put(d, "</SegmentTimeline>\n");
}

/* Files' URLs; they stand where HLS finds them. */
static void
put_template(struct draft *d, const struct piece *p, const struct excerpt *e)
{
	const struct lane *l = e->lane;
	const struct forecast *f = &d->forecast;
	char url[2 * NAME_SIZE + 64];

	put(d, "<SegmentTemplate");
	xml_number(d->out, "timescale", l->timescale);
	xml_number(d->out, "presentationTimeOffset", ticks_at(l, p->from_us));
	xml_number(d->out, "startNumber", e->msn);
	(void)snprintf(url, sizeof(url), "/media/%s/%s/init-%" PRIu32 ".mp4",
	    d->b->id, l->state.name, l->state.run);
	xml_text(d->out, "initialization", url);
	(void)snprintf(url, sizeof(url), "/media/%s/%s/$Number$.m4s", d->b->id,
	    l->state.name);
	xml_text(d->out, "media", url);
	if (f->low_latency) {
		uint64_t ms = (f->duration_us - f->part_us) / 1000;

		(void)buf_printf(d->out,
		    " availabilityTimeOffset=\"%" PRIu64 ".%03" PRIu64 "\"",
		    ms / 1000, ms % 1000);
		xml_text(d->out, "availabilityTimeComplete", "false");
	}
	put(d, ">\n");
	put_timeline(d, p, e);
	put(d, "</SegmentTemplate>\n");
}

/* Television's rates are so many frames in 1001 s. */
static void
put_frame_rate(struct draft *d, const char *name, unsigned mhz)
{
	unsigned per_1001 =
	    (unsigned)(((uint64_t)mhz * 1001 + 500000) / 1000000 * 1000);
	char text[32];

	if (mhz == 0)
		return;
	if (mhz % 1000 == 0)
		(void)snprintf(text, sizeof(text), "%u", mhz / 1000);
	else if (((uint64_t)per_1001 * 1000 + 500) / 1001 == mhz)
		(void)snprintf(text, sizeof(text), "%u/1001", per_1001);
	else
		(void)snprintf(text, sizeof(text), "%u/1000", mhz);
	xml_text(d->out, name, text);
}

/* BPS rounded up to three digits in binary, so that it seldom changes. */
static uint64_t
round_rate(uint64_t bps)
{
	unsigned shift = 0;

	while (bps >> shift > 15)
		shift++;
	return ((bps >> shift) + 1) << shift;
}

static void
put_representation(struct draft *d, const struct piece *p, size_t i)
{
	const struct track_state *s = &p->period->lane[i]->state;
	struct excerpt e;

	if (!excerpt_of(p->period->lane[i], p, &e))
		return;
	put(d, "<Representation");
	xml_text(d->out, "id", s->name);
	xml_text(d->out, "codecs", s->codecs);
	xml_number(d->out, "bandwidth", round_rate(d->b->track[i].peak_bps));
	if (s->width > 0 && s->height > 0) {
		xml_number(d->out, "width", s->width);
		xml_number(d->out, "height", s->height);
	}
	put_frame_rate(d, "frameRate", s->frame_rate_mhz);
	if (s->sample_rate_hz > 0)
		xml_number(d->out, "audioSamplingRate", s->sample_rate_hz);
	put(d, ">\n");
	if (s->channels > 0) {
		put(d,
		    "<AudioChannelConfiguration schemeIdUri=\""
		    "urn:mpeg:dash:23003:3:audio_channel_configuration:2011\"");
		xml_number(d->out, "value", s->channels);
		put(d, "/>\n");
	}
	if (s->transfer == TRACK_PQ || s->transfer == TRACK_HLG) {
		put(d, "<SupplementalProperty schemeIdUri=\""
		       "urn:mpeg:mpegB:cicp:TransferCharacteristics\"");
		xml_number(d->out, "value", s->transfer);
		put(d, "/>\n");
	}
	put_template(d, p, &e);
	put(d, "</Representation>\n");
}

/* Which time of the files was which by the encoder's clock. */
static void
put_reference(struct draft *d, const struct piece *p, const struct lane *l)
{
	put(d, "<ProducerReferenceTime id=\"0\" type=\"encoder\"");
	xml_time(d->out, "wallClockTime", p->from_us);
	xml_number(d->out, "presentationTime", ticks_at(l, p->from_us));
	put(d, ">\n");
	put(d, MANIFEST_UTC_TIMING);
	put(d, "</ProducerReferenceTime>\n");
}

/* Is lane K of P in the adaptation set that begins with lane I? */
static bool
in_set(const struct piece *p, size_t i, size_t k)
{
	const struct lane *first = p->period->lane[i];
	const struct lane *l = p->period->lane[k];

	return k == i || (k > i && l != NULL && first->state.video &&
			     track_state_alike(&first->state, &l->state));
}

/* The most that any picture of a set asks of a screen. */
static void
put_most(struct draft *d, const struct piece *p, size_t i)
{
	unsigned width = 0, height = 0, mhz = 0;

	for (size_t k = i; k < d->b->tracks; k++) {
		const struct track_state *s;

		if (!in_set(p, i, k))
			continue;
		s = &p->period->lane[k]->state;
		width = s->width > width ? s->width : width;
		height = s->height > height ? s->height : height;
		mhz = s->frame_rate_mhz > mhz ? s->frame_rate_mhz : mhz;
	}
	if (width > 0 && height > 0) {
		xml_number(d->out, "maxWidth", width);
		xml_number(d->out, "maxHeight", height);
	}
	put_frame_rate(d, "maxFrameRate", mhz);
}

/* Does every segment of the set begin with what decodes by itself? */
static bool
starts_alone(const struct draft *d, const struct piece *p, size_t i)
{
	for (size_t k = i; k < d->b->tracks; k++)
		if (in_set(p, i, k) && d->b->track[k].dependent)
			return false;
	return true;
}

/*
 * The adaptation set that begins with track I: pictures of one family of codecs
 * are one, for they are cut at the same places, and a player goes from one to
 * the other; each sound is one of its own.
 */
static void
put_set(struct draft *d, const struct piece *p, size_t i)
{
	const struct lane *l = p->period->lane[i];
	bool video = l->state.video;

	put(d, "<AdaptationSet");
	xml_number(d->out, "id", i + 1);
	xml_text(d->out, "contentType", video ? "video" : "audio");
	xml_text(d->out, "mimeType", video ? "video/mp4" : "audio/mp4");
	xml_text(d->out, "segmentAlignment", "true");
	if (starts_alone(d, p, i))
		xml_text(d->out, "startWithSAP", "1");
	if (video)
		put_most(d, p, i);
	put(d, ">\n");
	if (d->forecast.low_latency)
		put_reference(d, p, l);
	put(d, "<Role schemeIdUri=\"urn:mpeg:dash:role:2011\"");
	xml_text(d->out, "value",
	    video || strcmp(l->state.name, "audio") == 0 ? "main"
							 : "alternate");
	put(d, "/>\n");
	for (size_t k = i; k < d->b->tracks; k++)
		if (in_set(p, i, k))
			put_representation(d, p, k);
	put(d, "</AdaptationSet>\n");
}

/* Is there something of lane I in P? */
static bool
is_told(const struct piece *p, size_t i)
{
	struct excerpt e;

	return p->period->lane[i] != NULL &&
	       excerpt_of(p->period->lane[i], p, &e);
}

/* Is lane I in the set of one before it? */
static bool
set_before(const struct piece *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_told(p, k) && in_set(p, k, i))
			return true;
	return false;
}

void
manifest_period(struct draft *d, const struct piece *p)
{
	put(d, "<Period");
	(void)buf_printf(d->out, " id=\"%" PRIu64, p->period->number);
	if (p->number > 0)
		(void)buf_printf(d->out, "-%zu", p->number);
	put(d, "\"");
	xml_duration(d->out, "start", p->start_us);
	/*
	 * Of the last one only where there are no gaps: when all of them say
	 * it dash.js adds them up, and takes the sum for the end of all.  Of
	 * those before, or it never leaves one where it is just before a gap.
	 */
	if (d->gapless || !p->last)
		xml_duration(d->out, "duration", p->to_us - p->from_us);
	put(d, ">\n");
	for (size_t i = 0; i < d->b->tracks; i++)
		if (is_told(p, i) && !set_before(p, i))
			put_set(d, p, i);
	put(d, "</Period>\n");
}
