#include "manifest_own.h"

#include "xml.h"

enum {
	SECOND_US = 1000000,
	SLACK_US = 5000, /* what stamps of milliseconds make of a boundary */
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

/* Is there something of P behind AT_US? */
static bool
goes_beyond(const struct period *p, uint64_t at_us)
{
	return period_end_us(p) > at_us + SLACK_US;
}

/* Tell P, in pieces where it breaks. */
static void
put_pieces(struct draft *d, const struct piece *p)
{
	const struct period *o = p->period;
	struct piece rest = *p;

	for (size_t i = 0; i < o->breaks; i++) {
		uint64_t at_us = o->break_us[i];
		struct piece one = rest;

		if (at_us <= rest.from_us || at_us >= rest.to_us ||
		    !goes_beyond(o, at_us))
			continue;
		rest.slack_us = one.slack_us = SLACK_US;
		one.to_us = at_us;
		one.last = false;
		manifest_period(d, &one);
		rest.start_us += at_us - rest.from_us;
		rest.from_us = at_us;
		rest.number++;
	}
	manifest_period(d, &rest);
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

		put_pieces(
		    &d, &(struct piece){.period = o,
			    .from_us = o->start_us,
			    .to_us = last && d.dynamic ? UINT64_MAX
						       : period_end_us(o),
			    .start_us = o->start_us - epoch_us(p),
			    .last = last});
	}
	if (d.dynamic)
		put(&d, MANIFEST_UTC_TIMING);
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
		put_pieces(&d, &o);
	}
	return end(&d);
}
