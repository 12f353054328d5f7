#include "mpegts.h"
#include "tap.h"
#include "ts.h"

#include <stdlib.h>

/*
 * What comes of streams that are built here, as text: P of the program, T of a
 * track, V or A of a packet with its times and its length, ! of what is
 * refused.
 */
enum { VIDEO = 33, AUDIO = 34, SECOND = 90000, FRAME = 3600, TEXT = 1 << 16 };

static const uint8_t types[] = {0x1b, 0x0f}, pids[] = {VIDEO, AUDIO};

/* A picture of 64x36, profile baseline: its SPS and PPS as x264 writes them. */
static const uint8_t sets[] = {0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x0a, 0xd9, 0x04,
    0x7f, 0x9f, 0x01, 0x10, 0, 0, 3, 0, 0x10, 0, 0, 3, 3, 0x20, 0xf1, 0x22,
    0x64, 0x80, 0, 0, 0, 1, 0x68, 0xcb, 0x83, 0xcb, 0x20};

static struct mpegts m;
static uint8_t unit[4096];

/* A picture: delimiter, sets with a key, and SLICES slices of N bytes. */
static size_t
picture(bool key, unsigned slices, size_t n)
{
	static const uint8_t aud[] = {0, 0, 0, 1, 9, 0xf0};
	size_t at = sizeof(aud);

	memcpy(unit, aud, sizeof(aud));
	if (key) {
		memcpy(unit + at, sets, sizeof(sets));
		at += sizeof(sets);
	}
	for (unsigned i = 0; i < slices; i++) {
		const uint8_t head[] = {
		    0, 0, 1, key ? 0x65 : 0x41, i == 0 ? 0x88 : 0x40};

		memcpy(unit + at, head, sizeof(head));
		memset(unit + at + sizeof(head), 0x55, n - 2);
		at += sizeof(head) + n - 2;
	}
	return at;
}

/* K frames of AAC, 48 kHz, stereo, of N bytes with their headers. */
static size_t
sound(unsigned k, size_t n)
{
	for (unsigned i = 0; i < k; i++) {
		const uint8_t head[7] = {0xff, 0xf1, 0x4c, 0x80,
		    (uint8_t)(n >> 3), (uint8_t)((n & 7) << 5 | 0x1f), 0xfc};

		memcpy(unit + i * n, head, sizeof(head));
		memset(unit + i * n + sizeof(head), 0x21, n - sizeof(head));
	}
	return k * n;
}

static void
begin(void)
{
	memset(&m, 0, sizeof(m));
	mpegts_tables(&m, 0, 2, types, pids);
}

static void
show(unsigned long at, bool key, bool bounded)
{
	size_t n = picture(key, 1, 300);

	mpegts_pes(&m, VIDEO, (int64_t)at, -1, bounded, unit, n, 184);
}

static struct ts_count count;

/* What comes of M, brought in pieces of PIECE bytes. */
static const char *
events(size_t piece)
{
	static char text[TEXT];
	struct ts_demux *d = ts_demux_open();
	struct ts_read e;
	enum ts_event event = TS_MORE;
	size_t at = 0, n = 0;

	text[0] = '\0';
	while (d != NULL && event != TS_FINISHED) {
		size_t k = m.len - at < piece ? m.len - at : piece;

		if (k > 0)
			ts_demux_put(d, m.bytes + at, k);
		else
			ts_demux_end(d);
		at += k;
		while ((event = ts_demux_next(d, &e)) != TS_MORE &&
		       event != TS_FINISHED && n < TEXT - 100) {
			const struct ts_packet *p = &e.packet;
			int len = 0;

			if (event == TS_PROGRAM)
				len = snprintf(text + n, TEXT - n, "P%u+%u ",
				    e.video, e.audio);
			if (event == TS_TRACK)
				len = snprintf(text + n, TEXT - n, "T%u:%ux%u ",
				    e.number,
				    e.track->width + e.track->sample_rate_hz,
				    e.track->height + e.track->channels);
			if (event == TS_PACKET)
				len = snprintf(text + n, TEXT - n,
				    "%c%lld%s%s%s=%zu ",
				    p->track == 0 ? 'V' : 'A',
				    (long long)p->dts,
				    p->key && p->track == 0 ? "k" : "",
				    p->jumped ? "j" : "", p->gap ? "g" : "",
				    p->len);
			if (event == TS_REFUSED)
				len =
				    snprintf(text + n, TEXT - n, "!%u ", e.pid);
			n += len > 0 ? (size_t)len : 0;
		}
	}
	count = *ts_demux_count(d);
	ts_demux_close(d);
	if (n > 0)
		text[n - 1] = '\0';
	return text;
}

static bool
gives(const char *want)
{
	static const size_t pieces[] = {1316, MPEGTS_MAX, 188, 77, 1};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		const char *got = events(pieces[i]);

		if (strcmp(got, want) != 0) {
			printf("# want %s\n# got  %s\n", want, got);
			return false;
		}
	}
	return true;
}

/* Where packet I of what was made begins. */
static uint8_t *
at(size_t i)
{
	return m.bytes + i * MPEGTS_PACKET;
}

/* Packet I is not there. */
static void
cut(size_t i)
{
	memmove(at(i), at(i + 1), m.len - (i + 1) * MPEGTS_PACKET);
	m.len -= MPEGTS_PACKET;
}

static void
plain(void)
{
	begin();
	show(SECOND, true, false);
	mpegts_pes(&m, AUDIO, SECOND, -1, true, unit, sound(3, 100), 184);
	show(SECOND + FRAME, false, false);
	show(SECOND + 2 * FRAME, false, true);
	OK(gives("P1+1 T1:48000x2 A90000=93 A91920=93 A93840=93 T0:64x36 "
		 "V90000k=341 V93600=304 V97200=304"));
	OK(count.lost + count.corrupt + count.dropped == 0);
}

/* Access units however PES packets cut them. */
static void
cuts(void)
{
	size_t n, half;

	/* Two of them in one, of several slices each. */
	begin();
	n = picture(true, 3, 100);
	memmove(unit + 2000, unit, n);
	half = picture(false, 2, 100);
	memmove(unit + 2000 + n, unit, half);
	mpegts_pes(&m, VIDEO, SECOND, -1, false, unit + 2000, n + half, 184);
	show(SECOND + 2 * FRAME, false, false);
	OK(gives("P1+1 T0:64x36 V90000k=349 V93600=208 V97200=304"));

	/* One in several, of which the first alone says when. */
	begin();
	n = picture(true, 1, 1000);
	mpegts_pes(&m, VIDEO, SECOND, -1, false, unit, 500, 184);
	mpegts_pes(&m, VIDEO, -1, -1, false, unit + 500, n - 500, 50);
	show(SECOND + FRAME, false, false);
	OK(gives("P1+1 T0:64x36 V90000k=1041 V93600=304"));

	/* Heads of PES packets, start codes and all else cut anywhere. */
	for (size_t piece = 1; piece < 12; piece += 5) {
		begin();
		n = picture(true, 2, 200);
		mpegts_pes(&m, VIDEO, 2 * SECOND, 2 * SECOND - FRAME, false,
		    unit, n, piece);
		n = picture(false, 2, 200);
		mpegts_pes(&m, VIDEO, 2 * SECOND + FRAME, 2 * SECOND, false,
		    unit, n, piece);
		OK(gives("P1+1 T0:64x36 V176400k=445 V180000=408"));
	}

	/* Frames of sound over the ends of PES packets. */
	begin();
	n = sound(6, 100);
	mpegts_pes(&m, AUDIO, SECOND, -1, true, unit, 250, 184);
	mpegts_pes(&m, AUDIO, SECOND + 5763, -1, true, unit + 250, n - 250, 33);
	OK(gives("P1+1 T1:48000x2 A90000=93 A91920=93 A93840=93 A95763=93 "
		 "A97683=93 A99603=93"));
}

static void
damage(void)
{
	/* Tables are two packets, a picture is two: lose one of the second. */
	begin();
	show(SECOND, true, false);
	show(SECOND + FRAME, false, false);
	show(SECOND + 2 * FRAME, false, false);
	show(SECOND + 3 * FRAME, true, false);
	show(SECOND + 4 * FRAME, false, false);
	cut(5);
	OK(gives("P1+1 T0:64x36 V90000k=341 V100800kg=304 V104400=304"));
	OK(count.lost == 1 && count.dropped == 2);

	/* A packet twice is there once. */
	begin();
	show(SECOND, true, false);
	memcpy(at(m.len / MPEGTS_PACKET), at(m.len / MPEGTS_PACKET - 1),
	    MPEGTS_PACKET);
	m.len += MPEGTS_PACKET;
	show(SECOND + FRAME, false, false);
	OK(gives("P1+1 T0:64x36 V90000k=341 V93600=304"));
	OK(count.doubled == 1 && count.lost == 0);

	/* One that says that it is. */
	begin();
	show(SECOND, true, false);
	show(SECOND + FRAME, false, false);
	show(SECOND + 2 * FRAME, true, false);
	at(4)[1] |= 0x80;
	OK(gives("P1+1 T0:64x36 V97200kg=341"));
	OK(count.corrupt == 1);

	/* Of sound only what is missing is. */
	begin();
	for (int i = 0; i < 3; i++)
		mpegts_pes(&m, AUDIO, SECOND + i * 5760, -1, true, unit,
		    sound(3, 100), 184);
	cut(5);
	OK(gives("P1+1 T1:48000x2 A90000=93 A91920=93 A93840=93 A95760=93 "
		 "A101520g=93 A103440=93 A105360=93"));

	/* Bytes that are of no packet. */
	begin();
	show(SECOND, true, false);
	show(SECOND + FRAME, true, false);
	show(SECOND + 2 * FRAME, true, false);
	show(SECOND + 3 * FRAME, true, false);
	show(SECOND + 4 * FRAME, true, false);
	memmove(at(6) + 10, at(6), m.len - 6 * MPEGTS_PACKET);
	memset(at(6), 0xaa, 10);
	m.len += 10;
	OK(gives("P1+1 T0:64x36 V90000k=341 V93600k=304 V97200k=304 "
		 "V100800k=304 V104400k=304"));
	OK(count.skipped == 10);

	/* A check that is wrong: until it comes again nothing is known. */
	begin();
	at(1)[MPEGTS_PACKET - 1] ^= 1;
	show(SECOND, true, false);
	mpegts_tables(&m, 0, 2, types, pids);
	show(SECOND + FRAME, true, false);
	OK(gives("P1+1 T0:64x36 V93600k=341"));
	OK(count.corrupt == 1);

	begin();
	show(SECOND, true, false);
	show(SECOND + FRAME, true, false);
	show(SECOND + 2 * FRAME, true, false);
	at(2)[3] |= 0x80;
	at(4)[3] |= 0x80;
	OK(gives("P1+1 !33 P1+1 T0:64x36 V97200kg=341"));
	OK(count.scrambled == 2);
}

static void
times(void)
{
	static const int64_t turn = INT64_C(1) << 33;

	/* Over the wrap, and then back by an hour. */
	begin();
	for (int i = -2; i < 3; i++)
		show((unsigned long)((turn + i * FRAME) & (turn - 1)), i == -2,
		    false);
	OK(gives("P1+1 T0:64x36 V8589927392k=341 V8589930992=304 "
		 "V8589934592=304 V8589938192=304 V8589941792=304"));
	begin();
	show(3600UL * SECOND, true, false);
	show(SECOND, false, false);
	OK(gives("P1+1 T0:64x36 V324000000k=341 V90000j=304"));
	OK(count.jumps == 1);

	begin();
	show(2 * SECOND, true, false);
	show(2 * SECOND, false, false);
	show(2 * SECOND - 5, false, false);
	show(2 * SECOND + 2 * FRAME, false, false);
	mpegts_pes(&m, VIDEO, -1, -1, false, unit, picture(false, 1, 300), 184);
	OK(gives("P1+1 T0:64x36 V180000k=341 V180001=304 V180002=304 "
		 "V187200=304 V194405=304"));
}

static void
program(void)
{
	static const uint8_t more[] = {0x1b, 0x0f, 0x02, 0x0f},
			     other[] = {VIDEO, AUDIO, 35, 36},
			     less[] = {0x0f, 0x06}, left[] = {AUDIO, VIDEO};

	/* A stream joins, one is not taken; then one leaves. */
	begin();
	show(SECOND, true, false);
	mpegts_tables(&m, 1, 4, more, other);
	show(SECOND + FRAME, false, false);
	mpegts_pes(&m, 36, SECOND + FRAME, -1, true, unit, sound(1, 100), 184);
	show(SECOND + 2 * FRAME, false, true);
	mpegts_tables(&m, 2, 2, less, left);
	mpegts_pes(
	    &m, AUDIO, SECOND + FRAME, -1, true, unit, sound(1, 100), 184);
	OK(gives("P1+1 P1+2 !35 T0:64x36 V90000k=341 T2:48000x2 A93600=93 "
		 "V93600=304 V97200=304 P0+1 !33 T1:48000x2 A93600=93"));

	/* Nothing but tables, nothing at all, no key ever. */
	begin();
	OK(gives("P1+1"));
	m.len = 0;
	OK(gives(""));
	begin();
	show(SECOND, false, true);
	show(SECOND + FRAME, false, true);
	OK(gives("P1+1"));
	OK(count.dropped == 2);
}

/* A field in a PES packet of its own, whose slice begins with A and B. */
static void
field(int64_t pts, uint8_t type, uint8_t a, uint8_t b)
{
	/* 64x64, of frames or fields; frame_num has 4 bits. */
	static const uint8_t both[] = {0, 0, 0, 1, 0x67, 0x4d, 0, 0x1e, 0xda,
	    0x11, 0x12, 0, 0, 0, 1, 0x68, 0xce, 0x38, 0x80};
	static const uint8_t aud[] = {0, 0, 0, 1, 9, 0xf0};
	const uint8_t head[] = {0, 0, 1, type, a, b, 0x55, 0x55};
	size_t n = sizeof(aud);

	memcpy(unit, aud, n);
	if (type == 0x65) {
		memcpy(unit + n, both, sizeof(both));
		n += sizeof(both);
	}
	memcpy(unit + n, head, sizeof(head));
	mpegts_pes(&m, VIDEO, pts, -1, true, unit, n + sizeof(head), 184);
}

/* Two fields are a frame; one whose other is missing stays alone. */
static void
fields(void)
{
	begin();
	field(SECOND, 0x65, 0x88, 0x84);
	field(SECOND + FRAME / 2, 0x41, 0x9a, 0x18);
	field(SECOND + FRAME, 0x41, 0x9a, 0x30);
	field(SECOND + 3 * FRAME / 2, 0x41, 0x9a, 0x38);
	field(SECOND + 2 * FRAME, 0x41, 0x9a, 0x50);
	field(SECOND + 3 * FRAME, 0x41, 0x9a, 0x70);
	field(SECOND + 7 * FRAME / 2, 0x41, 0x9a, 0x78);
	OK(gives("P1+1 T0:64x64 V90000k=37 V93600=18 V97200=9 V100800=18"));
}

/* A key that is no IDR picture: what is shown before it is not decodable. */
static void
open_gop(void)
{
	static const uint8_t recovery[] = {0, 0, 1, 6, 6, 1, 0xc0, 0x80};
	size_t n;

	begin();
	n = picture(true, 1, 100);
	/* The same picture, as no IDR, behind a recovery point. */
	memmove(unit + 43 + sizeof(recovery), unit + 43, n - 43);
	memcpy(unit + 43, recovery, sizeof(recovery));
	n += sizeof(recovery);
	unit[43 + sizeof(recovery) + 3] = 0x41;
	mpegts_pes(&m, VIDEO, SECOND + 2 * FRAME, SECOND, false, unit, n, 184);
	n = picture(false, 1, 100);
	mpegts_pes(
	    &m, VIDEO, SECOND + FRAME, SECOND + FRAME, false, unit, n, 184);
	mpegts_pes(&m, VIDEO, SECOND + 4 * FRAME, SECOND + 2 * FRAME, false,
	    unit, n, 184);
	mpegts_pes(&m, VIDEO, SECOND + 3 * FRAME, SECOND + 3 * FRAME, false,
	    unit, n, 184);
	OK(gives("P1+1 T0:64x36 V90000k=150 V97200g=104 V100800=104"));
	OK(count.dropped == 1);
}

/* PES packets that say their lengths, and end within access units. */
static void
spread(void)
{
	size_t n = picture(true, 1, 1000);

	begin();
	for (int i = 0; i < 3; i++) {
		mpegts_pes(
		    &m, VIDEO, SECOND + i * FRAME, -1, true, unit, 600, 184);
		mpegts_pes(&m, VIDEO, -1, -1, true, unit + 600, n - 600, 184);
	}
	/* The first cannot be known to be cut; from there on it is. */
	OK(gives("P1+1 T0:64x36 V90000k=595 V93600kg=1004 V97200k=1004"));

	/* What the length says is not there. */
	begin();
	show(SECOND, true, true);
	show(SECOND + FRAME, false, true);
	show(SECOND + 2 * FRAME, false, true);
	show(SECOND + 3 * FRAME, true, true);
	m.len -= 2 * MPEGTS_PACKET;
	OK(gives("P1+1 T0:64x36 V90000k=341 V93600=304 V97200=304"));
}

/* A muxer with a habit: its pictures need not wait for the next one. */
static void
habit(void)
{
	const char *text, *last;

	begin();
	for (unsigned i = 0; i < 60; i++)
		show(SECOND + i * FRAME, i == 0, false);
	mpegts_pes(&m, AUDIO, SECOND, -1, true, unit, sound(1, 100), 184);
	text = events(1316);
	OK((last = strstr(text, "V302400=304")) != NULL &&
	    strcmp(last, "V302400=304 T1:48000x2 A90000=93") == 0);
}

/* PTS before DTS, and what is longer than any picture. */
static void
odd(void)
{
	static uint8_t large[MPEGTS_MAX / 4];

	begin();
	mpegts_pes(&m, VIDEO, 2 * SECOND, 2 * SECOND + FRAME, false, unit,
	    picture(true, 1, 100), 184);
	mpegts_pes(&m, VIDEO, 2 * SECOND + FRAME, 2 * SECOND + 2 * FRAME, false,
	    unit, picture(false, 1, 100), 184);
	OK(gives("P1+1 T0:64x36 V183600k=141 V187200=104"));

	/* Sound that cannot be taken, which only its frames tell. */
	begin();
	(void)sound(1, 100);
	unit[3] &= 0x3f;
	mpegts_pes(&m, AUDIO, SECOND, -1, true, unit, 100, 184);
	show(SECOND, true, true);
	OK(gives("P1+1 !34 P1+0 T0:64x36 V90000k=341"));

	begin();
	memcpy(large, unit, picture(true, 1, 100));
	memset(large + 200, 0x55, sizeof(large) - 200);
	for (int i = 0; i < 3; i++)
		mpegts_pes(
		    &m, VIDEO, SECOND, -1, false, large, sizeof(large), 184);
	OK(strncmp(events(1316), "P1+1 T0:64x36 V90000k=262", 25) == 0);
}

int
main(void)
{
	plain();
	fields();
	open_gop();
	spread();
	habit();
	odd();
	cuts();
	damage();
	times();
	program();
	return tap_done();
}
