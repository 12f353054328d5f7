#include "playlist.h"

#include "line.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Segments older than so many target durations may be left out. */
enum { SKIP_TARGETS = 6, HOLD_BACK_PARTS = 3 };

uint64_t
playlist_skip_us(const struct edition *e)
{
	return SKIP_TARGETS * (uint64_t)e->target_s * 1000000;
}

uint64_t
playlist_skip(const struct edition *e)
{
	uint64_t least_us = playlist_skip_us(e);
	uint64_t after_us = 0, n = e->growing;

	while (n > e->first && after_us < least_us)
		after_us += pages_segment(e->pages, --n)->duration_us;
	return n;
}

/* What a player may ask for, and how close to the end it may come. */
static void
put_control(struct buf *out, const struct edition *e)
{
	(void)buf_printf(out,
	    "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=%u.0",
	    SKIP_TARGETS * e->target_s);
	line_seconds(out, ",PART-HOLD-BACK=", HOLD_BACK_PARTS * e->part_us);
	line_seconds(out, "\n#EXT-X-PART-INF:PART-TARGET=", e->part_us);
	(void)buf_puts(out, "\n");
}

static void
put_header(struct buf *out, const struct playlist *p)
{
	static const char *const type[] = {[EDITION_LIVE] = "",
	    [EDITION_EVENT] = "#EXT-X-PLAYLIST-TYPE:EVENT\n",
	    [EDITION_VOD] = "#EXT-X-PLAYLIST-TYPE:VOD\n"};
	const struct edition *e = p->edition;
	/* Of one that is closed for good all counts anew (4.3.3.5). */
	bool whole = e->form == EDITION_VOD;
	uint64_t discontinuities =
	    p->first < e->growing && !whole
		? pages_discontinuities(e->pages, p->first)
		: 0;

	(void)buf_printf(out,
	    "#EXTM3U\n#EXT-X-VERSION:%d\n"
	    "#EXT-X-TARGETDURATION:%u\n",
	    e->low_latency ? 9
	    : e->gaps      ? 8
			   : 7,
	    e->target_s);
	(void)buf_puts(out, type[e->form]);
	if (e->low_latency)
		put_control(out, e);
	(void)buf_printf(
	    out, "#EXT-X-MEDIA-SEQUENCE:%" PRIu64 "\n", whole ? 0 : p->first);
	if (discontinuities > 0)
		(void)buf_printf(out,
		    "#EXT-X-DISCONTINUITY-SEQUENCE:%" PRIu64 "\n",
		    discontinuities);
	if (!e->dependent)
		(void)buf_puts(out, "#EXT-X-INDEPENDENT-SEGMENTS\n");
	if (p->skip > p->first)
		(void)buf_printf(out,
		    "#EXT-X-SKIP:SKIPPED-SEGMENTS=%" PRIu64 "\n",
		    p->skip - p->first);
}

/* The parts of file MSN among E's, *N of them; NULL: none are told. */
static const struct part *
parts_in(const struct edition *e, uint64_t msn, size_t *n)
{
	const struct parts p = {.n = e->low_latency ? e->files : 0};
	size_t i = 0;

	while (i < p.n && e->part[i].msn != msn)
		i++;
	for (*n = 0; i + *n < p.n && e->part[i + *n].msn == msn; ++*n)
		;
	return *n > 0 ? &e->part[i] : NULL;
}

static void
put_parts(
    struct buf *out, const struct line_track *t, const struct part *p, size_t n)
{
	for (; n > 0; n--, p++) {
		line_seconds(out, "#EXT-X-PART:DURATION=", p->duration_us);
		(void)buf_puts(out, ",URI=\"");
		line_uri(out, t, p->msn);
		line_number(out, "\",BYTERANGE=\"", p->bytes);
		line_number(out, "@", p->offset);
		(void)buf_puts(
		    out, p->independent ? "\",INDEPENDENT=YES\n" : "\"\n");
	}
}

/* Segment N, before which a player must be told all with WHOLE. */
static void
put_segment(struct buf *out, const struct edition *e, uint64_t n, bool whole)
{
	const struct line_track t = {e->broadcast, e->track};
	const struct segment *s = pages_segment(e->pages, n);
	const struct part *p;
	size_t parts;

	/*
	 * A low-latency player gets each date, for it may see a segment for
	 * the first time in a delta update.
	 */
	line_begin(out, &t, s, s->map || whole, s->dated || whole);
	if ((p = parts_in(e, s->msn, &parts)) != NULL)
		put_parts(out, &t, p, parts);
	line_end(out, &t, s);
}

/* The parts of the segment that grows, and where the next one will be. */
static void
put_growing(struct buf *out, const struct edition *e)
{
	const struct line_track t = {e->broadcast, e->track};
	uint64_t offset = 0;

	if (e->parts > 0) {
		const struct part *p = &e->part[e->files - e->parts];
		const struct segment s = {.start_us = p->start_us,
		    .run = e->growing_run,
		    .discontinuity = e->growing_discontinuity};

		line_begin(out, &t, &s, e->last_run != s.run, true);
		put_parts(out, &t, p, e->parts);
		p += e->parts - 1;
		offset = p->offset + p->bytes;
	}
	if (e->lost)
		return;
	(void)buf_puts(out, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"");
	line_uri(out, &t, e->growing_msn);
	line_number(out, "\",BYTERANGE-START=", offset);
	(void)buf_puts(out, "\n");
}

/* How far the other tracks are, for a player that changes to one. */
static void
put_reports(struct buf *out, const struct edition *e)
{
	for (size_t i = 0; i < e->reports; i++) {
		const struct edition_report *r = &e->report[i];

		(void)buf_printf(out,
		    "#EXT-X-RENDITION-REPORT:URI=\"../%s/index.m3u8"
		    "?broadcast=%s\",LAST-MSN=%" PRIu64,
		    r->track, e->broadcast, r->last);
		if (r->parts > 0)
			(void)buf_printf(out, ",LAST-PART=%zu", r->parts - 1);
		(void)buf_puts(out, "\n");
	}
}

/* Does a playlist begin with segment N of E as its lines are? */
static bool
begins_whole(const struct edition *e, uint64_t n)
{
	const struct segment *s = pages_segment(e->pages, n);

	return s->map && s->dated;
}

void
playlist_lines(struct playlist *p)
{
	const struct edition *e = p->edition;
	uint64_t from = p->skip;

	if (from == p->first && from < e->lines && !begins_whole(e, from))
		from++;
	p->lines_first = from < e->lines ? from : e->lines;
	p->lines_last = e->lines;
	if (p->lines_first == p->lines_last)
		p->lines_first = p->lines_last = 0;
}

struct body *
playlist_body(const struct playlist *p)
{
	const struct edition *e = p->edition;
	uint64_t n = p->skip;
	struct body *b = NULL;
	size_t begin_bytes;
	struct buf own;

	buf_init(&own, PLAYLIST_MAX_BYTES);
	put_header(&own, p);
	if (p->lines_first < p->lines_last && n < p->lines_first)
		put_segment(&own, e, n, true);
	begin_bytes = own.len;
	if (p->lines_first < p->lines_last)
		n = p->lines_last;
	for (; n < e->growing; n++)
		put_segment(&own, e, n, n == p->first);
	if (e->low_latency) {
		put_growing(&own, e);
		put_reports(&own, e);
	}
	if (e->ended)
		(void)buf_puts(&own, "#EXT-X-ENDLIST\n");
	if (own.failed)
		errno = own.starved ? ENOMEM : EMSGSIZE;
	else
		b = body_make(
		    &own, begin_bytes, e->pages, p->lines_first, p->lines_last);
	buf_fini(&own);
	return b;
}
