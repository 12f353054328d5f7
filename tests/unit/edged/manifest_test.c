#include "forecast.h"
#include "manifest.h"
#include "story.h"
#include "tap.h"
#include "xml.h"

/* When the first segment of story_a_segment() begins. */
enum { BEGIN_S = 1700000000 };

static struct story story;
static struct buf text;

static bool
has(const char *want)
{
	struct str all = buf_str(&text);

	return memmem(all.p, all.len, want, strlen(want)) != NULL;
}

static int
started(struct broadcast *b, const char *track, uint64_t run)
{
	bool audio = strncmp(track, "audio", 5) == 0;
	struct TrackStarted d = {.broadcast = STR("b1"),
	    .track = str_from(track),
	    .run = run,
	    .kind = audio ? STR("audio") : STR("video"),
	    .codecs = audio ? STR("mp4a.40.2") : STR("avc1.64001f"),
	    .width = audio ? 0 : 1280,
	    .height = audio ? 0 : 720,
	    .frame_rate_num = audio ? 0 : 30000,
	    .frame_rate_den = audio ? 0 : 1001,
	    .sample_rate_hz = audio ? 48000 : 0,
	    .channels = audio ? 2 : 0,
	    .init_bytes = 800,
	    .target_us = 1000000,
	    .part_us = 210000,
	    .timescale = audio ? 48000 : 90000};

	return broadcast_apply(b,
	    story_tell(&story, EVENT_TrackStarted, "broadcast/", "b1", &d), 0);
}

/* Segment MSN of RUN, at START_US after the beginning; its file says TIME. */
static int
add(struct broadcast *b, const char *track, uint64_t run, uint64_t msn,
    uint64_t start_us, uint64_t duration_us, uint64_t time)
{
	struct SegmentReady s = story_a_segment("b1", track, msn);

	s.run = run;
	s.start_us = (uint64_t)BEGIN_S * 1000000 + start_us;
	s.duration_us = duration_us;
	s.media_time = time;
	return broadcast_apply(b, story_segment(&story, &s), 0);
}

/* Seconds FROM to TO of a broadcast whose files began at 10 s. */
static void
seconds(struct broadcast *b, const char *track, uint64_t from, uint64_t to)
{
	uint64_t hz = strncmp(track, "audio", 5) == 0 ? 48000 : 90000;

	for (uint64_t i = from; i < to; i++)
		OK(add(b, track, 1, i, i * 1000000, 1000000, (10 + i) * hz) ==
		    0);
}

static void
live(const struct broadcast *b)
{
	buf_reset(&text);
	OK(manifest_live(b, &text) == 0);
}

static void
attributes(void)
{
	buf_reset(&text);
	xml_text(&text, "a", "<\"R&B\"> isn't\n");
	OK(str_eqz(
	    buf_str(&text), " a=\"&lt;&quot;R&amp;B&quot;&gt; isn&apos;t?\""));
	buf_reset(&text);
	xml_duration(&text, "a", 0);
	xml_duration(&text, "b", 1500000);
	xml_duration(&text, "c", 86400000001);
	xml_duration(&text, "d", 90);
	OK(str_eqz(buf_str(&text), " a=\"PT0S\" b=\"PT1.5S\" "
				   "c=\"PT86400.000001S\" d=\"PT0.00009S\""));
	buf_reset(&text);
	xml_time(&text, "t", 1700000000123999);
	xml_number(&text, "n", UINT64_MAX);
	OK(str_eqz(buf_str(&text), " t=\"2023-11-14T22:13:20.123Z\" "
				   "n=\"18446744073709551615\""));
}

static void
whole(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));

	OK(started(b, "video", 1) == 0 && started(b, "audio", 1) == 0);
	OK(!manifest_possible(b));
	seconds(b, "video", 0, 3);
	seconds(b, "audio", 0, 3);
	OK(manifest_possible(b));
	live(b);
	OK(str_eqz(buf_str(&text),
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
	    "profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" "
	    "type=\"dynamic\" "
	    "availabilityStartTime=\"2023-11-14T22:13:20.000Z\" "
	    "publishTime=\"2023-11-14T22:13:23.000Z\" "
	    "maxSegmentDuration=\"PT1S\" minBufferTime=\"PT1S\" "
	    "minimumUpdatePeriod=\"PT1S\" "
	    "suggestedPresentationDelay=\"PT4S\">\n"
	    "<Location>manifest.mpd?broadcast=b1</Location>\n"
	    "<Period id=\"0\" start=\"PT0S\">\n"
	    "<AdaptationSet id=\"1\" contentType=\"video\" "
	    "mimeType=\"video/mp4\" segmentAlignment=\"true\" "
	    "startWithSAP=\"1\" maxWidth=\"1280\" maxHeight=\"720\" "
	    "maxFrameRate=\"30000/1001\">\n"
	    "<Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>\n"
	    "<Representation id=\"video\" codecs=\"avc1.64001f\" "
	    "bandwidth=\"1048576\" width=\"1280\" height=\"720\" "
	    "frameRate=\"30000/1001\">\n"
	    "<SegmentTemplate timescale=\"90000\" "
	    "presentationTimeOffset=\"900000\" startNumber=\"0\" "
	    "initialization=\"/media/b1/video/init-1.mp4\" "
	    "media=\"/media/b1/video/$Number$.m4s\">\n"
	    "<SegmentTimeline>\n<S t=\"900000\" d=\"90000\" r=\"2\"/>\n"
	    "</SegmentTimeline>\n</SegmentTemplate>\n</Representation>\n"
	    "</AdaptationSet>\n"
	    "<AdaptationSet id=\"2\" contentType=\"audio\" "
	    "mimeType=\"audio/mp4\" segmentAlignment=\"true\" "
	    "startWithSAP=\"1\">\n"
	    "<Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>\n"
	    "<Representation id=\"audio\" codecs=\"mp4a.40.2\" "
	    "bandwidth=\"1048576\" audioSamplingRate=\"48000\">\n"
	    "<AudioChannelConfiguration schemeIdUri=\""
	    "urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" "
	    "value=\"2\"/>\n"
	    "<SegmentTemplate timescale=\"48000\" "
	    "presentationTimeOffset=\"480000\" startNumber=\"0\" "
	    "initialization=\"/media/b1/audio/init-1.mp4\" "
	    "media=\"/media/b1/audio/$Number$.m4s\">\n"
	    "<SegmentTimeline>\n<S t=\"480000\" d=\"48000\" r=\"2\"/>\n"
	    "</SegmentTimeline>\n</SegmentTemplate>\n</Representation>\n"
	    "</AdaptationSet>\n</Period>\n"
	    "<UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:http-xsdate:2014\" "
	    "value=\"/api/time\"/>\n</MPD>\n"));
	broadcast_end(b);
	live(b);
	OK(has("type=\"static\"") && has("mediaPresentationDuration=\"PT3S\""));
	OK(!has("UTCTiming") && !has("Location") && !has("minimumUpdate"));
	broadcast_close(b);
}

/* Ten seconds; the encoder is away for five; its files begin anew. */
static struct broadcast *
interrupted(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));

	OK(started(b, "video", 1) == 0 && started(b, "audio", 1) == 0);
	seconds(b, "video", 0, 10);
	seconds(b, "audio", 0, 10);
	OK(started(b, "video", 2) == 0 && started(b, "audio", 2) == 0);
	OK(add(b, "video", 2, 10, 15000000, 1000000, 900000) == 0);
	/* Sound is there a little earlier, but by the same clock. */
	OK(add(b, "audio", 2, 10, 14990000, 1010000, 479520) == 0);
	return b;
}

static void
away(void)
{
	struct broadcast *b = interrupted();

	live(b);
	/* The gap is of neither. */
	OK(has("<Period id=\"0\" start=\"PT0S\" duration=\"PT10S\">") &&
	    has("<Period id=\"1\" start=\"PT15S\">"));
	OK(has("presentationTimeOffset=\"480000\" startNumber=\"10\" "
	       "initialization=\"/media/b1/audio/init-2.mp4\""));
	OK(has("<S t=\"479520\" d=\"48480\"/>"));
	/* It goes on, in the same period. */
	OK(add(b, "video", 2, 11, 16000000, 1000000, 990000) == 0);
	live(b);
	OK(has("<S t=\"900000\" d=\"90000\" r=\"1\"/>") && !has("id=\"3\""));
	broadcast_close(b);
}

/* One of two pictures falls silent after three segments, and is back. */
static void
silent(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));
	struct TrackEnded e = {.broadcast = STR("b1"),
	    .track = STR("video2"),
	    .reason = STR("nothing comes any more")};

	OK(started(b, "video", 1) == 0 && started(b, "video2", 1) == 0);
	seconds(b, "video", 0, 6);
	seconds(b, "video2", 0, 3);
	OK(broadcast_apply(b,
	       story_tell(&story, EVENT_TrackEnded, "broadcast/", "b1", &e),
	       0) == 0);
	/* What was told stays as it was until there is something else. */
	live(b);
	OK(has("<Period id=\"0\"") && !has("<Period id=\"0-1\""));
	seconds(b, "video", 6, 8);
	live(b);
	OK(has("<Period id=\"0\" start=\"PT0S\" duration=\"PT6S\">") &&
	    has("<Period id=\"0-1\" start=\"PT6S\">"));
	OK(started(b, "video2", 1) == 0);
	seconds(b, "video", 8, 9);
	seconds(b, "video2", 8, 9);
	live(b);
	OK(has("<Period id=\"0-2\" start=\"PT8S\">"));
	/* In each its numbers are without a hole. */
	OK(has("startNumber=\"0\" "
	       "initialization=\"/media/b1/video2/init-1.mp4\" "
	       "media=\"/media/b1/video2/$Number$.m4s\">\n"
	       "<SegmentTimeline>\n<S t=\"900000\" d=\"90000\" r=\"2\"/>"));
	OK(has("startNumber=\"8\" "
	       "initialization=\"/media/b1/video2/init-1.mp4\" "
	       "media=\"/media/b1/video2/$Number$.m4s\">\n"
	       "<SegmentTimeline>\n<S t=\"1620000\" d=\"90000\"/>"));
	broadcast_end(b);
	buf_reset(&text);
	OK(manifest_recording(b, 0, UINT64_MAX, &text) == 0);
	OK(has("<Period id=\"0\" start=\"PT0S\" duration=\"PT6S\">") &&
	    has("<Period id=\"0-1\" start=\"PT6S\" duration=\"PT2S\">") &&
	    has("<Period id=\"0-2\" start=\"PT8S\" duration=\"PT1S\">"));
	broadcast_close(b);
}

static void
holes(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));

	OK(started(b, "video", 1) == 0);
	seconds(b, "video", 0, 2);
	/* A pause of sound or picture is a gap, no period. */
	OK(add(b, "video", 1, 2, 5000000, 1000000, 15 * 90000) == 0);
	live(b);
	OK(has("<S t=\"900000\" d=\"90000\" r=\"1\"/>\n"
	       "<S t=\"1350000\" d=\"90000\"/>"));
	OK(!has("<Period id=\"1\""));
	/* $Number$ cannot leave one out. */
	OK(add(b, "video", 1, 4, 7000000, 1000000, 17 * 90000) == 0);
	live(b);
	OK(has("<Period id=\"1\" start=\"PT7S\">") &&
	    has("presentationTimeOffset=\"1530000\" startNumber=\"4\""));
	/* The file's clock stays, the wall's jumps. */
	OK(add(b, "video", 1, 5, 20000000, 1000000, 18 * 90000) == 0);
	live(b);
	OK(has("<Period id=\"2\" start=\"PT20S\">"));
	broadcast_close(b);
}

static void
windows(void)
{
	struct broadcast *b = interrupted();

	OK(broadcast_slide(b, 8000000) == 0);
	live(b);
	/* What is left of a period stays where it was. */
	OK(has("<Period id=\"0\" start=\"PT0S\" duration=\"PT10S\">") &&
	    has("presentationTimeOffset=\"900000\" startNumber=\"3\"") &&
	    has("<S t=\"1170000\" d=\"90000\" r=\"6\"/>"));
	for (uint64_t i = 11; i < 30; i++) {
		OK(add(b, "video", 2, i, (5 + i) * 1000000, 1000000,
		       i * 90000) == 0);
		OK(add(b, "audio", 2, i, (5 + i) * 1000000, 1000000,
		       i * 48000) == 0);
	}
	OK(broadcast_slide(b, 8000000) == 0);
	live(b);
	OK(!has("<Period id=\"0\"") &&
	    has("<Period id=\"1\" start=\"PT15S\">"));
	OK(has("availabilityStartTime=\"2023-11-14T22:13:20.000Z\""));
	broadcast_close(b);
}

static void
recordings(void)
{
	const uint64_t begin_us = (uint64_t)BEGIN_S * 1000000;
	struct broadcast *b = interrupted(), *copy;

	broadcast_end(b);
	buf_reset(&text);
	OK(manifest_recording(b, 0, UINT64_MAX, &text) == 0);
	OK(has("type=\"static\"") &&
	    has("mediaPresentationDuration=\"PT11S\""));
	OK(has("<Period id=\"0\" start=\"PT0S\" duration=\"PT10S\">") &&
	    has("<Period id=\"1\" start=\"PT10S\" duration=\"PT1S\">"));
	/* A clip begins and ends within segments. */
	buf_reset(&text);
	OK(manifest_recording(
	       b, begin_us + 2500000, begin_us + 4250000, &text) == 0);
	OK(has("mediaPresentationDuration=\"PT1.75S\"") &&
	    has("presentationTimeOffset=\"1125000\" startNumber=\"2\"") &&
	    has("<S t=\"1080000\" d=\"90000\" r=\"2\"/>") &&
	    !has("<Period id=\"1\""));
	/* Over the gap. */
	buf_reset(&text);
	OK(manifest_recording(
	       b, begin_us + 9000000, begin_us + 15500000, &text) == 0);
	OK(has("mediaPresentationDuration=\"PT1.5S\"") &&
	    has("start=\"PT1S\" duration=\"PT0.5S\""));
	/* Of nothing. */
	buf_reset(&text);
	OK(manifest_recording(b, 0, 1, &text) == 0 && !has("<Period"));
	copy = broadcast_clone(b);
	broadcast_close(b);
	OK(copy != NULL);
	buf_reset(&text);
	OK(manifest_recording(copy, 0, UINT64_MAX, &text) == 0 &&
	    has("mediaPresentationDuration=\"PT11S\""));
	broadcast_close(copy);
}

/* A part of segment MSN of the video. */
static void
grow(struct broadcast *b, uint64_t msn)
{
	struct PartReady p = story_a_part("b1", "video", msn, 0);

	OK(broadcast_apply(b, story_part(&story, &p), 0) == 0);
}

static void
low_latency(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));

	OK(started(b, "video", 1) == 0 && started(b, "audio", 1) == 0);
	seconds(b, "video", 0, 2);
	grow(b, 2);
	live(b);
	/* Two segments alike may be chance. */
	OK(!has("availabilityTimeOffset"));
	seconds(b, "video", 2, 12);
	/* Sound: 1024 samples a frame, so it now ends before, now behind. */
	for (uint64_t i = 0, frame = 0; i < 12; i++) {
		uint64_t end = ((i + 1) * 48000 + 512) / 1024;

		OK(add(b, "audio", 1, i, frame * 1024 * 1000000 / 48000,
		       (end - frame) * 1024 * 1000000 / 48000,
		       480000 + frame * 1024) == 0);
		frame = end;
	}
	grow(b, 12);
	live(b);
	OK(has("availabilityTimeOffset=\"0.790\" "
	       "availabilityTimeComplete=\"false\""));
	OK(has("<Latency target=\"1030\" ") &&
	    has("suggestedPresentationDelay=\"PT1.03S\""));
	OK(has("<ProducerReferenceTime id=\"0\" type=\"encoder\" "
	       "wallClockTime=\"2023-11-14T22:13:20.000Z\" "
	       "presentationTime=\"900000\">"));
	OK(has("<S t=\"900000\" d=\"90000\" r=\"11\"/>\n<S d=\"90090\"/>"));
	/* From 562.5 frames to 609.4: 46 of them. */
	OK(has("<S d=\"48128\" r=\"6\"/>\n<S d=\"47152\"/>"));
	broadcast_pause(b, true);
	live(b);
	OK(has("availabilityTimeOffset") && !has("90090") && !has("47152"));
	broadcast_pause(b, false);
	/* Where keyframes come as they like, nothing is foretold. */
	OK(add(b, "video", 1, 12, 12000000, 1400000, 22 * 90000) == 0);
	live(b);
	OK(!has("availabilityTimeOffset") && !has("90090"));
	broadcast_close(b);
}

static void
unknown(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));
	struct SegmentReady s = story_a_segment("b1", "video", 0);

	/* A log of before there were times in it. */
	OK(broadcast_apply(
	       b, story_track(&story, "b1", "video", 1, 1000000), 0) == 0);
	OK(broadcast_apply(b, story_segment(&story, &s), 0) == 0);
	OK(!manifest_possible(b));
	broadcast_close(b);
}

/* A day of seconds is as short as a minute. */
static void
long_ones(void)
{
	struct broadcast *b = broadcast_open(STR("b1"));
	size_t i;

	OK(started(b, "video", 1) == 0);
	for (i = 0; i < 86400; i++)
		if (add(b, "video", 1, i, i * 1000000, 1000000,
			(10 + i) * 90000) == -1)
			break;
	OK(i == 86400);
	live(b);
	OK(has("<S t=\"900000\" d=\"90000\" r=\"86399\"/>") && text.len < 2000);
	broadcast_close(b);
}

int
main(void)
{
	story_init(&story);
	buf_init(&text, MANIFEST_MAX_BYTES);
	attributes();
	whole();
	away();
	silent();
	holes();
	windows();
	recordings();
	low_latency();
	unknown();
	long_ones();
	buf_fini(&text);
	story_fini(&story);
	return tap_done();
}
