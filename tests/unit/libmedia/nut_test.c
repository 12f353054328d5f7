#include "nut.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

static const uint8_t record[] = {1, 0x42, 0xe0, 0x1e, 0xff, 1, 0, 0x14, 0x27,
    0x42, 0xe0, 0x1e, 0xa9, 0x18, 0x16, 0x87, 0xb6, 0, 0xd4, 0x18, 4, 0x1a,
    0xdb, 0xa, 0xd7, 0xbd, 0xf0, 0x10, 1, 0, 4, 0x28, 0xde, 9, 0xc8};
static const uint8_t asc[] = {0x12, 0x10};

static const struct media_track tracks[2] = {{.kind = MEDIA_VIDEO,
						 .codec = MEDIA_H264,
						 .time_num = 1,
						 .time_den = 1000,
						 .delay = 2,
						 .width = 720,
						 .height = 480,
						 .frame_rate_mhz = 29970,
						 .config = record,
						 .config_len = sizeof(record)},
    {.kind = MEDIA_AUDIO,
	.codec = MEDIA_AAC,
	.time_num = 1,
	.time_den = 44100,
	.sample_rate_hz = 44100,
	.channels = 2,
	.config = asc,
	.config_len = sizeof(asc)}};

enum { PACKETS = 400, MAX_FILE = 64 << 20 };

static uint8_t payload[200000];

static struct nut_packet
packet(unsigned i)
{
	struct nut_packet p = {.track = i % 2, .data = payload};

	p.pts = i / 2 * (p.track == 0 ? 33 : 1024);
	p.dts = p.pts;
	p.key = p.track == 1 || i % 60 == 0;
	/* Short, empty, and longer than max_distance. */
	p.len = i % 60 == 0 ? sizeof(payload) : i * 7 % 5000;
	return p;
}

static void
put_file(struct buf *b)
{
	struct nut_writer *w = nut_writer_open(tracks, 2);
	bool good = nut_writer_header(w, b) == 0;

	for (unsigned i = 0; i < PACKETS; i++) {
		struct nut_packet p = packet(i);

		good = good && nut_writer_put(w, &p, b) == 0;
	}
	OK(good);
	nut_writer_close(w);
}

struct count {
	unsigned headers, packets, wrong;
	bool bad;
	uint64_t skipped;
	char why[128];
};

static bool
same(const struct nut_packet *a, const struct nut_packet *b)
{
	return a->track == b->track && a->pts == b->pts && a->key == b->key &&
	       a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Read the N bytes at P, STEP at a time. */
static struct count
read_all(const uint8_t *p, size_t n, size_t step)
{
	struct nut_reader *r = nut_reader_open();
	struct count c = {0};
	unsigned i = 0;

	for (;;) {
		struct nut_read e;
		struct nut_packet want;
		size_t room;
		uint8_t *space;

		switch (nut_reader_next(r, &e)) {
		case NUT_MORE:
			space = nut_reader_space(r, &room);
			room = room < step ? room : step;
			room = room < n ? room : n;
			if (room > 0)
				memcpy(space, p, room);
			p += room;
			n -= room;
			if (room == 0)
				nut_reader_end(r);
			nut_reader_filled(r, room);
			continue;
		case NUT_HEADER:
			c.headers++;
			c.wrong +=
			    e.tracks != 2 || e.track[0].codec != MEDIA_H264 ||
			    e.track[1].codec != MEDIA_AAC ||
			    e.track[0].delay != 2 || e.track[0].width != 720 ||
			    e.track[0].frame_rate_mhz != 29970 ||
			    e.track[1].sample_rate_hz != 44100 ||
			    e.track[0].config_len != sizeof(record) ||
			    memcmp(e.track[0].config, record, sizeof(record)) !=
				0;
			i = 0;
			continue;
		case NUT_PACKET:
			want = packet(i++);
			c.packets++;
			c.wrong += !same(&e.packet, &want);
			continue;
		case NUT_BAD:
			c.bad = true;
			(void)snprintf(c.why, sizeof(c.why), "%s", e.why);
			break;
		case NUT_FINISHED:
			break;
		}
		c.skipped = nut_reader_skipped(r);
		nut_reader_close(r);
		return c;
	}
}

static void
test_round_trip(void)
{
	static const size_t steps[] = {1 << 20, 4096, 1000, 17};
	struct buf b;
	size_t one;

	buf_init(&b, MAX_FILE);
	put_file(&b);
	one = b.len;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct count c = read_all(b.p, b.len, steps[i]);

		OK(c.headers == 1 && c.packets == PACKETS && c.wrong == 0);
		OK(c.skipped == 0 && !c.bad);
	}
	/* Another file right behind it. */
	put_file(&b);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct count c = read_all(b.p, b.len, steps[i]);

		OK(c.headers == 2 && c.packets == 2 * PACKETS);
		OK(c.wrong == 0 && c.skipped == 0);
	}
	/* The first cut short, in the middle of a frame: the second whole. */
	memmove(b.p + one - 30, b.p + one, b.len - one);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct count c = read_all(b.p, b.len - 30, steps[i]);

		OK(c.headers == 2 && c.packets >= 2 * PACKETS - 3);
		OK(c.wrong == 0 && c.skipped > 0);
	}
	buf_fini(&b);
}

static void
test_damage(void)
{
	struct buf b;
	struct count c;

	buf_init(&b, MAX_FILE);
	put_file(&b);
	/* Any beginning of it is read as far as it goes. */
	for (size_t n = 0; n < 600; n++) {
		uint8_t *p = malloc(n + 1);

		memcpy(p, b.p, n);
		c = read_all(p, n, 64);
		if (c.wrong > 0 || c.packets > 0)
			OK(!"a stump gave a packet that is not there");
		free(p);
	}
	/* Noise in the middle: what stands before and after comes. */
	for (size_t i = b.len / 2; i < b.len / 2 + 3000; i++)
		b.p[i] = (uint8_t)(i * 31 + i / 256);
	c = read_all(b.p, b.len, 4096);
	OK(!c.bad && c.headers == 1 && c.packets > PACKETS / 2);
	/* Noise only. */
	for (size_t i = 0; i < b.len; i++)
		b.p[i] = (uint8_t)(i * 2654435761U >> 13);
	c = read_all(b.p, b.len, 4096);
	OK(c.bad && c.packets == 0 && strstr(c.why, "no NUT") != NULL);
	OK(!read_all(NULL, 0, 1).bad);
	buf_fini(&b);
}

/* A main header that promises 10,000 tracks, its checksum right. */
static void
test_many_tracks(void)
{
	static const uint8_t file[] = "nut/multimedia container\0"
				      "NMzV\x1f\x5f\x04\xad\x0a\x03\xce\x10"
				      "\x00\x00\x00"
				      "\x22\x35\x74\x56";
	struct count c = read_all(file, sizeof(file) - 1, 64);

	OK(c.bad && strstr(c.why, "10000 tracks") != NULL);
}

static void
test_refusals(void)
{
	struct media_track many[MEDIA_MAX_TRACKS + 1];
	struct nut_packet p = packet(0);
	struct nut_writer *w;
	struct buf b;

	for (size_t i = 0; i <= MEDIA_MAX_TRACKS; i++)
		many[i] = tracks[i % 2];
	OK(nut_writer_open(many, MEDIA_MAX_TRACKS + 1) == NULL);
	OK(errno == EINVAL && nut_writer_open(many, 0) == NULL);
	many[0].time_den = 0;
	OK(nut_writer_open(many, 1) == NULL && errno == EINVAL);

	w = nut_writer_open(tracks, 2);
	buf_init(&b, 4096);
	OK(nut_writer_header(w, &b) == 0);
	p.len = 5000;
	OK(nut_writer_put(w, &p, &b) == -1 && errno == EMSGSIZE);
	p.len = 100;
	OK(nut_writer_put(w, &p, &b) == 0);
	p.pts = -1;
	OK(nut_writer_put(w, &p, &b) == -1 && errno == EINVAL);
	p.pts = 0;
	p.track = 2;
	OK(nut_writer_put(w, &p, &b) == -1 && errno == EINVAL);
	buf_fini(&b);
	nut_writer_close(w);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)(i * 7 + i / 256);
	test_round_trip();
	test_damage();
	test_many_tracks();
	test_refusals();
	return tap_done();
}
