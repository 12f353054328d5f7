#include "nut.h"
#include "remux.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t video_config[] = {0x17, 0, 0, 0, 0, 0x01, 0x42, 0xe0, 0x1e,
    0xff, 0x01, 0x00, 0x14, 0x27, 0x42, 0xe0, 0x1e, 0xa9, 0x18, 0x16, 0x87,
    0xb6, 0x00, 0xd4, 0x18, 0x04, 0x1a, 0xdb, 0x0a, 0xd7, 0xbd, 0xf0, 0x10,
    0x01, 0x00, 0x04, 0x28, 0xde, 0x09, 0xc8};
static const uint8_t audio_config[] = {0xaf, 0, 0x12, 0x10};

/* A remuxer, and what it has for the pipe. */
struct bench {
	struct remux *r;
	struct buf out;
	bool room;
	char why[128];
};

static void
setup(struct bench *b)
{
	*b = (struct bench){.room = true, .r = remux_open()};
	buf_init(&b->out, 1 << 20);
	if (b->r == NULL)
		exit(1);
}

static void
teardown(struct bench *b)
{
	remux_close(b->r);
	buf_fini(&b->out);
}

static int
put(struct bench *b, enum media_kind kind, uint32_t time, const uint8_t *p,
    size_t len)
{
	return remux_put(
	    b->r, kind, time, p, len, b->room, &b->out, b->why, sizeof(b->why));
}

static int
configure(struct bench *b, enum media_kind kind)
{
	return kind == MEDIA_VIDEO
		   ? put(b, kind, 0, video_config, sizeof(video_config))
		   : put(b, kind, 0, audio_config, sizeof(audio_config));
}

static void
video(struct bench *b, uint32_t time, bool key)
{
	const uint8_t p[] = {
	    key ? 0x17 : 0x27, 1, 0, 0, 0, 0, 0, 0, 2, key ? 0x65 : 0x41, 'v'};

	(void)put(b, MEDIA_VIDEO, time, p, sizeof(p));
}

static void
audio(struct bench *b, uint32_t time)
{
	const uint8_t p[] = {0xaf, 1, 0x21, 'a'};

	(void)put(b, MEDIA_AUDIO, time, p, sizeof(p));
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
	for (uint32_t t = 50; t < 1010; t += 40)
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
	OK(remux_count(b.r)->dropped == 0);
	teardown(&b);
}

static void
believes_metadata(void)
{
	/* onMetaData with videocodecid 7 alone. */
	static const uint8_t data[] = "\2\0\12onMetaData\3\0\14videocodecid\0"
				      "@\x1c\0\0\0\0\0\0\0\0\11";
	struct bench b;

	setup(&b);
	remux_data(b.r, data, sizeof(data) - 1);
	OK(remux_count(b.r)->malformed == 0);
	OK(configure(&b, MEDIA_VIDEO) == 0);
	video(&b, 0, true);
	OK(FILES(&b) == 1 && VIDEO(&b) == 1);
	teardown(&b);
}

static void
audio_alone(void)
{
	struct bench b;

	setup(&b);
	OK(configure(&b, MEDIA_AUDIO) == 0);
	for (uint32_t t = 0; t <= 1000; t += 20)
		audio(&b, t);
	OK(FILES(&b) == 1 && AUDIO(&b) == 51);
	b.room = false;
	audio(&b, 1020);
	b.room = true;
	audio(&b, 1040);
	OK(AUDIO(&b) == 52 && remux_count(b.r)->dropped == 1);
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
	OK(remux_count(b.r)->dropped == 4);
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
	remux_restart(b.r);
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

	/* Across 2^32 ms time goes on. */
	setup(&b);
	(void)configure(&b, MEDIA_VIDEO);
	(void)configure(&b, MEDIA_AUDIO);
	video(&b, 0xfffffff0, true);
	audio(&b, 0xfffffff8);
	video(&b, 24, false);
	audio(&b, 28);
	OK(FILES(&b) == 1 && VIDEO(&b) == 2 && AUDIO(&b) == 2);
	teardown(&b);
}

static void
refuses(void)
{
	static const uint8_t hevc[] = {0x1c, 0, 0, 0, 0};
	static const uint8_t opus[] = {0x90, 'O', 'p', 'u', 's'};
	static const uint8_t none[] = {0x1f, 0};
	static const uint8_t bad[] = {0x17, 0, 0, 0, 0, 1, 2, 3};
	static const uint8_t cut[] = {0x17, 1};
	struct bench b;

	setup(&b);
	OK(put(&b, MEDIA_VIDEO, 0, hevc, sizeof(hevc)) == -1);
	OK(errno == ENOTSUP && strcmp(b.why, "HEVC is not supported yet") == 0);
	OK(put(&b, MEDIA_AUDIO, 0, opus, sizeof(opus)) == -1);
	OK(strcmp(b.why, "Opus is not supported yet") == 0);
	OK(put(&b, MEDIA_VIDEO, 0, none, sizeof(none)) == -1);
	OK(strcmp(b.why, "this video codec is not supported yet") == 0);
	OK(put(&b, MEDIA_VIDEO, 0, bad, sizeof(bad)) == -1);
	OK(errno == EBADMSG && b.why[0] != '\0');
	/* What is only no use is counted. */
	OK(put(&b, MEDIA_VIDEO, 0, cut, sizeof(cut)) == 0);
	video(&b, 0, true); /* before its configuration */
	OK(remux_count(b.r)->malformed == 2 && b.out.len == 0);
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
	remux_resume(b.r);
	/* Nothing is known of the new one's tracks. */
	audio(&b, 90000);
	OK(remux_count(b.r)->malformed == 1);
	OK(configure(&b, MEDIA_VIDEO) == 0 && configure(&b, MEDIA_AUDIO) == 0);
	video(&b, 90000, false);
	OK(FILES(&b) == 1);
	video(&b, 90040, true);
	audio(&b, 90050);
	OK(FILES(&b) == 2);
	OK(last_ms(&b) == 5040 + REMUX_RESUME_MS + 40);
	/* Its clock may be behind as well, and be set back later. */
	remux_resume(b.r);
	OK(configure(&b, MEDIA_VIDEO) == 0 && configure(&b, MEDIA_AUDIO) == 0);
	video(&b, 3000, true);
	audio(&b, 3000);
	OK(last_ms(&b) == 5050 + 2 * REMUX_RESUME_MS + 40);
	video(&b, 0, true);
	OK(FILES(&b) == 4 && last_ms(&b) == 2050 + 2 * REMUX_RESUME_MS + 40);
	teardown(&b);
}

int
main(void)
{
	waits_for_both();
	waits_no_longer_than_a_second();
	believes_metadata();
	audio_alone();
	drops_whole_gops();
	restarts_with_a_keyframe();
	clocks_jump();
	refuses();
	goes_on_behind_another();
	return tap_done();
}
