#include "mux.h"
#include "nut.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HZ = 1000, SECOND_VIDEO = 2, SECOND_AUDIO = 3 };

static const uint8_t video_config[] = {0x01, 0x42, 0xe0, 0x1e, 0xff, 0x01, 0x00,
    0x14, 0x27, 0x42, 0xe0, 0x1e, 0xa9, 0x18, 0x16, 0x87, 0xb6, 0x00, 0xd4,
    0x18, 0x04, 0x1a, 0xdb, 0x0a, 0xd7, 0xbd, 0xf0, 0x10, 0x01, 0x00, 0x04,
    0x28, 0xde, 0x09, 0xc8};
static const uint8_t audio_config[] = {0x12, 0x10};

/* A mux, and what it has for the pipe. */
struct bench {
	struct mux *m;
	struct buf out;
	bool room;
};

static void
setup(struct bench *b)
{
	*b = (struct bench){.room = true, .m = mux_open(HZ)};
	buf_init(&b->out, 1 << 20);
	if (b->m == NULL)
		exit(1);
}

static void
teardown(struct bench *b)
{
	mux_close(b->m);
	buf_fini(&b->out);
}

static struct media_track
video_track(void)
{
	return (struct media_track){.kind = MEDIA_VIDEO,
	    .codec = MEDIA_H264,
	    .time_num = 1,
	    .time_den = HZ,
	    .width = 854,
	    .height = 480,
	    .config = video_config,
	    .config_len = sizeof(video_config)};
}

static struct media_track
audio_track(void)
{
	return (struct media_track){.kind = MEDIA_AUDIO,
	    .codec = MEDIA_AAC,
	    .time_num = 1,
	    .time_den = HZ,
	    .sample_rate_hz = 44100,
	    .channels = 2,
	    .config = audio_config,
	    .config_len = sizeof(audio_config)};
}

static int
configure(struct bench *b, enum media_kind kind)
{
	const struct media_track v = video_track(), a = audio_track();

	return mux_track(b->m, kind, kind == MEDIA_VIDEO ? &v : &a);
}

static int
put(struct bench *b, unsigned track, int64_t time, bool key, const char *text)
{
	const struct nut_packet p = {.track = track,
	    .pts = time,
	    .dts = time,
	    .key = key,
	    .data = (const uint8_t *)text,
	    .len = strlen(text)};

	return mux_put(b->m, &p, b->room, &b->out);
}

static void
video(struct bench *b, int64_t time, bool key)
{
	(void)put(b, MEDIA_VIDEO, time, key, key ? "\x65v" : "\x41v");
}

static void
audio(struct bench *b, int64_t time)
{
	(void)put(b, MEDIA_AUDIO, time, true,
	    "\x21"
	    "a");
}

/* How often TEXT stands in what came out. */
static unsigned
found(const struct bench *b, const char *text, size_t len)
{
	const uint8_t *p = b->out.p, *end = p + b->out.len;
	unsigned n = 0;

	while (p != NULL &&
	       (p = memmem(p, (size_t)(end - p), text, len)) != NULL) {
		n++;
		p += len;
	}
	return n;
}

#define FILES(b) found(b, "nut/multimedia container", 25)
#define VIDEO(b) (found(b, "\x65v", 2) + found(b, "\x41v", 2))
#define AUDIO(b)                                                               \
	found(b,                                                               \
	    "\x21"                                                             \
	    "a",                                                               \
	    2)

static void
waits_for_both(void)
{
	struct bench b;

	setup(&b);
	OK(configure(&b, MEDIA_VIDEO) == 0);
	video(&b, 0, true);
	video(&b, 40, false);
	OK(b.out.len == 0);
	OK(configure(&b, MEDIA_AUDIO) == 0);
	audio(&b, 50);
	OK(FILES(&b) == 1 && VIDEO(&b) == 2 && AUDIO(&b) == 1);
	OK(configure(&b, MEDIA_AUDIO) == 0); /* the same again */
	audio(&b, 70);
	OK(FILES(&b) == 1 && AUDIO(&b) == 2);
	teardown(&b);
}

static void
waits_no_longer_than_a_second(void)
{
	struct bench b;

	setup(&b);
	OK(configure(&b, MEDIA_VIDEO) == 0);
	video(&b, 5, false); /* nothing can be done with it */
	video(&b, 10, true);
	for (int64_t t = 50; t < 1010; t += 40)
		video(&b, t, false);
	OK(b.out.len == 0);
	video(&b, 1010, false);
	OK(FILES(&b) == 1 && VIDEO(&b) == 26);
	/* A track that joins waits for a keyframe, in a file of both. */
	OK(configure(&b, MEDIA_AUDIO) == 0);
	audio(&b, 1020);
	video(&b, 1050, false);
	OK(FILES(&b) == 1 && AUDIO(&b) == 0 && VIDEO(&b) == 27);
	video(&b, 1090, true);
	audio(&b, 1091);
	OK(FILES(&b) == 2 && AUDIO(&b) == 1 && VIDEO(&b) == 28);
	OK(mux_count(b.m)->dropped == 0);
	teardown(&b);
}

static void
believes_what_is_expected(void)
{
	const struct media_track a = audio_track();
	struct bench b;

	setup(&b);
	mux_expect(b.m, 1, 0);
	OK(configure(&b, MEDIA_VIDEO) == 0);
	video(&b, 0, true);
	OK(FILES(&b) == 1 && VIDEO(&b) == 1);
	teardown(&b);

	setup(&b);
	mux_expect(b.m, 1, 2);
	OK(configure(&b, MEDIA_VIDEO) == 0 && configure(&b, MEDIA_AUDIO) == 0);
	video(&b, 0, true);
	audio(&b, 10);
	OK(b.out.len == 0);
	OK(mux_track(b.m, SECOND_AUDIO, &a) == 0);
	OK(put(&b, SECOND_AUDIO, 10, true, "second") == 0);
	OK(FILES(&b) == 1 && VIDEO(&b) == 1 && AUDIO(&b) == 1);
	OK(found(&b, "second", 6) == 1);
	teardown(&b);
}

static void
several_pictures(void)
{
	struct media_track v = video_track();
	struct bench b;

	setup(&b);
	OK(configure(&b, MEDIA_VIDEO) == 0 && configure(&b, MEDIA_AUDIO) == 0);
	v.height = 240;
	OK(mux_track(b.m, SECOND_VIDEO, &v) == 0);
	/* Nothing begins but with a keyframe of the first. */
	OK(put(&b, SECOND_VIDEO, 0, true, "other") == 0);
	OK(b.out.len == 0);
	video(&b, 10, true);
	/* And each with one of its own. */
	OK(put(&b, SECOND_VIDEO, 10, false, "other") == 0);
	OK(FILES(&b) == 1 && VIDEO(&b) == 1 && found(&b, "other", 5) == 0);
	OK(put(&b, SECOND_VIDEO, 50, true, "other") == 0);
	OK(put(&b, SECOND_VIDEO, 90, false, "other") == 0);
	OK(found(&b, "other", 5) == 2);
	OK(!mux_last(b.m)->leads);
	audio(&b, 90);
	OK(mux_last(b.m)->leads && AUDIO(&b) == 1);
	/* A change of one is a file of all. */
	v.height = 120;
	OK(mux_track(b.m, SECOND_VIDEO, &v) == 0);
	OK(put(&b, SECOND_VIDEO, 130, true, "third") == 0);
	OK(FILES(&b) == 1 && found(&b, "third", 5) == 0);
	video(&b, 130, true);
	OK(put(&b, SECOND_VIDEO, 170, true, "third") == 0);
	OK(FILES(&b) == 2 && found(&b, "third", 5) == 1);
	teardown(&b);
}

/* What would be shown before the beginning moves that, by as much. */
static void
shown_before_the_beginning(void)
{
	struct nut_packet p = {.track = MEDIA_VIDEO,
	    .pts = -80,
	    .key = true,
	    .data = (const uint8_t *)"first",
	    .len = 5};
	struct bench b;

	setup(&b);
	mux_expect(b.m, 1, 1);
	OK(configure(&b, MEDIA_VIDEO) == 0 && configure(&b, MEDIA_AUDIO) == 0);
	OK(mux_put(b.m, &p, true, &b.out) == 0);
	OK(mux_last(b.m)->dts_us == 80000);
	audio(&b, 10);
	OK(mux_last(b.m)->dts_us == 90000);
	/* Hours of that are none of it. */
	p.dts = 40;
	p.pts = INT32_MIN;
	OK(mux_put(b.m, &p, true, &b.out) == 0);
	OK(mux_last(b.m)->dts_us == 120000);
	teardown(&b);
}

/* The largest picture leads, whichever came first. */
static void
the_largest_first(void)
{
	struct media_track v = video_track();
	struct bench b;
	struct nut_reader *r = nut_reader_open();
	struct nut_read read;
	uint8_t *space;
	size_t room;

	setup(&b);
	mux_expect(b.m, 3, 0);
	v.height = 240;
	OK(mux_track(b.m, 0, &v) == 0);
	v.height = 1080;
	OK(mux_track(b.m, 1, &v) == 0);
	v.height = 720;
	OK(mux_track(b.m, 5, &v) == 0);
	OK(put(&b, 0, 0, true, "small") == 0 && b.out.len == 0);
	OK(put(&b, 1, 0, true, "large") == 0 && mux_last(b.m)->leads);
	OK(put(&b, 0, 0, true, "small") == 0 && !mux_last(b.m)->leads);
	OK(FILES(&b) == 1);
	if (r == NULL)
		exit(1);
	space = nut_reader_space(r, &room);
	OK(room >= b.out.len);
	memcpy(space, b.out.p, b.out.len);
	nut_reader_filled(r, b.out.len);
	nut_reader_end(r);
	OK(nut_reader_next(r, &read) == NUT_HEADER && read.tracks == 3);
	OK(read.track[0].height == 1080 && read.track[1].height == 720 &&
	    read.track[2].height == 240);
	nut_reader_close(r);
	teardown(&b);
}

static void
refuses(void)
{
	struct media_track v = video_track();
	struct bench b;

	setup(&b);
	OK(mux_track(b.m, MEDIA_MAX_TRACKS, &v) == -1 && errno == EINVAL);
	OK(put(&b, 0, 0, true, "x") == -1 && errno == EINVAL);
	OK(put(&b, MEDIA_MAX_TRACKS, 0, true, "x") == -1 && errno == EINVAL);
	v.time_den = HZ + 1;
	OK(mux_track(b.m, 0, &v) == -1 && errno == EINVAL);
	mux_malformed(b.m);
	OK(mux_count(b.m)->malformed == 1 && mux_count(b.m)->bytes == 0);
	teardown(&b);
}

static void
audio_alone(void)
{
	struct bench b;

	setup(&b);
	OK(configure(&b, MEDIA_AUDIO) == 0);
	for (int64_t t = 0; t <= 1000; t += 20)
		audio(&b, t);
	OK(FILES(&b) == 1 && AUDIO(&b) == 51);
	b.room = false;
	audio(&b, 1020);
	b.room = true;
	audio(&b, 1040);
	OK(AUDIO(&b) == 52 && mux_count(b.m)->dropped == 1);
	teardown(&b);
}

static void
begin_both(struct bench *b)
{
	setup(b);
	(void)configure(b, MEDIA_VIDEO);
	(void)configure(b, MEDIA_AUDIO);
	video(b, 1000, true);
	audio(b, 1000);
}

static void
drops_whole_gops(void)
{
	struct bench b;

	begin_both(&b);
	b.room = false;
	video(&b, 1040, false);
	audio(&b, 1045);
	b.room = true;
	video(&b, 1080, false);
	audio(&b, 1085);
	OK(VIDEO(&b) == 1 && AUDIO(&b) == 1);
	video(&b, 1120, true);
	audio(&b, 1125);
	video(&b, 1160, false);
	OK(FILES(&b) == 1 && VIDEO(&b) == 3 && AUDIO(&b) == 2);
	OK(mux_count(b.m)->dropped == 4);
	/* A full buffer is the same as no room. */
	b.out.max = b.out.len;
	video(&b, 1200, false);
	b.out.max = 1 << 20;
	video(&b, 1240, false);
	video(&b, 1280, true);
	OK(!b.out.failed && VIDEO(&b) == 4);
	teardown(&b);
}

static void
restarts_with_a_keyframe(void)
{
	struct bench b;

	begin_both(&b);
	mux_restart(b.m);
	buf_reset(&b.out);
	video(&b, 1040, false);
	audio(&b, 1045);
	OK(b.out.len == 0);
	video(&b, 1080, true);
	audio(&b, 1085);
	OK(FILES(&b) == 1 && VIDEO(&b) == 1 && AUDIO(&b) == 1);
	teardown(&b);
}

static void
clocks_jump(void)
{
	struct bench b;

	begin_both(&b);
	video(&b, 900, false); /* a little back: in its place */
	audio(&b, 3600000);    /* forward: as it is */
	OK(FILES(&b) == 1 && VIDEO(&b) == 2 && AUDIO(&b) == 2);
	teardown(&b);

	begin_both(&b);
	video(&b, 60000, true);
	audio(&b, 60000);
	video(&b, 0, false); /* back: a new file, from a keyframe */
	audio(&b, 10);
	video(&b, 40, true);
	audio(&b, 50);
	OK(FILES(&b) == 2 && VIDEO(&b) == 3 && AUDIO(&b) == 3);
	teardown(&b);
}

/* The time in ms of the last frame of VIDEO that a reader finds. */
static int64_t
last_ms(const struct bench *b)
{
	struct nut_reader *r = nut_reader_open();
	int64_t ms = -1;
	struct nut_read e;
	size_t room, at = 0;

	for (;;) {
		enum nut_event next = nut_reader_next(r, &e);

		if (next == NUT_PACKET && e.packet.track == 0)
			ms = e.packet.pts;
		if (next == NUT_BAD || next == NUT_FINISHED)
			break;
		if (next != NUT_MORE)
			continue;
		uint8_t *p = nut_reader_space(r, &room);

		if (p == NULL)
			break;
		if (room > b->out.len - at)
			room = b->out.len - at;
		memcpy(p, b->out.p + at, room);
		at += room;
		if (room == 0)
			nut_reader_end(r);
		nut_reader_filled(r, room);
	}
	nut_reader_close(r);
	return ms;
}

static void
goes_on_behind_another(void)
{
	struct bench b;

	setup(&b);
	OK(configure(&b, MEDIA_VIDEO) == 0 && configure(&b, MEDIA_AUDIO) == 0);
	video(&b, 5000, true);
	audio(&b, 5010);
	video(&b, 5040, false);
	OK(last_ms(&b) == 5040);
	mux_resume(b.m);
	/* Nothing is known of the new one's tracks. */
	OK(put(&b, MEDIA_AUDIO, 90000, true, "x") == -1);
	OK(configure(&b, MEDIA_VIDEO) == 0 && configure(&b, MEDIA_AUDIO) == 0);
	video(&b, 90000, false);
	OK(FILES(&b) == 1);
	video(&b, 90040, true);
	audio(&b, 90050);
	OK(FILES(&b) == 2);
	OK(last_ms(&b) == 5040 + MUX_RESUME_MS + 40);
	/* Its clock may be behind as well, and be set back later. */
	mux_resume(b.m);
	OK(configure(&b, MEDIA_VIDEO) == 0 && configure(&b, MEDIA_AUDIO) == 0);
	video(&b, 3000, true);
	audio(&b, 3000);
	OK(last_ms(&b) == 5050 + 2 * MUX_RESUME_MS + 40);
	video(&b, 0, true);
	OK(FILES(&b) == 4 && last_ms(&b) == 2050 + 2 * MUX_RESUME_MS + 40);
	teardown(&b);
}

int
main(void)
{
	waits_for_both();
	waits_no_longer_than_a_second();
	believes_what_is_expected();
	several_pictures();
	the_largest_first();
	shown_before_the_beginning();
	audio_alone();
	drops_whole_gops();
	restarts_with_a_keyframe();
	clocks_jump();
	refuses();
	goes_on_behind_another();
	return tap_done();
}
