#include "extended.h"
#include "tap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * All of a message as text: its packet type, then track, FourCC and length of
 * each part; "bad" where it is.
 */
static const char *
told(enum media_kind kind, const void *p, size_t len)
{
	static char text[256];
	struct extended_part part;
	struct extended x;
	size_t n = 0;
	int rc;

	if (!extended_is(kind, p, len))
		return "not extended";
	if (extended_begin(&x, kind, p, len) == -1)
		return errno == EBADMSG ? "bad" : "?";
	n = (size_t)snprintf(
	    text, sizeof(text), "%d%s", (int)x.packet, x.key ? " key" : "");
	if (x.offset_ns > 0)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, " +%u", x.offset_ns);
	while ((rc = extended_next(&x, &part)) == 1)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    " %u:%c%c%c%c:%zu", part.track, (int)(part.fourcc >> 24),
		    (int)(part.fourcc >> 16 & 0xff),
		    (int)(part.fourcc >> 8 & 0xff), (int)(part.fourcc & 0xff),
		    part.len);
	if (rc == -1)
		(void)snprintf(text + n, sizeof(text) - n, " bad");
	OK(extended_next(&x, &part) == 0);
	return text;
}

static bool
tells(enum media_kind kind, const void *p, size_t len, const char *want)
{
	const char *got = told(kind, p, len);

	if (strcmp(got, want) != 0)
		printf("# %s\n", got);
	return strcmp(got, want) == 0;
}

#define TOLD(kind, literal, want)                                              \
	OK(tells(kind, literal, sizeof(literal) - 1, want))
#define VIDEO(literal, want) TOLD(MEDIA_VIDEO, literal, want)
#define AUDIO(literal, want) TOLD(MEDIA_AUDIO, literal, want)

static void
one_track(void)
{
	VIDEO("\x90hvc1\x01\x02", "0 key 0:hvc1:2");
	VIDEO("\x91hvc1\x00\x00\x07x", "1 key 0:hvc1:4");
	VIDEO("\xa1"
	      "av01x",
	    "1 0:av01:1");
	VIDEO("\xa3hvc1x", "2 0:hvc1:1");
	VIDEO("\xc3hvc1x", "2 key 0:hvc1:1");
	VIDEO("\x92vp09", "3 key 0:vp09:0");
	VIDEO("\x94hvc1\x02", "4 key 0:hvc1:1");
	VIDEO("\x95"
	      "av01\x80\x04",
	    "5 key 0:av01:2");
	AUDIO("\x90OpusOpusHead", "0 key 0:Opus:8");
	AUDIO("\x91"
	      "fLaCx",
	    "1 key 0:fLaC:1");
	AUDIO("\x92.mp3", "3 key 0:.mp3:0");
	AUDIO("\x94Opus\x01\x02", "6 key 0:Opus:2");
	VIDEO("\x17\x01", "not extended");
	AUDIO("\xaf\x01", "not extended");
	VIDEO("", "not extended");
}

static void
commands(void)
{
	VIDEO("\xd1\x00", "0");
	VIDEO("\xd1", "0");
	/* With metadata the frame type does not count. */
	VIDEO("\xd4hvc1\x02", "4 0:hvc1:1");
}

static void
malformed(void)
{
	VIDEO("\x90", "bad");
	VIDEO("\x90hvc", "bad");
	VIDEO("\x98hvc1x", "bad");
	VIDEO("\x9fhvc1x", "bad");
	AUDIO("\x93Opusx", "bad");
	AUDIO("\x96Opusx", "bad");
	AUDIO("\x9fOpusx", "bad");
}

static void
several_tracks(void)
{
	VIDEO("\x96\x01hvc1\x02xyz", "1 key 2:hvc1:3");
	VIDEO("\x96\x11hvc1\x00\x00\x00\x01x\x01\x00\x00\x02yz",
	    "1 key 0:hvc1:1 1:hvc1:2");
	VIDEO("\x96\x20hvc1\x00\x00\x00\x01x"
	      "av01\xff\x00\x00\x02yz",
	    "0 key 0:hvc1:1 255:av01:2");
	AUDIO("\x95\x21Opus\x00\x00\x00\x01x"
	      "mp4a\x01\x00\x00\x00",
	    "1 key 0:Opus:1 1:mp4a:0");
	AUDIO("\x95\x01Opus\x07x", "1 key 7:Opus:1");
	/* A track of no bytes, alone. */
	VIDEO("\x96\x11hvc1\x00\x00\x00\x00", "1 key 0:hvc1:0");

	VIDEO("\x96", "bad");
	VIDEO("\x96\x31hvc1", "bad");
	VIDEO("\x96\x16hvc1\x00", "bad"); /* multitrack within multitrack */
	VIDEO("\x96\x17hvc1\x00", "bad");
	VIDEO("\x96\x01hvc1", "1 key bad");
	VIDEO("\x96\x11hvc1\x00\x00\x00", "1 key bad");
	VIDEO("\x96\x11hvc1\x00\x00\x00\x02x", "1 key bad");
	VIDEO("\x96\x11hvc1\x00\x00\x00\x01x\x01\x00", "1 key 0:hvc1:1 bad");
	VIDEO("\x96\x21hvc1\x00\x00\x00\x01xav", "1 key 0:hvc1:1 bad");
}

static void
modified(void)
{
	VIDEO("\x97\x02\x00\x01\x02\x01hvc1x", "1 key +258 0:hvc1:1");
	/* Over a millisecond is none of it. */
	VIDEO("\x97\x02\xff\xff\xff\x01hvc1x", "1 key +999999 0:hvc1:1");
	/* Two of them, the first unknown. */
	VIDEO("\x97\x00?\xf7\x02\x00\x00\x05\x03hvc1x", "2 key +5 0:hvc1:1");
	/* Then tracks. */
	AUDIO("\x97\x02\x00\x00\x05\x05\x01Opus\x03x", "1 key +5 3:Opus:1");
	/* A size of 16 bits. */
	AUDIO("\x97\xff\x00\x02\x00\x00\x09\x01Opusx", "1 key +9 0:Opus:1");
	/* Too short for an offset. */
	AUDIO("\x97\x01\x00\x09\x01Opusx", "1 key 0:Opus:1");

	VIDEO("\x97", "bad");
	VIDEO("\x97\x02\x00\x01", "bad");
	VIDEO("\x97\x02\x00\x01\x02", "bad");
	VIDEO("\x97\xff\xff", "bad");
	VIDEO("\x97\xff\xff\xff\x00", "bad");
	VIDEO("\x97\x02\x00\x01\x02\x0fhvc1x", "bad");
}

static void
too_many_parts(void)
{
	static const uint8_t head[] = {0x96, 0x11, 'a', 'v', 'c', '1'};
	uint8_t p[sizeof(head) + 4 * (EXTENDED_PARTS_MAX + 1)] = {0};
	struct extended_part part;
	struct extended x;
	int n = 0, rc;

	memcpy(p, head, sizeof(head));
	OK(extended_begin(&x, MEDIA_VIDEO, p, sizeof(p)) == 0);
	while ((rc = extended_next(&x, &part)) == 1)
		n++;
	OK(rc == -1 && errno == EBADMSG && n == EXTENDED_PARTS_MAX);
}

int
main(void)
{
	one_track();
	commands();
	malformed();
	several_tracks();
	modified();
	too_many_parts();
	return tap_done();
}
