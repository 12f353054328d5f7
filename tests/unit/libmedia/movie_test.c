#include "cmaf.h"
#include "movie.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const uint8_t avc[] = {1, 0x42, 0xe0, 0x1e, 0xff, 1, 0, 0x14, 0x27, 0x42,
    0xe0, 0x1e, 0xa9, 0x18, 0x16, 0x87, 0xb6, 0, 0xd4, 0x18, 4, 0x1a, 0xdb, 0xa,
    0xd7, 0xbd, 0xf0, 0x10, 1, 0, 4, 0x28, 0xde, 9, 0xc8};
static const uint8_t aac44[] = {0x12, 0x10}, aac48[] = {0x11, 0x90};

enum { VIDEO_HZ = 90000, FPS = 30, AAC_HZ = 44100, AAC_FRAME = 1024 };

static uint64_t
get(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | *p++;
	return v;
}

/* The body of the N-th box of TYPE in the movie's head, from 0, or NULL. */
static const uint8_t *
box(const struct movie *m, const char *type, unsigned n)
{
	struct str h = movie_head(m);
	const uint8_t *p = (const uint8_t *)h.p, *end = p + h.len;

	for (;; p += 4) {
		p = memmem(p, (size_t)(end - p), type, 4);
		if (p == NULL || n-- == 0)
			return p != NULL ? p + 4 : NULL;
	}
}

static void
init(struct movie *m, size_t track, enum media_codec codec, const uint8_t *p,
    size_t len, uint32_t hz)
{
	const struct media_track t = {
	    .kind = codec == MEDIA_H264 ? MEDIA_VIDEO : MEDIA_AUDIO,
	    .codec = codec,
	    .channels = 2,
	    .config = p,
	    .config_len = len};
	struct buf b;

	buf_init(&b, 4096);
	OK(cmaf_init(&t, hz, &b) == 0);
	OK(movie_init(m, track, b.p, b.len) == 0);
	buf_fini(&b);
}

/*
 * A file with N samples from DTS on, FRAGMENTS of them, of which each
 * KEY_EVERY-th is a keyframe; sample I has I + 1 octets of value I.
 */
static int
segment(uint64_t dts, uint32_t frame, uint32_t n, uint32_t fragments,
    uint32_t key_every)
{
	int fd = memfd_create("segment", 0);
	struct cmaf_sample s[64];
	struct buf b;

	buf_init(&b, 1 << 20);
	for (uint32_t i = 0, k; i < n; i += k) {
		struct cmaf_fragment f = {
		    .sequence = i + 1, .dts = dts + i * frame, .sample = s};

		k = n / fragments;
		for (uint32_t j = 0; j < k; j++)
			s[j] = (struct cmaf_sample){.bytes = i + j + 1,
			    .duration = frame,
			    .offset = (int32_t)frame,
			    .key = (i + j) % key_every == 0};
		f.samples = k;
		(void)cmaf_head(&f, &b);
		for (uint32_t j = 0; j < k; j++)
			for (uint32_t o = 0; o <= i + j; o++)
				(void)buf_put(
				    &b, &(uint8_t){(uint8_t)(i + j)}, 1);
	}
	if (write(fd, b.p, b.len) != (ssize_t)b.len)
		abort();
	buf_fini(&b);
	return fd;
}

static int
add(struct movie *m, size_t track, uint64_t file, int fd, uint64_t start_us,
    bool discontinuity)
{
	const struct movie_segment s = {.track = track,
	    .file = file,
	    .fd = fd,
	    .start_us = start_us,
	    .discontinuity = discontinuity};

	return movie_add(m, &s);
}

/* All octets behind the head are those of samples, from value FIRST on. */
static bool
reads(const struct movie *m, const int *fd, uint64_t values, unsigned first)
{
	uint64_t at = movie_head(m).len, seen = 0;
	struct movie_piece p;
	unsigned value = first;

	while (at < movie_bytes(m)) {
		uint8_t byte[4096];

		movie_piece(m, at, &p);
		if (p.bytes > sizeof(byte) ||
		    pread(fd[p.file], byte, p.bytes, (off_t)p.offset) !=
			(ssize_t)p.bytes)
			return false;
		for (uint64_t i = 0; i < p.bytes; value = (value + 1) % 30) {
			if (byte[i] != value)
				return false;
			i += value + 1;
			seen++;
		}
		at += p.bytes;
	}
	return at == movie_bytes(m) && seen == values;
}

/* Three seconds of video, keyframes each half; from 1.7 s for one second. */
static void
cut(uint32_t fragments)
{
	struct movie *m = movie_open();
	const uint32_t frame = VIDEO_HZ / FPS;
	const uint8_t *p;
	int fd[3];

	init(m, 0, MEDIA_H264, avc, sizeof(avc), VIDEO_HZ);
	for (unsigned i = 0; i < 3; i++) {
		fd[i] =
		    segment(900000 + i * VIDEO_HZ, frame, FPS, fragments, 15);
		OK(add(m, 0, i, fd[i], 1000000 + i * 1000000, false) == 0);
	}
	OK(movie_finish(m, 1710000, 1000000) == 0);
	/* It is decoded from frame 45, of which 51 is the first seen. */
	OK(reads(m, fd, 36, 15));
	p = box(m, "elst", 0);
	OK(get(p, 4) == 1u << 24 && get(p + 4, 4) == 1);
	OK(get(p + 8, 8) == VIDEO_HZ);
	OK(get(p + 16, 8) == (51 - 45) * frame + frame);
	p = box(m, "stsz", 0);
	OK(get(p + 8, 4) == 36 && get(p + 12, 4) == 16);
	p = box(m, "stss", 0);
	OK(get(p + 4, 4) == 3 && get(p + 8, 4) == 1 && get(p + 12, 4) == 16);
	p = box(m, "co64", 0);
	OK(get(p + 8, 8) == movie_head(m).len);
	p = (const uint8_t *)movie_head(m).p + movie_head(m).len - 16;
	OK(get(p, 4) == 1 &&
	    get(p + 8, 8) == movie_bytes(m) - movie_head(m).len + 16);
	OK(movie_length_us(m) == 1000000);
	for (unsigned i = 0; i < 3; i++)
		(void)close(fd[i]);
	movie_close(m);
}

/*
 * Another process goes on, ten seconds later: its clock begins anew, its sound
 * is of another rate.  Both tracks go on where both ended.
 */
static void
join(void)
{
	struct movie *m = movie_open();
	const uint32_t frame = VIDEO_HZ / FPS;
	const uint8_t *p;
	int fd[4];

	init(m, 0, MEDIA_H264, avc, sizeof(avc), VIDEO_HZ);
	init(m, 1, MEDIA_AAC, aac44, sizeof(aac44), AAC_HZ);
	fd[0] = segment(900000, frame, FPS, 1, 30);
	fd[1] = segment(441000, AAC_FRAME, 43, 1, 1);
	fd[2] = segment(900000, frame, FPS, 5, 30);
	fd[3] = segment(480000, AAC_FRAME, 46, 1, 1);
	OK(add(m, 0, 0, fd[0], 1000000, false) == 0);
	OK(add(m, 1, 1, fd[1], 1000000, false) == 0);
	init(m, 0, MEDIA_H264, avc, sizeof(avc), VIDEO_HZ);
	init(m, 1, MEDIA_AAC, aac48, sizeof(aac48), 48000);
	OK(add(m, 0, 2, fd[2], 11000000, true) == 0);
	OK(add(m, 1, 3, fd[3], 11000000, true) == 0);
	OK(movie_finish(m, 0, 60000000) == 0);
	/* One sample description of the picture, two of the sound. */
	OK(get(box(m, "stsd", 0) + 4, 4) == 1);
	p = box(m, "stsd", 1);
	OK(get(p + 4, 4) == 2);
	/* Two chunks of sound, each with its own. */
	p = box(m, "stsc", 1);
	OK(get(p + 4, 4) == 2 && get(p + 16, 4) == 1 && get(p + 28, 4) == 2);
	/* All of both is there, and as long as the picture. */
	OK(get(box(m, "stsz", 0) + 8, 4) == 60);
	OK(get(box(m, "stsz", 1) + 8, 4) == 89);
	OK(movie_length_us(m) > 1990000 && movie_length_us(m) < 2040000);
	/* The last frame before the gap lasts until sound goes on. */
	p = box(m, "stts", 1);
	OK(get(p + 8, 4) == 42 && get(p + 12, 4) == AAC_FRAME &&
	    get(p + 16, 4) == 1 && get(p + 20, 4) > AAC_FRAME &&
	    get(p + 20, 4) < 2 * AAC_FRAME);
	for (unsigned i = 0; i < 4; i++)
		(void)close(fd[i]);
	movie_close(m);
}

/* The picture's size changes, and back: parameters are in the stream, too. */
static void
change(void)
{
	const uint32_t frame = VIDEO_HZ / FPS;
	uint8_t other[sizeof(avc)];
	struct movie *m = movie_open();
	struct movie_piece p;
	int fd[3];

	memcpy(other, avc, sizeof(avc));
	other[3] = 0x1f; /* another level */
	for (unsigned i = 0; i < 3; i++) {
		init(m, 0, MEDIA_H264, i == 1 ? other : avc, sizeof(avc),
		    VIDEO_HZ);
		fd[i] = segment(900000 + i * VIDEO_HZ, frame, FPS, 1, 30);
		OK(add(m, 0, i, fd[i], i * 1000000, i > 0) == 0);
	}
	OK(movie_finish(m, 0, 60000000) == 0);
	OK(get(box(m, "stsd", 0) + 4, 4) == 2);
	/* 30 samples of 1 to 30 octets; then two sets, of 20 and 4. */
	movie_piece(m, movie_head(m).len + 465, &p);
	OK(p.memory != NULL && p.bytes == 4 + 20 + 4 + 4 &&
	    get(p.memory, 4) == 20 && memcmp(p.memory + 4, avc + 8, 20) == 0);
	movie_piece(m, movie_head(m).len + 465 + 30, &p);
	OK(p.memory != NULL && p.bytes == 2);
	movie_piece(m, movie_head(m).len + 465 + 32 + 5, &p);
	OK(p.memory == NULL && p.file == 1 && p.bytes == 460);
	OK(get(box(m, "stsz", 0) + 12 + 30 * 4, 4) == 32 + 1);
	OK(movie_bytes(m) == movie_head(m).len + 3 * 465 + 2 * 32);
	for (unsigned i = 0; i < 3; i++)
		(void)close(fd[i]);
	movie_close(m);
}

static void
refuse(void)
{
	struct movie *m = movie_open();
	struct buf b;
	const struct media_track t = {.kind = MEDIA_AUDIO,
	    .codec = MEDIA_AAC,
	    .channels = 2,
	    .config = aac44,
	    .config_len = sizeof(aac44)};
	int fd;

	buf_init(&b, 4096);
	OK(cmaf_init(&t, AAC_HZ, &b) == 0);
	OK(movie_init(m, 0, b.p, 40) == -1 && errno == EBADMSG);
	init(m, 0, MEDIA_H264, avc, sizeof(avc), VIDEO_HZ);
	OK(movie_init(m, 0, b.p, b.len) == -1 && errno == ENOTSUP);
	buf_fini(&b);
	OK(movie_finish(m, 0, 1000000) == -1 && errno == ENODATA);
	fd = segment(900000, 3000, 30, 2, 30);
	OK(add(m, 0, 0, fd, 0, false) == 0);
	/* A file that ends in the middle of its samples. */
	OK(ftruncate(fd, 400) == 0);
	OK(add(m, 0, 0, fd, 0, false) == -1 && errno == EBADMSG);
	OK(ftruncate(fd, 0) == 0);
	OK(add(m, 0, 0, fd, 0, false) == -1 && errno == EBADMSG);
	/* Behind its end there is nothing. */
	OK(movie_finish(m, 5000000, 0) == -1 && errno == ENODATA);
	(void)close(fd);
	movie_close(m);
}

int
main(void)
{
	cut(1);
	cut(5);
	join();
	change();
	refuse();
	return tap_done();
}
