#include "flv.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

static const uint8_t record[] = {1, 2, 3};

static struct media_track
track(enum media_kind kind, enum media_codec codec)
{
	return (struct media_track){.kind = kind,
	    .codec = codec,
	    .time_num = 1,
	    .time_den = 1000,
	    .width = 320,
	    .height = 180,
	    .sample_rate_hz = 48000,
	    .channels = 2,
	    .config = record,
	    .config_len = sizeof(record)};
}

/* A frame of T at 0x12345678 ms, shown LATER after, is one tag: its type,
 * length, time, stream, the bytes at HEAD, the frame, the length again. */
static bool
is_tag(const struct media_track *t, bool key, int32_t later, unsigned type,
    const char *head, size_t n)
{
	const uint8_t data[] = {0xaa, 0xbb};
	const struct nut_packet p = {
	    .key = key, .data = data, .len = sizeof(data)};
	size_t body = n + sizeof(data);
	const uint8_t before[] = {(uint8_t)type, 0, 0, (uint8_t)body, 0x34,
	    0x56, 0x78, 0x12, 0, 0, 0};
	const uint8_t after[] = {0, 0, 0, (uint8_t)(body + 11)};
	struct buf b;
	bool ok;

	buf_init(&b, 1024);
	ok = flv_frame(&b, t, &p, 0x12345678, later) == 0 &&
	     b.len == sizeof(before) + body + sizeof(after) &&
	     memcmp(b.p, before, sizeof(before)) == 0 &&
	     memcmp(b.p + sizeof(before), head, n) == 0 &&
	     memcmp(b.p + sizeof(before) + n, data, sizeof(data)) == 0 &&
	     memcmp(b.p + b.len - sizeof(after), after, sizeof(after)) == 0;
	buf_fini(&b);
	return ok;
}

/* What a frame of CODEC begins with. */
#define BEGINS(kind, codec, key, later, type, head)                            \
	do {                                                                   \
		struct media_track t = track(kind, codec);                     \
		OK(is_tag(&t, key, later, type, head, sizeof(head) - 1));      \
	} while (0)

static void
frames(void)
{
	BEGINS(MEDIA_VIDEO, MEDIA_H264, true, 80, 9, "\x17\1\0\0\x50");
	BEGINS(MEDIA_VIDEO, MEDIA_H264, false, 0, 9, "\x27\1\0\0\0");
	BEGINS(MEDIA_AUDIO, MEDIA_AAC, true, 0, 8, "\xaf\1");
	BEGINS(MEDIA_AUDIO, MEDIA_MP3, true, 0, 8, "\x2f");
	/* Enhanced RTMP: coded frames, and those that are shown at once. */
	BEGINS(MEDIA_VIDEO, MEDIA_HEVC, true, 80, 9, "\x91hvc1\0\0\x50");
	BEGINS(MEDIA_VIDEO, MEDIA_HEVC, false, 0, 9, "\xa3hvc1");
	BEGINS(MEDIA_VIDEO, MEDIA_AV1, true, 0, 9,
	    "\x91"
	    "av01");
	BEGINS(MEDIA_VIDEO, MEDIA_VP9, false, 0, 9, "\xa1vp09");
	BEGINS(MEDIA_AUDIO, MEDIA_OPUS, true, 0, 8, "\x91Opus");
	BEGINS(MEDIA_AUDIO, MEDIA_FLAC, true, 0, 8,
	    "\x91"
	    "fLaC");
	BEGINS(MEDIA_AUDIO, MEDIA_AC3, true, 0, 8,
	    "\x91"
	    "ac-3");
	BEGINS(MEDIA_AUDIO, MEDIA_EAC3, true, 0, 8,
	    "\x91"
	    "ec-3");
}

/* True when what describes T holds the N bytes at WHAT. */
static bool
describes(const struct flv_tracks *t, const char *what, size_t n)
{
	struct buf b;
	bool ok;

	buf_init(&b, 4096);
	ok = flv_describe(&b, t, 0) == 0 && memmem(b.p, b.len, what, n) != NULL;
	buf_fini(&b);
	return ok;
}
#define DESCRIBES(t, what) OK(describes(t, what, sizeof(what) - 1))

static void
descriptions(void)
{
	struct media_track h264 = track(MEDIA_VIDEO, MEDIA_H264);
	struct media_track hevc = track(MEDIA_VIDEO, MEDIA_HEVC);
	struct media_track aac = track(MEDIA_AUDIO, MEDIA_AAC);
	struct media_track flac = track(MEDIA_AUDIO, MEDIA_FLAC);
	struct media_track ac3 = track(MEDIA_AUDIO, MEDIA_AC3);
	struct flv_tracks t = {&h264, &aac};

	DESCRIBES(&t, "onMetaData");
	DESCRIBES(&t, "\x17\0\0\0\0\1\2\3");
	DESCRIBES(&t, "\xaf\0\1\2\3");
	t = (struct flv_tracks){&hevc, &flac};
	DESCRIBES(&t, "\x90hvc1\1\2\3");
	DESCRIBES(&t, "\x90"
		      "fLaCfLaC\x80\0\0\x22\1\2\3");
	t = (struct flv_tracks){NULL, &ac3};
	OK(!describes(&t, "ac-3\1\2\3", 7));
}

int
main(void)
{
	struct media_track many[] = {track(MEDIA_AUDIO, MEDIA_UNKNOWN),
	    track(MEDIA_VIDEO, MEDIA_AV1), track(MEDIA_VIDEO, MEDIA_H264),
	    track(MEDIA_AUDIO, MEDIA_AAC)};
	const struct nut_packet huge = {.data = record, .len = 0xffffff};
	struct flv_tracks t;
	struct buf b;

	flv_choose(&t, many, 4);
	OK(t.video == &many[1] && t.audio == &many[3]);
	OK(flv_refuses(&t) == NULL);
	flv_choose(&t, many, 1);
	OK(t.video == NULL && t.audio == NULL);
	frames();
	descriptions();
	/* What no tag can hold. */
	buf_init(&b, SIZE_MAX);
	OK(flv_frame(&b, &many[2], &huge, 0, 0) == -1 && errno == EMSGSIZE);
	OK(b.len == 0);
	buf_fini(&b);
	return tap_done();
}
