#include "playlist.h"

#include "clock.h"

#include <inttypes.h>
#include <string.h>

/*
 * RFC 8216 calls for six decimals nowhere, but a player that adds rounded
 * durations up drifts; microseconds are what the log holds.
 */
static void
put_extinf(struct buf *out, uint64_t duration_us)
{
	(void)buf_printf(out, "#EXTINF:%" PRIu64 ".%06" PRIu64 ",\n",
	    duration_us / 1000000, duration_us % 1000000);
}

/* ISO 8601 to the millisecond, the accuracy 4.3.2.6 recommends. */
static void
put_date_time(struct buf *out, uint64_t start_us)
{
	char text[CLOCK_RFC3339_SIZE];

	/* "2026-11-20T12:52:46.000001Z": the last three decimals go. */
	clock_rfc3339(start_us, text);
	(void)buf_printf(out, "#EXT-X-PROGRAM-DATE-TIME:%.23sZ\n", text);
}

static void
put_seconds(struct buf *out, const char *name, uint64_t us)
{
	(void)buf_printf(
	    out, "%s%" PRIu64 ".%06" PRIu64, name, us / 1000000, us % 1000000);
}

/* Segments older than so many target durations may be left out. */
enum { SKIP_TARGETS = 6, HOLD_BACK_PARTS = 3 };

size_t
playlist_skippable(const struct broadcast *b, const struct track *t)
{
	uint64_t least_us = SKIP_TARGETS * track_target_s(t) * 1000000;
	uint64_t after_us = 0;
	size_t i = t->segments;

	if (!track_low_latency(b, t))
		return 0;
	while (i > 0 && after_us < least_us)
		after_us += t->segment[--i].duration_us;
	return i;
}

/* What a player may ask for, and how close to the end it may come. */
static void
put_control(struct buf *out, const struct track *t)
{
	(void)buf_printf(out,
	    "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=%" PRIu64
	    ".0",
	    SKIP_TARGETS * track_target_s(t));
	put_seconds(out, ",PART-HOLD-BACK=", HOLD_BACK_PARTS * t->part_us);
	put_seconds(out, "\n#EXT-X-PART-INF:PART-TARGET=", t->part_us);
	(void)buf_puts(out, "\n");
}

static void
put_header(const struct broadcast *b, const struct track *t, struct buf *out)
{
	bool low_latency = track_low_latency(b, t);

	(void)buf_printf(out,
	    "#EXTM3U\n#EXT-X-VERSION:%d\n"
	    "#EXT-X-TARGETDURATION:%" PRIu64 "\n",
	    low_latency ? 9 : 7, track_target_s(t));
	if (low_latency)
		put_control(out, t);
	(void)buf_printf(
	    out, "#EXT-X-MEDIA-SEQUENCE:%" PRIu64 "\n", t->sequence);
	if (t->discontinuity_sequence > 0)
		(void)buf_printf(out,
		    "#EXT-X-DISCONTINUITY-SEQUENCE:%" PRIu64 "\n",
		    t->discontinuity_sequence);
	if (!t->dependent)
		(void)buf_puts(out, "#EXT-X-INDEPENDENT-SEGMENTS\n");
}

static void
put_uri(struct buf *out, const struct broadcast *b, const struct track *t,
    uint64_t msn)
{
	(void)buf_printf(
	    out, "/media/%s/%s/%" PRIu64 ".m4s", b->id, t->state.name, msn);
}

/* What stands before a segment, and before the parts of one. */
static void
put_begin(struct buf *out, const struct broadcast *b, const struct track *t,
    const struct segment *s, bool new_run, bool dated)
{
	if (s->discontinuity)
		(void)buf_puts(out, "#EXT-X-DISCONTINUITY\n");
	if (new_run)
		(void)buf_printf(out,
		    "#EXT-X-MAP:URI=\"/media/%s/%s/init-%" PRIu32 ".mp4\"\n",
		    b->id, t->state.name, s->run);
	if (dated || s->discontinuity)
		put_date_time(out, s->start_us);
}

static void
put_parts(struct buf *out, const struct broadcast *b, const struct track *t,
    const struct part *p, size_t n)
{
	for (; n > 0; n--, p++) {
		put_seconds(out, "#EXT-X-PART:DURATION=", p->duration_us);
		(void)buf_puts(out, ",URI=\"");
		put_uri(out, b, t, p->msn);
		(void)buf_printf(out,
		    "\",BYTERANGE=\"%" PRIu64 "@%" PRIu64 "\"%s\n", p->bytes,
		    p->offset, p->independent ? ",INDEPENDENT=YES" : "");
	}
}

/* The parts of the segment that grows, and where the next one will be. */
static void
put_growing(struct buf *out, const struct broadcast *b, const struct track *t)
{
	const struct part *p = parts_growing(&t->parts);
	const struct segment *before = &t->segment[t->segments - 1];
	uint64_t offset = 0;

	if (p != NULL) {
		const struct segment s = {.start_us = p->start_us,
		    .run = t->parts.run,
		    .discontinuity = t->parts.discontinuity};

		put_begin(out, b, t, &s, before->run != s.run, true);
		put_parts(out, b, t, p, t->parts.growing);
		p += t->parts.growing - 1;
		offset = p->offset + p->bytes;
	}
	if (t->parts.lost)
		return;
	(void)buf_puts(out, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"");
	put_uri(out, b, t, track_growing_msn(t));
	(void)buf_printf(out, "\",BYTERANGE-START=%" PRIu64 "\n", offset);
}

/* How far the other tracks are, for a player that changes to one. */
static void
put_reports(struct buf *out, const struct broadcast *b, const struct track *t)
{
	for (size_t i = 0; i < b->tracks; i++) {
		const struct track *o = &b->track[i];
		uint64_t last = track_growing_sequence(o) - 1;
		size_t parts = o->parts.growing;

		if (o == t || o->segments == 0)
			continue;
		if (parts > 0)
			last++;
		else
			(void)parts_of(
			    &o->parts, o->segment[o->segments - 1].msn, &parts);
		(void)buf_printf(out,
		    "#EXT-X-RENDITION-REPORT:URI=\"../%s/index.m3u8"
		    "?broadcast=%s\",LAST-MSN=%" PRIu64,
		    o->state.name, b->id, last);
		if (parts > 0)
			(void)buf_printf(out, ",LAST-PART=%zu", parts - 1);
		(void)buf_puts(out, "\n");
	}
}

/* The playlist without its first SKIP segments. */
static int
put_media(const struct broadcast *b, const struct track *t, size_t skip,
    struct buf *out)
{
	bool low_latency = track_low_latency(b, t);

	put_header(b, t, out);
	if (skip > 0)
		(void)buf_printf(
		    out, "#EXT-X-SKIP:SKIPPED-SEGMENTS=%zu\n", skip);
	for (size_t i = skip; i < t->segments; i++) {
		const struct segment *s = &t->segment[i];
		const struct part *p = NULL;
		size_t parts = 0;

		/*
		 * A low-latency player gets each date, for it may see a
		 * segment for the first time in a delta update.
		 */
		put_begin(out, b, t, s, i == 0 || s[-1].run != s->run,
		    i == 0 || low_latency);
		if (low_latency)
			p = parts_of(&t->parts, s->msn, &parts);
		put_parts(out, b, t, p, parts);
		put_extinf(out, s->duration_us);
		put_uri(out, b, t, s->msn);
		(void)buf_puts(out, "\n");
	}
	if (low_latency) {
		put_growing(out, b, t);
		put_reports(out, b, t);
	}
	if (b->ended)
		(void)buf_puts(out, "#EXT-X-ENDLIST\n");
	return out->failed ? -1 : 0;
}

int
playlist_media(
    const struct broadcast *b, const struct track *t, struct buf *out)
{
	return put_media(b, t, 0, out);
}

int
playlist_delta(
    const struct broadcast *b, const struct track *t, struct buf *out)
{
	return put_media(b, t, playlist_skippable(b, t), out);
}

/* The rates of a variant: its own track's and the group's highest. */
struct rates {
	uint64_t peak_bps, average_bps;
};

static void
rates_raise(struct rates *r, const struct track *t)
{
	uint64_t ms = t->total_us / 1000;
	uint64_t average = ms > 0 ? t->total_bytes * 8 / ms * 1000 : 0;

	if (t->peak_bps > r->peak_bps)
		r->peak_bps = t->peak_bps;
	if (average > r->average_bps)
		r->average_bps = average;
}

/* Is T's codec that of an audio track with segments before it in B? */
static bool
codec_before(const struct broadcast *b, const struct track *t)
{
	for (const struct track *u = b->track; u < t; u++)
		if (!u->state.video && u->segments > 0 &&
		    strcmp(u->state.codecs, t->state.codecs) == 0)
			return true;
	return false;
}

/* CODECS names every codec that any combination needs (4.3.4.2), once. */
static void
put_codecs(struct buf *out, const struct broadcast *b, const struct track *t,
    bool with_audio)
{
	(void)buf_printf(out, ",CODECS=\"%s", t->state.codecs);
	for (size_t i = 0; with_audio && i < b->tracks; i++) {
		const struct track *a = &b->track[i];

		if (!a->state.video && a->segments > 0 && !codec_before(b, a))
			(void)buf_printf(out, ",%s", a->state.codecs);
	}
	(void)buf_puts(out, "\"");
}

static void
put_variant(struct buf *out, const struct broadcast *b, const struct track *t,
    bool with_audio, struct rates group)
{
	struct rates own = {0, 0};

	rates_raise(&own, t);
	own.peak_bps += group.peak_bps;
	own.average_bps += group.average_bps;
	if (own.average_bps > own.peak_bps)
		own.peak_bps = own.average_bps;
	/* A bandwidth of 0 would divide by zero in some players. */
	(void)buf_printf(out,
	    "#EXT-X-STREAM-INF:BANDWIDTH=%" PRIu64
	    ",AVERAGE-BANDWIDTH=%" PRIu64,
	    own.peak_bps > 0 ? own.peak_bps : 1,
	    own.average_bps > 0 ? own.average_bps : 1);
	put_codecs(out, b, t, with_audio);
	if (t->state.width > 0 && t->state.height > 0)
		(void)buf_printf(
		    out, ",RESOLUTION=%ux%u", t->state.width, t->state.height);
	if (t->state.frame_rate_mhz > 0)
		(void)buf_printf(out, ",FRAME-RATE=%u.%03u",
		    t->state.frame_rate_mhz / 1000,
		    t->state.frame_rate_mhz % 1000);
	if (with_audio)
		(void)buf_puts(out, ",AUDIO=\"audio\"");
	(void)buf_printf(
	    out, "\n%s/index.m3u8?broadcast=%s\n", t->state.name, b->id);
}

static void
put_rendition(struct buf *out, const struct broadcast *b, const struct track *t,
    bool is_default)
{
	(void)buf_printf(out,
	    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"%s\","
	    "DEFAULT=%s,AUTOSELECT=YES",
	    t->state.name, is_default ? "YES" : "NO");
	if (t->state.channels > 0)
		(void)buf_printf(out, ",CHANNELS=\"%u\"", t->state.channels);
	(void)buf_printf(
	    out, ",URI=\"%s/index.m3u8?broadcast=%s\"\n", t->state.name, b->id);
}

int
playlist_multivariant(const struct broadcast *b, struct buf *out)
{
	struct rates group = {0, 0};
	bool video = false, audio = false, dependent = false;

	for (size_t i = 0; i < b->tracks; i++) {
		const struct track *t = &b->track[i];

		video |= t->state.video && t->segments > 0;
		dependent |= t->dependent;
	}
	(void)buf_puts(out, "#EXTM3U\n#EXT-X-VERSION:7\n");
	if (!dependent)
		(void)buf_puts(out, "#EXT-X-INDEPENDENT-SEGMENTS\n");
	for (size_t i = 0; video && i < b->tracks; i++) {
		const struct track *t = &b->track[i];

		if (t->state.video || t->segments == 0)
			continue;
		put_rendition(out, b, t, !audio);
		rates_raise(&group, t);
		audio = true;
	}
	for (size_t i = 0; i < b->tracks; i++) {
		const struct track *t = &b->track[i];

		if (t->state.video == video && t->segments > 0)
			put_variant(out, b, t, audio, group);
	}
	return out->failed ? -1 : 0;
}
