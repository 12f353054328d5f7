#include "extended.h"

#include <errno.h>

/* UB[3] in the first byte of video. */
enum { FRAME_KEY = 1, FRAME_GENERATED_KEY = 4, FRAME_COMMAND = 5 };

enum { SOUND_EXTENDED = 9, VIDEO_EXTENDED = 0x80 };

/* AvMultitrackType and (Audio|Video)PacketModExType. */
enum { ONE_TRACK, MANY_TRACKS, MANY_TRACKS_MANY_CODECS };
enum { TIMESTAMP_OFFSET_NANO = 0, NANO_MAX = 999999 };

/* What the four bits of a packet type say, beyond enum extended_packet. */
enum { RESERVED = -1, MULTITRACK = -2, MOD_EX = -3 };

static const int packets[][8] = {
    [MEDIA_VIDEO] = {EXTENDED_SEQUENCE_START, EXTENDED_CODED_FRAMES,
	EXTENDED_SEQUENCE_END, EXTENDED_CODED_FRAMES_X, EXTENDED_METADATA,
	EXTENDED_TS_SEQUENCE_START, MULTITRACK, MOD_EX},
    [MEDIA_AUDIO] = {EXTENDED_SEQUENCE_START, EXTENDED_CODED_FRAMES,
	EXTENDED_SEQUENCE_END, RESERVED, EXTENDED_CHANNELS, MULTITRACK,
	RESERVED, MOD_EX},
};

static int
packet_of(enum media_kind kind, unsigned bits)
{
	return bits < 8 ? packets[kind][bits] : RESERVED;
}

static int
malformed(struct extended *x)
{
	x->more = false;
	errno = EBADMSG;
	return -1;
}

/* The next N bytes, or NULL when they are not there. */
static const uint8_t *
take(struct extended *x, size_t n)
{
	const uint8_t *p = x->p;

	if (n > (size_t)(x->end - x->p))
		return NULL;
	x->p += n;
	return p;
}

static uint32_t
get_u24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static int
take_fourcc(struct extended *x)
{
	const uint8_t *p = take(x, 4);

	if (p == NULL)
		return malformed(x);
	x->fourcc = (uint32_t)p[0] << 24 | get_u24(p + 1);
	return 0;
}

/*
 * One ModEx: its size less 1 in a byte, or behind that in two, the data, and
 * in a byte what it means and the packet type that follows.  The latter, or
 * RESERVED when it is cut short.
 */
static int
take_mod_ex(struct extended *x, enum media_kind kind)
{
	const uint8_t *p = take(x, 1), *data;
	size_t n;

	if (p == NULL)
		return RESERVED;
	n = (size_t)p[0] + 1;
	if (n == 256) {
		if ((p = take(x, 2)) == NULL)
			return RESERVED;
		n = ((size_t)p[0] << 8 | p[1]) + 1;
	}
	if ((data = take(x, n)) == NULL || (p = take(x, 1)) == NULL)
		return RESERVED;
	/* What is not known may be passed over. */
	if (p[0] >> 4 == TIMESTAMP_OFFSET_NANO && n >= 3) {
		uint32_t ns = get_u24(data);

		x->offset_ns = ns < NANO_MAX ? ns : NANO_MAX;
	}
	return packet_of(kind, p[0] & 0x0f);
}

/* How the tracks follow each other; the packet type, or RESERVED. */
static int
take_multitrack(struct extended *x, enum media_kind kind)
{
	const uint8_t *p = take(x, 1);

	if (p == NULL || p[0] >> 4 > MANY_TRACKS_MANY_CODECS)
		return RESERVED;
	x->multitrack = true;
	x->sized = p[0] >> 4 != ONE_TRACK;
	x->each_fourcc = p[0] >> 4 == MANY_TRACKS_MANY_CODECS;
	return packet_of(kind, p[0] & 0x0f);
}

bool
extended_is(enum media_kind kind, const uint8_t *p, size_t len)
{
	if (len == 0)
		return false;
	return kind == MEDIA_VIDEO ? (p[0] & VIDEO_EXTENDED) != 0
				   : p[0] >> 4 == SOUND_EXTENDED;
}

int
extended_begin(
    struct extended *x, enum media_kind kind, const uint8_t *p, size_t len)
{
	unsigned frame = kind == MEDIA_VIDEO ? p[0] >> 4 & 7 : FRAME_KEY;
	int packet = packet_of(kind, p[0] & 0x0f);

	*x = (struct extended){
	    .key = frame == FRAME_KEY || frame == FRAME_GENERATED_KEY,
	    .p = p + 1,
	    .end = p + len};
	while (packet == MOD_EX)
		packet = take_mod_ex(x, kind);
	/* Of seeking in files: it has no parts. */
	if (frame == FRAME_COMMAND && packet != EXTENDED_METADATA)
		return 0;
	if (packet == MULTITRACK)
		packet = take_multitrack(x, kind);
	if (packet < 0)
		return malformed(x);
	x->packet = (enum extended_packet)packet;
	/* At least one part follows, which may be of no bytes. */
	if (!x->each_fourcc && take_fourcc(x) == -1)
		return -1;
	x->more = true;
	return 0;
}

int
extended_next(struct extended *x, struct extended_part *part)
{
	const uint8_t *p;
	size_t n;

	if (!x->more)
		return 0;
	if (x->parts++ == EXTENDED_PARTS_MAX ||
	    (x->each_fourcc && take_fourcc(x) == -1))
		return malformed(x);
	*part = (struct extended_part){.fourcc = x->fourcc};
	if (x->multitrack) {
		if ((p = take(x, 1)) == NULL)
			return malformed(x);
		part->track = p[0];
	}
	n = (size_t)(x->end - x->p);
	if (x->sized) {
		if ((p = take(x, 3)) == NULL)
			return malformed(x);
		n = get_u24(p);
	}
	part->len = n;
	if ((part->p = take(x, n)) == NULL)
		return malformed(x);
	x->more = x->p < x->end;
	return 1;
}
