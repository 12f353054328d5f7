#include "clock.h"
#include "edition.h"
#include "media.h"
#include "playlist.h"
#include "story.h"
#include "tap.h"

#include <zlib.h>

/* Playlists of long broadcasts, put together from what was written before. */

enum { ROOM = 64 * 1024 * 1024 };

static struct story story;
static struct buf text, other;

static int
add(struct broadcast *b, uint64_t msn, uint64_t run, uint64_t window_us)
{
	struct SegmentReady s = story_a_segment(b->id, "video", msn);

	s.run = run;
	return broadcast_apply(b, story_segment(&story, &s), window_us);
}

static struct broadcast *
begin(uint64_t part_us)
{
	struct broadcast *b = broadcast_open(STR("b1"));

	(void)broadcast_apply(b,
	    story_parted_track(&story, "b1", "video", 1, 1000000, part_us), 0);
	return b;
}

/* The playlist of E from FIRST on, every line of it made anew, is TEXT. */
static bool
same_anew(const struct edition *e, uint64_t first)
{
	const struct playlist p = {.edition = e, .first = first, .skip = first};
	struct body *body = playlist_body(&p);
	bool r;

	buf_reset(&other);
	r = body != NULL && media_flat(body, &other) == 0 &&
	    str_eq(buf_str(&text), buf_str(&other));
	body_drop(&body);
	return r;
}

/* Playlist WHICH of E, packed and unpacked again, is TEXT. */
static bool
same_packed(struct edition *e, int which)
{
	struct body *body = edition_body(e, which, true);
	z_stream z = {0};
	bool r;

	buf_reset(&other);
	if (body == NULL || media_flat(body, &other) == -1 ||
	    other.len >= text.len)
		return false;
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return false;
	z.next_in = other.p;
	z.avail_in = (uInt)other.len;
	(void)buf_reserve(&other, text.len + 1);
	z.next_in = other.p;
	z.next_out = other.p + other.len;
	z.avail_out = (uInt)text.len + 1;
	/* It ends with the right sum and length, or this is an error. */
	r = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0 &&
	    z.total_out == text.len &&
	    memcmp(other.p + other.len, text.p, text.len) == 0;
	(void)inflateEnd(&z);
	return r;
}

static bool
right(struct edition *e, int which, uint64_t first)
{
	return media_text(e, which, false, &text) == 0 && same_anew(e, first) &&
	       (text.len < 512 || same_packed(e, which));
}

/* However many segments there are, and wherever a page ends. */
static void
grows(uint64_t part_us)
{
	static const uint64_t at[] = {
	    3, 20, 255, 256, 257, 259, 260, 511, 516, 700, 768, 771, 772, 2000};
	struct broadcast *b = begin(part_us);
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		struct edition *e;

		for (; n < at[i]; n++)
			if (add(b, n, n < 300 ? 1 : 2, 0) == -1)
				break;
		e = edition_make(b, &b->track[0], EDITION_LIVE);
		OK(e->first == 0 && e->growing == at[i]);
		OK(right(e, EDITION_FULL, 0));
		edition_drop(&e);
	}
	OK(strstr((const char *)text.p, "#EXT-X-MEDIA-SEQUENCE:0\n") != NULL);
	broadcast_close(b);
}

/* What a window slides past goes page by page, and line by line. */
static void
slides(uint64_t part_us)
{
	struct broadcast *b = begin(part_us);
	struct edition *old = NULL;
	bool all = true;

	for (uint64_t n = 0; n < 1500; n++) {
		struct edition *e;

		all &= add(b, n, 1 + n / 333, 400000000) == 0;
		e = edition_make(b, &b->track[0], EDITION_LIVE);
		if (n == 700)
			old = edition_hold(e);
		if (n % 7 == 0)
			all &= right(e, EDITION_FULL, n < 400 ? 0 : n - 399);
		edition_drop(&e);
	}
	OK(all);
	OK(b->track[0].pages->n <= 3);
	/* Who still holds what was, reads what was. */
	OK(right(old, EDITION_FULL, 301));
	OK(strstr((const char *)text.p, "/700.m4s\n") != NULL &&
	    strstr((const char *)text.p, "/701.m4s\n") == NULL);
	edition_drop(&old);
	broadcast_close(b);
}

static void
short_windows(void)
{
	struct broadcast *b = begin(0);
	struct edition *e;

	for (uint64_t n = 0; n < 600; n++)
		(void)add(b, n, 1 + n / 300, 0);
	e = edition_make(b, &b->track[0], EDITION_LIVE);
	OK(edition_window(1) == edition_window(15000000));
	OK(edition_window(15000001) == edition_window(30000000));
	OK(edition_window(10800000001) == EDITION_FULL);
	OK(right(e, edition_window(60000000), 540));
	OK(right(e, edition_window(61000000), 480));
	OK(right(e, edition_window(300000000), 300));
	OK(strstr((const char *)text.p,
	       "#EXT-X-MEDIA-SEQUENCE:300\n#EXT-X-INDEPENDENT-SEGMENTS\n"
	       "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI") != NULL);
	OK(right(e, edition_window(3600000000), 0));
	edition_drop(&e);
	broadcast_close(b);
}

/* Others have the same bytes: also what was folded at once, and a clone. */
static void
tags(void)
{
	struct broadcast *b = begin(0), *c = begin(0), *d;
	struct edition *e, *f;

	for (uint64_t n = 0; n < 900; n++) {
		(void)add(b, n, 1, 0);
		e = edition_make(b, &b->track[0], EDITION_LIVE);
		edition_drop(&e);
	}
	for (uint64_t n = 0; n < 800; n++)
		(void)add(c, n, 1, 0);
	d = broadcast_clone(c);
	f = edition_make(c, &c->track[0], EDITION_LIVE);
	for (uint64_t n = 800; n < 900; n++)
		(void)add(d, n, 1, 0);
	OK(right(f, EDITION_FULL, 0) && f->growing == 800);
	edition_drop(&f);
	broadcast_close(c);
	e = edition_make(b, &b->track[0], EDITION_LIVE);
	f = edition_make(d, &d->track[0], EDITION_LIVE);
	OK(strcmp(edition_body(e, EDITION_FULL, false)->etag,
	       edition_body(f, EDITION_FULL, false)->etag) == 0);
	OK(strcmp(edition_body(e, EDITION_FULL, true)->etag,
	       edition_body(f, EDITION_FULL, false)->etag) != 0);
	edition_drop(&f);
	f = edition_make(d, &d->track[0], EDITION_VOD);
	OK(strcmp(edition_body(e, EDITION_FULL, false)->etag,
	       edition_body(f, EDITION_FULL, false)->etag) != 0);
	OK(media_text(f, EDITION_FULL, false, &text) == 0 &&
	    strstr((const char *)text.p, "#EXT-X-PLAYLIST-TYPE:VOD\n"));
	edition_drop(&e);
	edition_drop(&f);
	broadcast_close(b);
	broadcast_close(d);
}

/*
 * A day of a broadcast, of which delta updates are asked for ten times a
 * second: that must not cost what a day's playlist does.
 */
static void
a_day(void)
{
	struct broadcast *b = begin(210000);
	uint64_t begun_us = clock_mono_us(), fold_us, full_us, delta_us;
	struct edition *e;
	bool all = true;

	for (uint64_t n = 0; n < 86400; n++)
		all &= add(b, n, 1, 0) == 0;
	OK(all && b->track[0].segments == 86400);
	fold_us = clock_mono_us() - begun_us;
	b->track[0].parted = true;
	/* They came long ago. */
	b->track[0].arrivals = (struct arrivals){.newest = 0};
	begun_us = clock_mono_us();
	for (int i = 0; i < 1000; i++) {
		e = edition_make(b, &b->track[0], EDITION_LIVE);
		all &= edition_body(e, EDITION_DELTA, false)->bytes < 4096;
		edition_drop(&e);
	}
	OK(all);
	delta_us = clock_mono_us() - begun_us;
	begun_us = clock_mono_us();
	for (int i = 0; i < 100; i++) {
		e = edition_make(b, &b->track[0], EDITION_LIVE);
		all &= edition_body(e, EDITION_FULL, false)->bytes > 8000000;
		edition_drop(&e);
	}
	OK(all);
	full_us = clock_mono_us() - begun_us;
	OK(broadcast_bytes(b) / 86400 < 250);
	printf("# folded in %llu us, a delta update %llu us, all of it %llu "
	       "us, %zu bytes a segment\n",
	    (unsigned long long)fold_us, (unsigned long long)delta_us / 1000,
	    (unsigned long long)full_us / 100, broadcast_bytes(b) / 86400);
	e = edition_make(b, &b->track[0], EDITION_LIVE);
	OK(media_text(e, EDITION_FULL, false, &text) == 0 &&
	    same_packed(e, EDITION_FULL));
	edition_drop(&e);
	broadcast_close(b);
}

static void
removals(void)
{
	struct MediaRemoved gone = {
	    .track = STR("video"), .first_msn = 0, .last_msn = 299};
	struct broadcast *b = begin(0), *c = begin(0);
	struct edition *e;

	c->recorded = true;
	(void)broadcast_apply(c,
	    story_tell(&story, EVENT_MediaRemoved, "recording/", "b1", &gone),
	    0);
	gone = (struct MediaRemoved){
	    .track = STR("video"), .first_msn = 300, .last_msn = 309};
	(void)broadcast_apply(c,
	    story_tell(&story, EVENT_MediaRemoved, "recording/", "b1", &gone),
	    0);
	OK(c->removals == 1);
	gone.first_msn = gone.last_msn = 500;
	(void)broadcast_apply(c,
	    story_tell(&story, EVENT_MediaRemoved, "recording/", "b1", &gone),
	    0);
	for (uint64_t n = 0; n < 600; n++) {
		(void)add(b, n, 1, 0);
		(void)add(c, n, 1, 0);
	}
	/* A live playlist begins behind what is gone. */
	gone = (struct MediaRemoved){
	    .track = STR("video"), .first_msn = 0, .last_msn = 309};
	b->track[0].dirty = false;
	OK(broadcast_apply(b,
	       story_tell(
		   &story, EVENT_MediaRemoved, "recording/", "b1", &gone),
	       0) == 0 &&
	    b->track[0].dirty);
	e = edition_make(b, &b->track[0], EDITION_LIVE);
	OK(right(e, EDITION_FULL, 310));
	OK(strstr((const char *)text.p, "/309.m4s") == NULL &&
	    strstr((const char *)text.p, "/310.m4s") != NULL);
	edition_drop(&e);
	OK(track_segment(&b->track[0], 0)->at_us == 310000000);
	/* A recording leaves it out wherever it was. */
	e = edition_make(c, &c->track[0], EDITION_VOD);
	OK(right(e, EDITION_FULL, 310));
	OK(strstr((const char *)text.p, "/499.m4s\n#EXT-X-DISCONTINUITY\n"
					"#EXT-X-PROGRAM-DATE-TIME:") != NULL);
	OK(strstr((const char *)text.p, "/500.m4s") == NULL);
	OK(track_segment(&c->track[0], 190)->at_us == 501000000);
	edition_drop(&e);
	broadcast_close(b);
	broadcast_close(c);
}

int
main(void)
{
	story_init(&story);
	buf_init(&text, ROOM);
	buf_init(&other, ROOM);
	grows(0);
	grows(210000);
	slides(0);
	slides(210000);
	short_windows();
	tags();
	a_day();
	removals();
	buf_fini(&text);
	buf_fini(&other);
	story_fini(&story);
	return tap_done();
}
