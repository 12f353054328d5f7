#include "media.h"
#include "multivariant.h"
#include "playlist.h"
#include "story.h"
#include "tap.h"

#include <errno.h>

enum { WINDOW_US = 5000000 };

static struct story story;
static struct buf text;

static int
apply(struct broadcast *b, const struct event *e)
{
	return broadcast_apply(b, e, WINDOW_US);
}

static int
add(struct broadcast *b, const char *track, uint64_t msn)
{
	struct SegmentReady s = story_a_segment("b1", track, msn);

	return apply(b, story_segment(&story, &s));
}

/* The media playlist of TRACK is exactly WANT. */
static bool
shows(const struct broadcast *b, const char *track, const char *want)
{
	if (media_now(b, broadcast_track(b, str_from(track)), EDITION_FULL,
		&text) == -1)
		return false;
	if (str_eqz(buf_str(&text), want))
		return true;
	printf("# got:\n%.*s", STRF(buf_str(&text)));
	return false;
}

static bool
has(const char *part)
{
	return memmem(text.p, text.len, part, strlen(part)) != NULL;
}

static bool
multivariant(const struct broadcast *b)
{
	buf_reset(&text);
	return multivariant_put(b, "?broadcast=b1", &text) == 0;
}

static struct broadcast *
begin(uint64_t target_us, bool audio)
{
	struct broadcast *b = broadcast_open(STR("b1"));

	(void)apply(b, story_track(&story, "b1", "video", 1, target_us));
	if (audio)
		(void)apply(
		    b, story_track(&story, "b1", "audio", 1, target_us));
	return b;
}

static void
slides(void)
{
	struct broadcast *b = begin(1000000, false);

	for (uint64_t i = 0; i < 2; i++)
		OK(add(b, "video", i) == 0);
	OK(shows(b, "video",
	    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n"
	    "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-INDEPENDENT-SEGMENTS\n"
	    "#EXT-X-MAP:URI=\"/media/b1/video/init-1.mp4\"\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z\n"
	    "#EXTINF:1.000000,\n/media/b1/video/0.m4s\n"
	    "#EXTINF:1.000000,\n/media/b1/video/1.m4s\n"));
	for (uint64_t i = 2; i < 7; i++)
		OK(add(b, "video", i) == 0);
	OK(shows(b, "video",
	    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n"
	    "#EXT-X-MEDIA-SEQUENCE:2\n#EXT-X-INDEPENDENT-SEGMENTS\n"
	    "#EXT-X-MAP:URI=\"/media/b1/video/init-1.mp4\"\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:22.000Z\n"
	    "#EXTINF:1.000000,\n/media/b1/video/2.m4s\n"
	    "#EXTINF:1.000000,\n/media/b1/video/3.m4s\n"
	    "#EXTINF:1.000000,\n/media/b1/video/4.m4s\n"
	    "#EXTINF:1.000000,\n/media/b1/video/5.m4s\n"
	    "#EXTINF:1.000000,\n/media/b1/video/6.m4s\n"));
	/* Said again, and said late: nothing changes. */
	OK(add(b, "video", 6) == 0 && add(b, "video", 0) == 0);
	OK(broadcast_track(b, STR("video"))->segments == 5);
	broadcast_end(b);
	buf_reset(&text);
	OK(media_now(
	       b, broadcast_track(b, STR("video")), EDITION_FULL, &text) == 0 &&
	    has("6.m4s\n#EXT-X-ENDLIST\n"));
	broadcast_close(b);
}

static void
never_below_three_targets(void)
{
	struct broadcast *b = begin(4000000, false);

	for (uint64_t i = 0; i < 30; i++)
		OK(add(b, "video", i) == 0);
	/* The window is 5 s, three target durations are 12. */
	OK(broadcast_track(b, STR("video"))->window_us == 12000000);
	OK(broadcast_track(b, STR("video"))->sequence == 18);
	broadcast_close(b);
}

static void
discontinuities(void)
{
	struct broadcast *b = begin(1000000, false);
	struct SegmentReady s = story_a_segment("b1", "video", 0);

	/* Nothing precedes the first: the mark means nothing there. */
	s.discontinuity = true;
	OK(apply(b, story_segment(&story, &s)) == 0);
	OK(add(b, "video", 1) == 0);
	s = story_a_segment("b1", "video", 2);
	s.discontinuity = true;
	OK(apply(b, story_segment(&story, &s)) == 0);
	/* A new run, and a hole in the numbers, say it themselves. */
	OK(apply(b, story_track(&story, "b1", "video", 2, 2000000)) == 0);
	s = story_a_segment("b1", "video", 3);
	s.run = 2;
	s.duration_us = 999999;
	OK(apply(b, story_segment(&story, &s)) == 0);
	s = story_a_segment("b1", "video", 5);
	s.run = 2;
	s.independent = false;
	OK(apply(b, story_segment(&story, &s)) == 0);
	OK(shows(b, "video",
	    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n"
	    "#EXT-X-MEDIA-SEQUENCE:0\n"
	    "#EXT-X-MAP:URI=\"/media/b1/video/init-1.mp4\"\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z\n"
	    "#EXTINF:1.000000,\n/media/b1/video/0.m4s\n"
	    "#EXTINF:1.000000,\n/media/b1/video/1.m4s\n"
	    "#EXT-X-DISCONTINUITY\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:22.000Z\n"
	    "#EXTINF:1.000000,\n/media/b1/video/2.m4s\n"
	    "#EXT-X-DISCONTINUITY\n"
	    "#EXT-X-MAP:URI=\"/media/b1/video/init-2.mp4\"\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:23.000Z\n"
	    "#EXTINF:0.999999,\n/media/b1/video/3.m4s\n"
	    "#EXT-X-DISCONTINUITY\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:25.000Z\n"
	    "#EXTINF:1.000000,\n/media/b1/video/5.m4s\n"));
	for (uint64_t i = 6; i < 10; i++) {
		s = story_a_segment("b1", "video", i);
		s.run = 2;
		OK(apply(b, story_segment(&story, &s)) == 0);
	}
	/*
	 * Nine so far.  The target of 2 s raises the window to 6 s, so that it
	 * begins at the third, whose own tag stays in front of it.
	 */
	buf_reset(&text);
	OK(media_now(
	       b, broadcast_track(b, STR("video")), EDITION_FULL, &text) == 0);
	OK(has("#EXT-X-MEDIA-SEQUENCE:2\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP"));
	for (uint64_t i = 10; i < 14; i++) {
		s = story_a_segment("b1", "video", i);
		s.run = 2;
		OK(apply(b, story_segment(&story, &s)) == 0);
	}
	buf_reset(&text);
	OK(media_now(
	       b, broadcast_track(b, STR("video")), EDITION_FULL, &text) == 0);
	OK(has("#EXT-X-MEDIA-SEQUENCE:7\n"
	       "#EXT-X-DISCONTINUITY-SEQUENCE:3\n"
	       "#EXT-X-MAP:URI=\"/media/b1/video/init-2.mp4\"\n"));
	OK(!has("#EXT-X-DISCONTINUITY\n") && !has("INDEPENDENT"));
	broadcast_close(b);
}

static void
with_audio(void)
{
	struct broadcast *b = begin(1000000, true);
	struct SegmentReady s;

	OK(!broadcast_playable(b));
	OK(add(b, "video", 0) == 0 && !broadcast_playable(b));
	OK(add(b, "audio", 0) == 0 && broadcast_playable(b));
	/* A peak of 2 Mbit/s, and 1.5 Mbit/s on average. */
	s = story_a_segment("b1", "video", 1);
	s.bytes = 250000;
	OK(apply(b, story_segment(&story, &s)) == 0);
	OK(multivariant(b));
	OK(str_eqz(buf_str(&text),
	    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
	    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"audio\","
	    "DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\","
	    "URI=\"audio/index.m3u8?broadcast=b1\"\n"
	    "#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2500000,"
	    "CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720,"
	    "FRAME-RATE=29.970,AUDIO=\"audio\"\n"
	    "video/index.m3u8?broadcast=b1\n"
	    "#EXT-X-STREAM-INF:BANDWIDTH=1000000,AVERAGE-BANDWIDTH=1000000,"
	    "CODECS=\"mp4a.40.2\",AUDIO=\"audio\"\n"
	    "audio/index.m3u8?broadcast=b1\n"));
	if (tap_failed > 0)
		printf("# %.*s", STRF(buf_str(&text)));
	/* A second sound track of the same codec, and a second picture. */
	OK(apply(b, story_track(&story, "b1", "audio2", 1, 1000000)) == 0);
	OK(apply(b, story_track(&story, "b1", "video2", 1, 1000000)) == 0);
	OK(add(b, "audio2", 0) == 0 && add(b, "video2", 0) == 0);
	OK(multivariant(b));
	OK(has("NAME=\"audio2\",DEFAULT=NO,AUTOSELECT=YES,") &&
	    has("CODECS=\"avc1.64001f,mp4a.40.2\",") &&
	    has("video2/index.m3u8?broadcast=b1\n"));
	broadcast_close(b);
}

/* A rung of HEIGHT lines with CODECS, whose only segment has BYTES. */
static void
rung(struct broadcast *b, const char *track, const char *codecs,
    uint64_t height, uint64_t bytes)
{
	struct TrackStarted t = {.broadcast = STR("b1"),
	    .track = str_from(track),
	    .run = 1,
	    .kind = height > 0 ? STR("video") : STR("audio"),
	    .codecs = str_from(codecs),
	    .width = height * 16 / 9,
	    .height = height,
	    .frame_rate_num = height > 0 ? 30 : 0,
	    .frame_rate_den = height > 0 ? 1 : 0,
	    .sample_rate_hz = height > 0 ? 0 : 48000,
	    .channels = height > 0 ? 0 : 2,
	    .init_bytes = 800,
	    .target_us = 1000000};
	struct SegmentReady s = story_a_segment("b1", track, 0);

	s.bytes = bytes;
	OK(apply(b, story_tell(&story, EVENT_TrackStarted, "broadcast/", "b1",
			&t)) == 0);
	OK(apply(b, story_segment(&story, &s)) == 0);
}

/* The playlist's variants are WANT: "video3 video audio". */
static bool
variants(const char *want)
{
	struct str s = buf_str(&text);
	char got[256] = "";
	const char *at = s.p, *end;

	while ((at = memmem(at, s.len - (size_t)(at - s.p), "#EXT-X-STREAM",
		    13)) != NULL) {
		at = memchr(at, '\n', s.len - (size_t)(at - s.p));
		at++;
		end = memchr(at, '/', s.len - (size_t)(at - s.p));
		(void)snprintf(got + strlen(got), sizeof(got) - strlen(got),
		    "%s%.*s", got[0] != '\0' ? " " : "", (int)(end - at), at);
	}
	if (strcmp(got, want) == 0)
		return true;
	printf("# got: %s\n%.*s", got, STRF(s));
	return false;
}

static void
rungs(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));

	/* The best that a line of 3 Mbit/s can do, then from the best on. */
	rung(b, "video", "avc1.640028", 1080, 750000);
	rung(b, "video2", "avc1.64001f", 720, 350000);
	rung(b, "video4", "avc1.64001e", 360, 100000);
	rung(b, "video3", "avc1.64001e", 480, 200000);
	rung(b, "audio", "mp4a.40.2", 0, 16000);
	OK(multivariant(b) && variants("video2 video video3 video4 audio"));
	OK(has("BANDWIDTH=2928000,AVERAGE-BANDWIDTH=2928000,"
	       "CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720"));
	OK(!has("SCORE"));
	broadcast_close(b);

	/* All of them are too much: the smallest. */
	b = broadcast_open(STR("b1"));
	rung(b, "video", "avc1.640028", 1080, 1500000);
	rung(b, "video2", "avc1.64001f", 720, 750000);
	OK(multivariant(b) && variants("video2 video"));
	broadcast_close(b);

	/* What not everybody decodes is not begun with, but scored best. */
	b = broadcast_open(STR("b1"));
	rung(b, "video", "hvc1.1.6.L120.90", 1080, 250000);
	rung(b, "video2", "avc1.640028", 1080, 260000);
	rung(b, "video3", "avc1.64001e", 480, 100000);
	rung(b, "audio", "mp4a.40.2", 0, 16000);
	rung(b, "audio2", "opus", 0, 12000);
	OK(multivariant(b));
	OK(variants("video2 video2 video video video3 video3 audio audio2"));
	OK(has("SCORE=4,CODECS=\"hvc1.1.6.L120.90,mp4a.40.2\"") &&
	    has("SCORE=4,CODECS=\"hvc1.1.6.L120.90,opus\"") &&
	    has("SCORE=3,CODECS=\"avc1.640028,mp4a.40.2\"") &&
	    has("SCORE=1,CODECS=\"opus\",AUDIO=\"audio2\"\n"
		"audio2/index.m3u8"));
	/* In each group the sound is called the same. */
	OK(has("GROUP-ID=\"audio\",NAME=\"audio\",DEFAULT=YES") &&
	    has("GROUP-ID=\"audio2\",NAME=\"audio\",DEFAULT=YES"));
	/* A comment in one codec only: all sounds are one group. */
	rung(b, "audio3", "mp4a.40.2", 0, 8000);
	OK(multivariant(b));
	OK(has("CODECS=\"hvc1.1.6.L120.90,mp4a.40.2,opus\"") &&
	    !has("GROUP-ID=\"audio2\"") && has("NAME=\"audio3\""));
	broadcast_close(b);
}

static int
gone(struct broadcast *b, const char *track, const char *why)
{
	struct TrackEnded e = {.broadcast = STR("b1"),
	    .track = str_from(track),
	    .reason = str_from(why)};

	return apply(
	    b, story_tell(&story, EVENT_TrackEnded, "broadcast/", "b1", &e));
}

/* One of several pictures falls silent, and is back. */
static void
silent(void)
{
	struct broadcast *b = begin(1000000, false);

	OK(apply(b, story_track(&story, "b1", "video2", 1, 1000000)) == 0);
	for (uint64_t i = 0; i < 2; i++)
		OK(add(b, "video", i) == 0 && add(b, "video2", i) == 0);
	OK(add(b, "video", 2) == 0);
	OK(multivariant(b) && variants("video video2"));
	OK(gone(b, "video2", "nothing comes any more") == 0);
	OK(multivariant(b) && variants("video"));
	OK(add(b, "video", 3) == 0);
	OK(shows(b, "video2",
	    "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-TARGETDURATION:1\n"
	    "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-INDEPENDENT-SEGMENTS\n"
	    "#EXT-X-MAP:URI=\"/media/b1/video2/init-1.mp4\"\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z\n"
	    "#EXTINF:1.000000,\n/media/b1/video2/0.m4s\n"
	    "#EXTINF:1.000000,\n/media/b1/video2/1.m4s\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:22.000Z\n"
	    "#EXTINF:1.000000,\n#EXT-X-GAP\n/media/b1/video2/2.m4s\n"
	    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:23.000Z\n"
	    "#EXTINF:1.000000,\n#EXT-X-GAP\n/media/b1/video2/3.m4s\n"));
	OK(apply(b, story_track(&story, "b1", "video2", 1, 1000000)) == 0);
	OK(add(b, "video", 4) == 0 && add(b, "video2", 4) == 0);
	OK(multivariant(b) && variants("video video2"));
	buf_reset(&text);
	OK(media_now(
	       b, broadcast_track(b, STR("video2")), EDITION_FULL, &text) == 0);
	OK(!has("DISCONTINUITY"));
	OK(has("22:13:24.000Z\n#EXTINF:1.000000,\n/media/b1/video2/4.m4s\n"));
	/* A number that never came is a gap without a word, too. */
	OK(add(b, "video", 5) == 0 && add(b, "video", 6) == 0 &&
	    add(b, "video2", 6) == 0);
	buf_reset(&text);
	OK(media_now(
	       b, broadcast_track(b, STR("video2")), EDITION_FULL, &text) == 0);
	OK(has("#EXT-X-GAP\n/media/b1/video2/5.m4s\n") &&
	    !has("DISCONTINUITY"));
	/* The end as it should be leaves none out. */
	OK(gone(b, "video", "") == 0 && gone(b, "video2", "") == 0);
	OK(multivariant(b) && variants("video video2"));
	broadcast_close(b);
}

/* One of several pictures begins late, behind a discontinuity. */
static void
late(void)
{
	struct broadcast *b = begin(1000000, false);
	struct SegmentReady s = story_a_segment("b1", "video", 1);

	OK(add(b, "video", 0) == 0);
	s.discontinuity = true;
	OK(apply(b, story_segment(&story, &s)) == 0);
	OK(add(b, "video", 2) == 0);
	OK(apply(b, story_track(&story, "b1", "video2", 1, 1000000)) == 0);
	OK(add(b, "video2", 2) == 0);
	buf_reset(&text);
	OK(media_now(
	       b, broadcast_track(b, STR("video2")), EDITION_FULL, &text) == 0);
	OK(has("#EXT-X-MEDIA-SEQUENCE:2\n"
	       "#EXT-X-DISCONTINUITY-SEQUENCE:1\n") &&
	    !has("GAP"));
	broadcast_close(b);
}

static void
one_kind_only(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));

	(void)apply(b, story_track(&story, "b1", "audio", 1, 2000000));
	OK(add(b, "audio", 0) == 0 && multivariant(b));
	OK(!has("EXT-X-MEDIA:") && !has("RESOLUTION") && !has("AUDIO=") &&
	    has("CODECS=\"mp4a.40.2\"\naudio/index.m3u8?broadcast=b1\n"));
	broadcast_close(b);

	/* An audio track that stays silent is waited for, but not for ever. */
	b = begin(1000000, true);
	OK(add(b, "video", 0) == 0 && add(b, "video", 1) == 0);
	OK(!broadcast_playable(b));
	OK(add(b, "video", 2) == 0 && broadcast_playable(b));
	OK(multivariant(b) && !has("EXT-X-MEDIA:") &&
	    has("CODECS=\"avc1.64001f\","));
	broadcast_close(b);
}

static void
short_segments_are_no_peak(void)
{
	struct broadcast *b = begin(4000000, false);
	struct SegmentReady s;

	/* Forty spans of 100 ms, one of them of 8 Mbit/s. */
	for (uint64_t i = 0; i < 40; i++) {
		s = story_a_segment("b1", "video", i);
		s.duration_us = 100000;
		s.bytes = i == 25 ? 100000 : 12500;
		OK(apply(b, story_segment(&story, &s)) == 0);
	}
	/* Two spans of 2 s: 1 Mbit/s, and 0.7 Mbit more in the second. */
	OK(broadcast_track(b, STR("video"))->peak_bps == 1350000);
	broadcast_close(b);
}

static void
bad_events(void)
{
	struct broadcast *b = begin(1000000, false);
	struct TrackStarted t = {.broadcast = STR("b1"),
	    .track = STR("../video"),
	    .run = 1,
	    .kind = STR("video"),
	    .codecs = STR("avc1"),
	    .init_bytes = 1,
	    .target_us = 1000000};
	struct SegmentReady s = story_a_segment("b1", "nobody", 0);
	char name[16];

#define REFUSED(e) (apply(b, e) == -1 && errno == EBADMSG)
	OK(REFUSED(
	    story_tell(&story, EVENT_TrackStarted, "broadcast/", "b1", &t)));
	t.track = STR("video9");
	t.codecs = STR("avc1\",X=\"");
	OK(REFUSED(
	    story_tell(&story, EVENT_TrackStarted, "broadcast/", "b1", &t)));
	t.codecs = STR("avc1");
	t.target_us = 0;
	OK(REFUSED(
	    story_tell(&story, EVENT_TrackStarted, "broadcast/", "b1", &t)));
	OK(REFUSED(story_segment(&story, &s)));
	s = story_a_segment("b1", "video", 0);
	s.duration_us = 0;
	OK(REFUSED(story_segment(&story, &s)));
	OK(b->tracks == 1 && b->track[0].segments == 0);
	/* More tracks than fit are counted, and their segments no fault. */
	for (int i = 0; i < BROADCAST_MAX_TRACKS + 3; i++) {
		(void)snprintf(name, sizeof(name), "t%d", i);
		OK(apply(b, story_track(&story, "b1", name, 1, 1000000)) == 0);
	}
	OK(b->tracks == BROADCAST_MAX_TRACKS && b->refused_tracks == 4);
	s = story_a_segment("b1", "t18", 0);
	OK(apply(b, story_segment(&story, &s)) == 0);
	broadcast_close(b);
}

int
main(void)
{
	story_init(&story);
	buf_init(&text, PLAYLIST_MAX_BYTES);
	slides();
	never_below_three_targets();
	discontinuities();
	with_audio();
	rungs();
	silent();
	late();
	one_kind_only();
	short_segments_are_no_peak();
	bad_events();
	buf_fini(&text);
	story_fini(&story);
	return tap_done();
}
