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

enum { MS = REMUX_HZ / 1000, AUDIO = MEDIA_MAX_TRACKS / 2 };

/* A remuxer, and what came of it. */
struct bench {
	struct remux *r;
	unsigned tracks, packets, malformed;
	unsigned videos, audios; /* that are expected */
	struct media_track track;
	unsigned number; /* its */
	struct nut_packet packet;
	bool fails;
	char why[128];
};

static int
on_track(void *ctx, unsigned track, const struct media_track *is)
{
	struct bench *b = ctx;

	b->tracks++;
	b->track = *is;
	b->number = track;
	return 0;
}

static int
on_packet(void *ctx, const struct nut_packet *p)
{
	struct bench *b = ctx;

	b->packets++;
	b->packet = *p;
	errno = ENOMEM;
	return b->fails ? -1 : 0;
}

static void
on_expect(void *ctx, unsigned video, unsigned audio)
{
	struct bench *b = ctx;

	b->videos = video;
	b->audios = audio;
}

static void
on_malformed(void *ctx)
{
	struct bench *b = ctx;

	b->malformed++;
}

static void
setup(struct bench *b)
{
	static const struct remux_ops ops = {
	    on_track, on_packet, on_expect, on_malformed};

	*b = (struct bench){.r = remux_open(&ops, b)};
	if (b->r == NULL)
		exit(1);
}

static int
put(struct bench *b, enum media_kind kind, uint32_t time, const uint8_t *p,
    size_t len)
{
	return remux_put(b->r, kind, time, p, len, b->why, sizeof(b->why));
}

static int
configure(struct bench *b, enum media_kind kind)
{
	return kind == MEDIA_VIDEO
		   ? put(b, kind, 0, video_config, sizeof(video_config))
		   : put(b, kind, 0, audio_config, sizeof(audio_config));
}

/* A frame whose picture is shown DELAY later. */
static int
video(struct bench *b, uint32_t time, bool key, uint8_t delay)
{
	const uint8_t p[] = {key ? 0x17 : 0x27, 1, 0, 0, delay, 0, 0, 0, 2,
	    key ? 0x65 : 0x41, 'v'};

	return put(b, MEDIA_VIDEO, time, p, sizeof(p));
}

static int
audio(struct bench *b, uint32_t time)
{
	const uint8_t p[] = {0xaf, 1, 0x21, 'a'};

	return put(b, MEDIA_AUDIO, time, p, sizeof(p));
}

static void
tracks_and_packets(void)
{
	struct bench b;

	setup(&b);
	OK(configure(&b, MEDIA_VIDEO) == 0 && b.tracks == 1);
	OK(b.track.codec == MEDIA_H264 && b.track.config_len == 35);
	OK(b.track.time_num == 1 && b.track.time_den == REMUX_HZ);
	OK(b.track.width > 0 && b.track.height > 0);
	OK(configure(&b, MEDIA_VIDEO) == 0 && b.tracks == 1); /* the same */
	OK(configure(&b, MEDIA_AUDIO) == 0 && b.tracks == 2);
	OK(b.track.codec == MEDIA_AAC && b.track.sample_rate_hz == 44100);
	OK(video(&b, 40, true, 80) == 0 && b.packets == 1);
	OK(b.packet.track == 0 && b.packet.key);
	OK(b.packet.dts == INT64_C(40) * MS && b.packet.pts == 120 * MS &&
	    b.packet.len == 6);
	OK(video(&b, 80, false, 0) == 0 && !b.packet.key);
	OK(audio(&b, 85) == 0 && b.packets == 3);
	OK(b.packet.track == AUDIO && b.packet.key);
	OK(b.packet.dts == INT64_C(85) * MS && b.packet.len == 2);
	b.fails = true;
	OK(audio(&b, 90) == -1 && errno == ENOMEM && b.why[0] != '\0');
	remux_close(b.r);
}

static void
hears_metadata(void)
{
	/* onMetaData with videocodecid 7 alone. */
	static const uint8_t data[] = "\2\0\12onMetaData\3\0\14videocodecid\0"
				      "@\x1c\0\0\0\0\0\0\0\0\11";
	struct bench b;

	setup(&b);
	remux_data(b.r, data, sizeof(data) - 1);
	OK(b.malformed == 0 && b.videos == 1 && b.audios == 0);
	remux_data(b.r, data, sizeof(data) - 9);
	OK(b.malformed == 1);
	remux_close(b.r);
}

static void
clocks(void)
{
	struct bench b;

	/* Across 2^32 ms time goes on. */
	setup(&b);
	(void)configure(&b, MEDIA_VIDEO);
	(void)video(&b, 0xfffffff0, true, 0);
	OK(b.packet.dts == INT64_C(0xfffffff0) * MS);
	(void)video(&b, 24, false, 0);
	OK(b.packet.dts == INT64_C(0x100000018) * MS);
	remux_close(b.r);

	/* A little before the beginning, and far. */
	setup(&b);
	(void)configure(&b, MEDIA_VIDEO);
	(void)video(&b, 10, true, 0);
	(void)video(&b, 0xfffffff6, false, 0);
	OK(b.packet.dts == -10 * MS);
	(void)video(&b, 0xf0000000, false, 0);
	OK(b.packet.dts == INT64_C(0xf0000000) * MS);
	remux_close(b.r);
}

static void
more_tracks(void)
{
	/* Two configurations of H.264 in one message, then a frame of each. */
	uint8_t both[128] = {0x96, 0x10, 'a', 'v', 'c', '1', 0, 0, 0, 35};
	static const uint8_t frames[] = {0x97, 2, 0, 0x07, 0xd1, 0x06, 0x13,
	    'a', 'v', 'c', '1', 0, 0, 0, 6, 0, 0, 0, 2, 0x65, 'a', 7, 0, 0, 6,
	    0, 0, 0, 2, 0x65, 'b'};
	struct bench b;

	memcpy(both + 10, video_config + 5, 35);
	memcpy(both + 45, (uint8_t[]){7, 0, 0, 35}, 4);
	memcpy(both + 49, video_config + 5, 35);
	setup(&b);
	OK(configure(&b, MEDIA_AUDIO) == 0 && b.number == AUDIO);
	OK(put(&b, MEDIA_VIDEO, 0, both, 84) == 0);
	OK(b.tracks == 3 && b.number == 7);
	OK(put(&b, MEDIA_VIDEO, 5, frames, sizeof(frames)) == 0);
	OK(b.packets == 2 && b.packet.track == 7 && b.packet.key);
	OK(b.packet.data[5] == 'b' && b.packet.dts == 5 * MS + 2);
	OK(b.malformed == 0);
	/* As many as there may be, and one more. */
	for (uint8_t i = 10; i < 10 + MEDIA_MAX_TRACKS - 3; i++) {
		both[45] = i;
		OK(put(&b, MEDIA_VIDEO, 0, both, 84) == 0);
	}
	both[45] = 200;
	OK(put(&b, MEDIA_VIDEO, 0, both, 84) == -1 && errno == ENOTSUP);
	OK(strcmp(b.why, "more than 16 tracks are not supported") == 0);
	remux_close(b.r);
}

/* What needs no configuration tells itself by its frames. */
static void
bare(void)
{
	/* 44.1 kHz, 128 kbit/s, stereo: a frame of 417 bytes. */
	uint8_t mp3[418] = {0x2f, 0xff, 0xfb, 0x90, 0x04};
	uint8_t mono[418] = {0x2f, 0xff, 0xfb, 0x90, 0xc4};
	static const uint8_t opus[] = {0x91, 'O', 'p', 'u', 's', 0xfc, 1, 2};
	static const uint8_t aac[] = {0x91, 'm', 'p', '4', 'a', 1};
	struct bench b;

	setup(&b);
	OK(put(&b, MEDIA_AUDIO, 0, mp3, sizeof(mp3)) == 0);
	OK(b.tracks == 1 && b.packets == 1 && b.track.codec == MEDIA_MP3);
	OK(b.track.sample_rate_hz == 44100 && b.track.channels == 2);
	OK(put(&b, MEDIA_AUDIO, 26, mp3, sizeof(mp3)) == 0 && b.tracks == 1);
	OK(put(&b, MEDIA_AUDIO, 52, mono, sizeof(mono)) == 0);
	OK(b.tracks == 2 && b.track.channels == 1 && b.packets == 3);
	/* Another codec on the same track. */
	OK(put(&b, MEDIA_AUDIO, 78, opus, sizeof(opus)) == 0);
	OK(b.tracks == 3 && b.track.codec == MEDIA_OPUS && b.packets == 4);
	OK(b.track.config_len == 19 && b.track.channels == 2);
	OK(put(&b, MEDIA_AUDIO, 98, aac, sizeof(aac)) == 0);
	OK(b.packets == 4 && b.malformed == 1);
	remux_close(b.r);
}

/* Metadata of pictures is looked at, and is no reason to end. */
static void
colours(void)
{
	static const uint8_t good[] = {0x94, 'h', 'v', 'c', '1', 2, 0, 9, 'c',
	    'o', 'l', 'o', 'r', 'I', 'n', 'f', 'o', 3, 0, 0, 9};
	struct bench b;

	setup(&b);
	OK(put(&b, MEDIA_VIDEO, 0, good, sizeof(good)) == 0);
	OK(b.malformed == 0);
	OK(put(&b, MEDIA_VIDEO, 0, good, sizeof(good) - 1) == 0);
	OK(b.malformed == 1 && b.tracks == 0);
	remux_close(b.r);
}

static void
refuses(void)
{
	static const uint8_t vvc[] = {0x90, 'v', 'v', 'c', '1'};
	static const uint8_t opus[] = {0x90, 'o', 'p', '"', 0xff};
	static const uint8_t none[] = {0x1f, 0};
	static const uint8_t bad[] = {0x17, 0, 0, 0, 0, 1, 2, 3};
	static const uint8_t ts[] = {0x95, 'h', 'v', 'c', '1', 1, 2, 3};
	static const uint8_t cut[] = {0x17, 1};
	struct bench b;

	setup(&b);
	OK(put(&b, MEDIA_VIDEO, 0, vvc, sizeof(vvc)) == -1);
	OK(errno == ENOTSUP && strcmp(b.why, "VVC is not supported") == 0);
	OK(put(&b, MEDIA_AUDIO, 0, opus, sizeof(opus)) == -1);
	OK(strcmp(b.why, "the audio codec op?? is not supported") == 0);
	OK(put(&b, MEDIA_VIDEO, 0, none, sizeof(none)) == -1);
	OK(strcmp(b.why, "this video codec is not supported") == 0);
	OK(put(&b, MEDIA_VIDEO, 0, bad, sizeof(bad)) == -1);
	OK(errno == EBADMSG && b.why[0] != '\0');
	OK(put(&b, MEDIA_VIDEO, 0, ts, sizeof(ts)) == -1 && errno == ENOTSUP);
	/* What is only no use is counted. */
	OK(put(&b, MEDIA_VIDEO, 0, cut, sizeof(cut)) == 0);
	OK(video(&b, 0, true, 0) == 0); /* before its configuration */
	OK(b.malformed == 2 && b.packets == 0 && b.tracks == 0);
	remux_close(b.r);
}

int
main(void)
{
	tracks_and_packets();
	hears_metadata();
	clocks();
	more_tracks();
	bare();
	colours();
	refuses();
	return tap_done();
}
