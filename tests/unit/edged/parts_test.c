#include "edition.h"
#include "media.h"
#include "playlist.h"
#include "story.h"
#include "tap.h"

#include <errno.h>

enum { WINDOW_US = 60000000 };

static struct story story;
static struct buf text;

static int
apply(struct broadcast *b, const struct event *e)
{
	return broadcast_apply(b, e, WINDOW_US);
}

static int
segment(struct broadcast *b, const char *track, uint64_t msn)
{
	struct SegmentReady s = story_a_segment("b1", track, msn);

	return apply(b, story_segment(&story, &s));
}

static int
part(struct broadcast *b, const char *track, uint64_t msn, uint64_t i)
{
	struct PartReady p = story_a_part("b1", track, msn, i);

	return apply(b, story_part(&story, &p));
}

/* Parts FIRST to LAST of segment MSN. */
static bool
parts(struct broadcast *b, uint64_t msn, uint64_t first, uint64_t last)
{
	for (uint64_t i = first; i <= last; i++)
		if (part(b, "video", msn, i) == -1)
			return false;
	return true;
}

/* Segment MSN with all of its parts. */
static bool
parted(struct broadcast *b, uint64_t msn)
{
	return parts(b, msn, 0, 4) && segment(b, "video", msn) == 0;
}

static struct broadcast *
begin(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));

	story.seq = 0;
	(void)apply(
	    b, story_parted_track(&story, "b1", "video", 1, 1000000, 210000));
	return b;
}

static struct track *
video(struct broadcast *b)
{
	return &b->track[0];
}

static bool
has(const char *want)
{
	if (memmem(text.p, text.len, want, strlen(want)) != NULL)
		return true;
	printf("# no %s in:\n# %.*s\n", want, STRF(buf_str(&text)));
	return false;
}

static bool
hasnt(const char *want)
{
	return memmem(text.p, text.len, want, strlen(want)) == NULL;
}

/* How many segments a delta update leaves out. */
static uint64_t
skippable(struct broadcast *b)
{
	struct edition *e = edition_make(b, video(b), EDITION_LIVE);
	uint64_t n = e->skip - e->first;

	edition_drop(&e);
	return n;
}

static bool
shown(struct broadcast *b)
{
	buf_reset(&text);
	return media_now(b, video(b), EDITION_FULL, &text) == 0;
}

#define PART(msn, at)                                                          \
	"#EXT-X-PART:DURATION=0.200000,URI=\"/media/b1/video/" msn             \
	".m4s\",BYTERANGE=\"25000@" at "\"\n"
#define FIRST_PART(msn)                                                        \
	"#EXT-X-PART:DURATION=0.200000,URI=\"/media/b1/video/" msn             \
	".m4s\",BYTERANGE=\"25000@0\",INDEPENDENT=YES\n"

static void
a_growing_segment(void)
{
	struct broadcast *b = begin();

	/* Before the first segment nothing is promised, so nothing listed. */
	OK(part(b, "video", 0, 0) == 0 && video(b)->parts.n == 0);
	OK(segment(b, "video", 0) == 0 && shown(b));
	OK(hasnt("EXT-X-PART") && hasnt("SERVER-CONTROL") &&
	    has("#EXT-X-VERSION:7\n"));
	b->track[0].dirty = false;
	OK(parts(b, 1, 0, 1) && video(b)->dirty);
	buf_reset(&text);
	OK(media_now(b, video(b), EDITION_FULL, &text) == 0);
	OK(str_eqz(buf_str(&text),
	    "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:1\n"
	    "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=6.0,"
	    "PART-HOLD-BACK=0.630000\n"
	    "#EXT-X-PART-INF:PART-TARGET=0.210000\n"
	    "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-INDEPENDENT-SEGMENTS\n"
	    "#EXT-X-MAP:URI=\"/media/b1/video/init-1.mp4\"\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z\n"
	    "#EXTINF:1.000000,\n/media/b1/video/0.m4s\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:21.000Z\n" FIRST_PART(
		"1") PART("1", "25000") "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"/"
					"media/b1/video/1.m4s\","
					"BYTERANGE-START=50000\n"));
	/* Said twice: nothing changes. */
	b->track[0].dirty = false;
	OK(parts(b, 1, 0, 1) && !video(b)->dirty &&
	    video(b)->parts.growing == 2);
	OK(parts(b, 1, 2, 4) && segment(b, "video", 1) == 0 && shown(b));
	OK(has(PART("1", "100000") "#EXTINF:1.000000,\n"
				   "/media/b1/video/1.m4s\n"
				   "#EXT-X-PRELOAD-HINT:TYPE=PART,URI="
				   "\"/media/b1/video/2.m4s\","
				   "BYTERANGE-START=0\n"));
	/* An ended one is for every player the same. */
	OK(parts(b, 2, 0, 0));
	broadcast_end(b);
	OK(shown(b) && hasnt("EXT-X-PART") && hasnt("HINT") &&
	    hasnt("SERVER-CONTROL") && has("#EXT-X-VERSION:7\n") &&
	    has("1.m4s\n#EXT-X-ENDLIST\n"));
	broadcast_close(b);
}

static void
what_never_becomes_a_segment(void)
{
	struct broadcast *b = begin();
	struct TrackEnded ended = {
	    .broadcast = STR("b1"), .track = STR("video")};
	struct SegmentReady s;
	struct PartReady p;

	OK(segment(b, "video", 0) == 0 && parted(b, 1));
	/* Not all of it was told in parts: none is listed. */
	OK(parts(b, 2, 0, 2) && segment(b, "video", 2) == 0);
	OK(shown(b) && hasnt("2.m4s\",") && has("2.m4s\n"));
	/* A part was lost: what follows it says nothing. */
	OK(parts(b, 3, 0, 1) && parts(b, 3, 3, 4));
	OK(video(b)->parts.growing == 0 && shown(b) && hasnt("/3.m4s") &&
	    hasnt("HINT"));
	OK(segment(b, "video", 3) == 0 && parted(b, 4));
	/* A later one begins: that one was cut and never told. */
	OK(parts(b, 5, 0, 3) && parts(b, 6, 0, 0) && shown(b));
	OK(hasnt("5.m4s") &&
	    has("#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:"
		"2023-11-14T22:13:26.000Z\n" FIRST_PART("6")));
	OK(parts(b, 6, 1, 4) && segment(b, "video", 6) == 0 && shown(b));
	OK(has("#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:"
	       "2023-11-14T22:13:26.000Z\n" FIRST_PART("6")));
	/* Late parts of what is whole. */
	OK(parts(b, 6, 4, 4) && parts(b, 5, 0, 0) &&
	    video(b)->parts.growing == 0);
	/* The track ends. */
	OK(parts(b, 7, 0, 1) && video(b)->parts.growing == 2);
	OK(apply(b, story_tell(&story, EVENT_TrackEnded, "broadcast/", "b1",
			&ended)) == 0);
	OK(video(b)->parts.growing == 0 && video(b)->dirty);
	/* A new run, whose first segment has no parts. */
	OK(parts(b, 7, 0, 1));
	OK(apply(b, story_parted_track(
			&story, "b1", "video", 2, 1000000, 210000)) == 0);
	OK(video(b)->parts.growing == 0);
	OK(parts(b, 7, 2, 3) && video(b)->parts.growing == 0); /* run 1 */
	s = story_a_segment("b1", "video", 7);
	s.run = 2;
	OK(apply(b, story_segment(&story, &s)) == 0);
	p = story_a_part("b1", "video", 8, 0);
	p.run = 2;
	OK(apply(b, story_part(&story, &p)) == 0 && shown(b));
	OK(has("init-2.mp4\"\n") && has(FIRST_PART("8")));
	/* Parts that break their own promise, or of no track. */
	p = story_a_part("b1", "video", 8, 1);
	p.run = 2;
	p.duration_us = 300000;
	OK(apply(b, story_part(&story, &p)) == -1 && errno == EBADMSG);
	OK(part(b, "nobody", 0, 0) == 0);
	broadcast_close(b);
}

static void
only_the_newest(void)
{
	struct broadcast *b = begin();

	OK(segment(b, "video", 0) == 0);
	for (uint64_t i = 1; i < 30; i++)
		OK(parted(b, i));
	OK(parts(b, 30, 0, 2) && shown(b));
	OK(video(b)->parts.n == 3 * 5 + 3);
	OK(hasnt("26.m4s\",") && has(FIRST_PART("27")) &&
	    has(PART("30", "50000")));
	broadcast_close(b);
}

static void
delta_updates(void)
{
	struct broadcast *b = begin();

	for (uint64_t i = 0; i < 6; i++)
		OK(segment(b, "video", i) == 0);
	OK(skippable(b) == 0); /* no parts as yet */
	OK(parted(b, 6) && skippable(b) == 1);
	for (uint64_t i = 7; i < 10; i++)
		OK(parted(b, i));
	OK(skippable(b) == 4);
	buf_reset(&text);
	OK(media_now(b, video(b), EDITION_DELTA, &text) == 0);
	/* They came at once: who asks may not know them yet. */
	OK(hasnt("EXT-X-SKIP"));
	for (size_t i = 0; i < b->tracks; i++)
		b->track[i].arrivals = (struct arrivals){.newest = 0};
	buf_reset(&text);
	OK(media_now(b, video(b), EDITION_DELTA, &text) == 0);
	OK(has("#EXT-X-VERSION:9\n") && has("#EXT-X-MEDIA-SEQUENCE:0\n") &&
	    has("#EXT-X-SKIP:SKIPPED-SEGMENTS=4\n#EXT-X-PROGRAM-DATE-TIME:"
		"2023-11-14T22:13:24.000Z\n#EXTINF:1.000000,\n"
		"/media/b1/video/4.m4s\n") &&
	    hasnt("/3.m4s") && hasnt("EXT-X-MAP"));
	broadcast_end(b);
	OK(skippable(b) == 0);
	broadcast_close(b);
}

static void
reports(void)
{
	struct broadcast *b = begin();

	OK(apply(b, story_track(&story, "b1", "audio", 1, 1000000)) == 0);
	OK(segment(b, "video", 0) == 0 && parts(b, 1, 0, 0) && shown(b));
	OK(hasnt("REPORT")); /* it has no playlist */
	OK(segment(b, "audio", 0) == 0 && segment(b, "audio", 1) == 0);
	OK(shown(b) && has("#EXT-X-RENDITION-REPORT:URI=\"../audio/index.m3u8"
			   "?broadcast=b1\",LAST-MSN=1\n"));
	OK(apply(b, story_parted_track(
			&story, "b1", "video2", 1, 1000000, 210000)) == 0);
	OK(segment(b, "video2", 0) == 0 && part(b, "video2", 1, 0) == 0 &&
	    part(b, "video2", 1, 1) == 0 && shown(b));
	OK(has("../video2/index.m3u8?broadcast=b1\",LAST-MSN=1,LAST-PART=1\n"));
	for (uint64_t i = 2; i < 5; i++)
		OK(part(b, "video2", 1, i) == 0);
	OK(segment(b, "video2", 1) == 0 && shown(b));
	OK(has("../video2/index.m3u8?broadcast=b1\",LAST-MSN=1,LAST-PART=4\n"));
	broadcast_close(b);
}

static struct edition_place
at(uint64_t msn)
{
	return (struct edition_place){.msn = msn};
}

static struct edition_place
at_part(uint64_t msn, uint64_t i)
{
	return (struct edition_place){msn, i, true};
}

#define REACHES(e, ...)                                                        \
	edition_reaches(e, &(struct edition_place[]){__VA_ARGS__}[0])
#define BEYOND(e, ...)                                                         \
	edition_beyond(e, &(struct edition_place[]){__VA_ARGS__}[0])

static void
places(void)
{
	struct broadcast *b = begin();
	struct edition *e;

	for (uint64_t i = 0; i < 5; i++)
		OK(i == 0 ? segment(b, "video", i) == 0 : parted(b, i));
	OK(parts(b, 5, 0, 1));
	e = edition_make(b, video(b), EDITION_LIVE);
	OK(e != NULL && e->low_latency && e->growing == 5 && e->parts == 2);
	OK(REACHES(e, at(4)) && !REACHES(e, at(5)));
	OK(REACHES(e, at_part(5, 1)) && !REACHES(e, at_part(5, 2)));
	/* Behind the last part of a segment: the first of the next. */
	OK(REACHES(e, at_part(4, 4)) && REACHES(e, at_part(4, 5)));
	OK(!BEYOND(e, at(6)) && BEYOND(e, at(7)) && BEYOND(e, at_part(7, 0)));
	/* Three seconds of parts that last 210 ms: fifteen. */
	OK(!BEYOND(e, at_part(5, 16)) && BEYOND(e, at_part(5, 17)));
	OK(BEYOND(e, at_part(6, 15)) && !BEYOND(e, at_part(6, 14)));
	OK(!BEYOND(e, at_part(4, 100)));
	edition_drop(&e);

	OK(parts(b, 5, 2, 4) && segment(b, "video", 5) == 0);
	e = edition_make(b, video(b), EDITION_LIVE);
	OK(e != NULL && e->growing == 6 && e->parts == 0);
	OK(REACHES(e, at(5)) && REACHES(e, at_part(5, 4)) &&
	    !REACHES(e, at_part(5, 5)) && !REACHES(e, at_part(6, 0)));
	edition_drop(&e);

	broadcast_end(b);
	e = edition_make(b, video(b), EDITION_LIVE);
	OK(e != NULL && e->ended && REACHES(e, at(1000)) &&
	    !BEYOND(e, at(1000)));
	edition_drop(&e);
	broadcast_close(b);
}

int
main(void)
{
	story_init(&story);
	buf_init(&text, PLAYLIST_MAX_BYTES);
	a_growing_segment();
	what_never_becomes_a_segment();
	only_the_newest();
	delta_updates();
	reports();
	places();
	buf_fini(&text);
	story_fini(&story);
	return tap_done();
}
