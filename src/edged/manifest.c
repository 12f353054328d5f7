#include "manifest.h"

#include "forecast.h"
#include "xml.h"

#include <inttypes.h>
#include <string.h>

/* A manifest in the making. */
struct draft {
	const struct broadcast *b;
	struct buf *out;
	bool dynamic; /* more is to come */
	bool gapless; /* periods follow each other without a gap */
	struct forecast forecast;
};

/* What of a period is told. */
struct piece {
	const struct period *period;
	uint64_t from_us, to_us; /* by the wall clock */
	uint64_t start_us;       /* on the manifest's own timeline */
	bool last;
};

enum {
	SECOND_US = 1000000,
	/* Behind the end of what is there: how far a player may come. */
	DELAY_TARGETS = 4,
	/* With low latency, by the clock of what was filmed. */
	LATENCY_PARTS = 3,
	LATENCY_MORE_US = 400000
};

bool
manifest_possible(const struct broadcast *b)
{
	return b->periods.periods > 0 && !b->periods.unknown;
}

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
max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
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
	uint64_t from, to; /* ticks */
	uint64_t msn;      /* of the first segment */
	size_t first;      /* the stretch it is in */
};

/* What L has for P; false when that is nothing. */
static bool
excerpt_of(const struct lane *l, const struct piece *p, struct excerpt *e)
{
	*e = (struct excerpt){.lane = l, .from = ticks_at(l, p->from_us)};
	e->to = p->to_us == UINT64_MAX ? UINT64_MAX : ticks_at(l, p->to_us);
	e->msn = l->first_msn;
	for (; e->first < l->stretches; e->first++) {
		const struct stretch *s = &l->stretch[e->first];
		uint32_t skipped = before(s, e->from);

		e->msn += skipped;
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
	size_t n = 0;

	put(d, "<SegmentTimeline>\n");
	for (size_t k = e->first; k < e->lane->stretches; k++) {
		const struct stretch *s = &e->lane->stretch[k];
		uint32_t skipped = before(s, e->from), all = until(s, e->to);

		if (all <= skipped)
			break;
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
put_frame_rate(struct draft *d, unsigned mhz)
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
	xml_text(d->out, "frameRate", text);
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
	put_frame_rate(d, s->frame_rate_mhz);
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
	put_template(d, p, &e);
	put(d, "</Representation>\n");
}

static const char utc_timing[] =
    "<UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:http-xsdate:2014\" "
    "value=\"/api/time\"/>\n";

/* Which time of the files was which by the encoder's clock. */
static void
put_reference(struct draft *d, const struct piece *p, const struct lane *l)
{
	put(d, "<ProducerReferenceTime id=\"0\" type=\"encoder\"");
	xml_time(d->out, "wallClockTime", p->from_us);
	xml_number(d->out, "presentationTime", ticks_at(l, p->from_us));
	put(d, ">\n");
	put(d, utc_timing);
	put(d, "</ProducerReferenceTime>\n");
}

/*
 * The adaptation set that begins with track I: all pictures are one, for they
 * are cut at the same places; each sound is one of its own.
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
	if (!d->b->track[i].dependent)
		xml_text(d->out, "startWithSAP", "1");
	put(d, ">\n");
	if (d->forecast.low_latency)
		put_reference(d, p, l);
	put(d, "<Role schemeIdUri=\"urn:mpeg:dash:role:2011\"");
	xml_text(d->out, "value",
	    video || strcmp(l->state.name, "audio") == 0 ? "main"
							 : "alternate");
	put(d, "/>\n");
	for (size_t k = i; k < d->b->tracks; k++)
		if (k == i || (video && p->period->lane[k] != NULL &&
				  p->period->lane[k]->state.video))
			put_representation(d, p, k);
	put(d, "</AdaptationSet>\n");
}

static void
put_period(struct draft *d, const struct piece *p)
{
	bool video = false;

	put(d, "<Period");
	(void)buf_printf(d->out, " id=\"%" PRIu64 "\"", p->period->number);
	xml_duration(d->out, "start", p->start_us);
	/*
	 * Said where periods follow each other without a gap only: dash.js
	 * adds them up, and takes the sum for the end of all.
	 */
	if (d->gapless)
		xml_duration(d->out, "duration", p->to_us - p->from_us);
	put(d, ">\n");
	for (size_t i = 0; i < d->b->tracks; i++) {
		const struct lane *l = p->period->lane[i];
		struct excerpt e;

		if (l == NULL || !excerpt_of(l, p, &e) ||
		    (video && l->state.video))
			continue;
		video |= l->state.video;
		put_set(d, p, i);
	}
	put(d, "</Period>\n");
}

/* The longest promise of any track. */
static uint64_t
target_us(const struct broadcast *b)
{
	uint64_t us = SECOND_US;

	for (size_t i = 0; i < b->tracks; i++)
		us = max(us, track_target_s(&b->track[i]) * SECOND_US);
	return us;
}

/*
 * The wall clock at the beginning of a live manifest's timeline: to the
 * microsecond that of the first period.  Shaka Player, when a manifest becomes
 * static, takes the beginning of the first one for 0.
 */
static uint64_t
epoch_us(const struct periods *p)
{
	return p->begun_us;
}

static void
put_begin(struct draft *d)
{
	put(d, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	       "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
	       "profiles=\"urn:mpeg:dash:profile:isoff-live:2011");
	if (d->forecast.low_latency)
		put(d, ",http://www.dashif.org/guidelines/low-latency-live-v5");
	put(d, "\"");
	xml_text(d->out, "type", d->dynamic ? "dynamic" : "static");
}

/* How close to what is filmed a player should come. */
static void
put_latency(struct draft *d, uint64_t latency_us)
{
	put(d, "<ServiceDescription id=\"0\">\n<Latency");
	xml_number(d->out, "target", latency_us / 1000);
	xml_number(d->out, "min", latency_us / 2000);
	xml_number(d->out, "max", latency_us * 3 / 1000);
	put(d, " referenceId=\"0\"/>\n"
	       "<PlaybackRate min=\"0.96\" max=\"1.04\"/>\n"
	       "</ServiceDescription>\n");
}

static void
put_live_head(struct draft *d)
{
	const struct forecast *f = &d->forecast;
	uint64_t target = target_us(d->b), epoch = epoch_us(&d->b->periods);
	uint64_t latency_us = LATENCY_PARTS * f->part_us + LATENCY_MORE_US;

	put_begin(d);
	xml_time(d->out, "availabilityStartTime", epoch);
	xml_time(d->out, "publishTime", periods_end_us(&d->b->periods));
	xml_duration(d->out, "maxSegmentDuration", target);
	xml_duration(
	    d->out, "minBufferTime", f->low_latency ? 2 * f->part_us : target);
	if (!d->dynamic) {
		xml_duration(d->out, "mediaPresentationDuration",
		    periods_last_us(&d->b->periods) - epoch);
		put(d, ">\n");
		return;
	}
	xml_duration(d->out, "minimumUpdatePeriod", target);
	if (d->b->periods.window_us > 0)
		xml_duration(
		    d->out, "timeShiftBufferDepth", d->b->periods.window_us);
	xml_duration(d->out, "suggestedPresentationDelay",
	    f->low_latency ? latency_us : DELAY_TARGETS * target);
	put(d, ">\n<Location>manifest.mpd?broadcast=");
	put(d, d->b->id); /* a slug */
	put(d, "</Location>\n");
	if (f->low_latency)
		put_latency(d, latency_us);
}

static int
end(struct draft *d)
{
	put(d, "</MPD>\n");
	return d->out->failed ? -1 : 0;
}

int
manifest_live(const struct broadcast *b, struct buf *out)
{
	struct draft d = {.b = b, .out = out, .dynamic = !b->ended};
	const struct periods *p = &b->periods;

	if (d.dynamic)
		forecast_make(b, &d.forecast);
	put_live_head(&d);
	for (size_t k = 0; k < p->periods; k++) {
		const struct period *o = &p->period[k];
		bool last = k + 1 == p->periods;

		put_period(
		    &d, &(struct piece){.period = o,
			    .from_us = o->start_us,
			    .to_us = last && d.dynamic ? UINT64_MAX
						       : period_end_us(o),
			    .start_us = o->start_us - epoch_us(p),
			    .last = last});
	}
	if (d.dynamic)
		put(&d, utc_timing);
	return end(&d);
}

/* When P begins; later than it did when its first segments are gone. */
static uint64_t
begin_us(const struct period *p)
{
	uint64_t first_us = UINT64_MAX;

	for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++)
		if (p->lane[i] != NULL)
			first_us =
			    min(first_us, lane_wall_us(p->lane[i],
					      p->lane[i]->stretch[0].time));
	return max(p->start_us, first_us);
}

/* What of period K is between FROM_US and TO_US. */
static struct piece
piece_of(const struct periods *p, size_t k, uint64_t from_us, uint64_t to_us)
{
	const struct period *o = &p->period[k];

	return (struct piece){.period = o,
	    .from_us = max(begin_us(o), from_us),
	    .to_us = min(period_end_us(o), to_us),
	    .last = k + 1 == p->periods};
}

int
manifest_recording(const struct broadcast *b, uint64_t from_us, uint64_t to_us,
    struct buf *out)
{
	struct draft d = {.b = b, .out = out, .gapless = true};
	const struct periods *p = &b->periods;
	uint64_t start_us = 0, all_us = 0;

	for (size_t k = 0; k < p->periods; k++) {
		struct piece o = piece_of(p, k, from_us, to_us);

		if (o.from_us < o.to_us)
			all_us += o.to_us - o.from_us;
	}
	put_begin(&d);
	xml_duration(out, "mediaPresentationDuration", all_us);
	xml_duration(out, "minBufferTime", target_us(b));
	xml_duration(out, "maxSegmentDuration", target_us(b));
	put(&d, ">\n");
	for (size_t k = 0; k < p->periods; k++) {
		struct piece o = piece_of(p, k, from_us, to_us);

		if (o.from_us >= o.to_us)
			continue;
		o.start_us = start_us;
		start_us += o.to_us - o.from_us;
		put_period(&d, &o);
	}
	return end(&d);
}
