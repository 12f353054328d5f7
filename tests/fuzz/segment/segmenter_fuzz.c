/*
 * Any sequence of packets, however their times run and their parameters
 * change, comes out as segments that keep the promises of docs: numbers
 * without holes (but a rendition leaves out what it was not there for),
 * lengths below what was promised, runs told first, times that go on; also
 * when it was killed in between, and gets all of it again.
 */
#include "mp.h"
#include "segmenter.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { STEP = 6, MAX_STEPS = 600, TRACKS = 3, MAX_UNIT = 64, MAX_TOLD = 8192 };

static const uint8_t small[] = {1, 0x42, 0xe0, 0x1e, 0xff, 1, 0, 0x14, 0x27,
    0x42, 0xe0, 0x1e, 0xa9, 0x18, 0x16, 0x87, 0xb6, 0, 0xd4, 0x18, 4, 0x1a,
    0xdb, 0xa, 0xd7, 0xbd, 0xf0, 0x10, 1, 0, 4, 0x28, 0xde, 9, 0xc8};
static const uint8_t large[] = {0x1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, 0x19, 0x67,
    0x64, 0, 0x1f, 0xac, 0xd9, 0x40, 0x50, 5, 0xbf, 0xac, 4, 0x40, 0, 0, 0xfa,
    0x40, 0, 0x3a, 0x98, 3, 0xc6, 0xc, 0x65, 0x80, 1, 0, 6, 0x68, 0xeb, 0xe3,
    0xcb, 0x22, 0xc0, 0xfd, 0xf8, 0xf8, 0};
static const uint8_t asc[2][2] = {{0x12, 0x10}, {0x11, 0x90}};

static void
must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

/* What was told of a track so far. */
struct told {
	bool picture;
	uint64_t msn, run, end_us;
	uint64_t hz, decoded_us;
	bool ended, fresh; /* fresh: no segment of this run yet */
};

static struct told *
told_of(struct told *all, struct str name)
{
	static const char *const names[TRACKS] = {"video", "audio", "video2"};

	for (size_t i = 0; i < TRACKS; i++)
		if (str_eqz(name, names[i])) {
			all[i].picture = i != 1;
			return &all[i];
		}
	must(false, "a track nobody knows");
	return NULL;
}

/* The SIZE bytes that stand OFFSET behind the name of BOX in file NAME. */
static uint64_t
field(const char *name, const char *box, size_t offset, size_t size)
{
	static uint8_t bytes[1 << 16];
	FILE *f = fopen(name, "r");
	uint64_t v = 0;
	size_t n;
	const uint8_t *p;

	must(f != NULL, "the file is there");
	n = fread(bytes, 1, sizeof(bytes), f);
	(void)fclose(f);
	p = memmem(bytes, n, box, 4);
	must(p != NULL, "the box is there");
	for (size_t i = 0; i < size; i++)
		v = v << 8 | p[4 + offset + i];
	return v;
}

/* Decoding times in the files go on, but for discontinuities. */
static void
check_file(const struct SegmentReady *e, struct told *t)
{
	char name[256];
	uint64_t begin;

	(void)snprintf(name, sizeof(name), "%s/media/b/%.*s/init-%lu.mp4",
	    getenv("WEIR_STATE"), STRF(e->track), e->run);
	t->hz = field(name, "mdhd", 12, 4);
	(void)snprintf(name, sizeof(name), "%s/media/b/%.*s/%lu.m4s",
	    getenv("WEIR_STATE"), STRF(e->track), e->msn);
	begin = field(name, "tfdt", 4, 8) * 1000000 / t->hz;
	must(begin + 30 >= t->decoded_us, "decoding times go on");
	t->decoded_us = begin + e->duration_us;
}

static void
check(const struct event *e, struct told *all, uint64_t *promise_us)
{
	struct TrackStarted started;
	struct SegmentReady ready;
	struct TrackEnded ended;
	struct told *t;
	char why[128];

	must(event_validate(e, why, sizeof(why)) == 0, "schema");
	if (e->type == EVENT_TrackStarted) {
		must(EVENT_GET(e, TrackStarted, &started) == 0, "decode");
		t = told_of(all, started.track);
		/* A rendition that was left out is back. */
		must(started.run > t->run ||
			 (t->ended && t->picture && started.run == t->run),
		    "runs count up");
		must(*promise_us == 0 || *promise_us == started.target_us,
		    "the promise stays");
		*promise_us = started.target_us;
		t->run = started.run;
		t->fresh = true;
		t->ended = false;
	} else if (e->type == EVENT_SegmentReady) {
		must(EVENT_GET(e, SegmentReady, &ready) == 0, "decode");
		t = told_of(all, ready.track);
		must(ready.run == t->run, "the run was told");
		must(ready.msn == t->msn || (t->picture && ready.msn > t->msn),
		    "numbers have no hole");
		must(ready.duration_us < *promise_us + 500000,
		    "no longer than promised");
		must(ready.start_us >= t->end_us, "times go on");
		must(!t->ended, "nothing after the end");
		must(ready.independent || !t->fresh, "a run can be decoded");
		t->fresh = false;
		/* Another process's clock is its own. */
		if (ready.discontinuity)
			t->decoded_us = 0;
		check_file(&ready, t);
		t->msn = ready.msn + 1;
		t->end_us = ready.start_us + ready.duration_us;
	} else if (e->type == EVENT_TrackEnded) {
		must(EVENT_GET(e, TrackEnded, &ended) == 0, "decode");
		told_of(all, ended.track)->ended = true;
	}
}

static bool
told_before(const struct event *before, size_t n, const struct event *e)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(before[i].id, e->id))
			return true;
	return false;
}

static void
check_all(int fd)
{
	struct told all[TRACKS] = {0};
	uint64_t promise_us = 0;
	off_t len = lseek(fd, 0, SEEK_END);
	uint8_t *p;
	const char *why;
	struct event e, *before = calloc(MAX_TOLD, sizeof(*before));
	size_t n_before = 0;

	must(before != NULL, "calloc");
	if (len <= 0) {
		free(before);
		return;
	}
	p = mmap(NULL, (size_t)len, PROT_READ, MAP_SHARED, fd, 0);
	must(p != MAP_FAILED, "mmap");
	for (off_t at = 0; at < len;) {
		ptrdiff_t n = mp_size(p + at, (size_t)(len - at));

		must(n > 0, "whole events");
		must(event_decode(&e, p + at, (size_t)n, &why) == 0, "event");
		if (!told_before(before, n_before, &e))
			check(&e, all, &promise_us);
		if (n_before < MAX_TOLD)
			before[n_before++] = e;
		at += n;
	}
	free(before);
	(void)munmap(p, (size_t)len);
}

static int
header(struct segmenter *s, unsigned variant)
{
	const struct media_track t[TRACKS] = {
	    {.kind = MEDIA_VIDEO,
		.codec = MEDIA_H264,
		.time_num = 1,
		.time_den = 1000,
		.config = variant & 1 ? large : small,
		.config_len = variant & 1 ? sizeof(large) : sizeof(small)},
	    {.kind = MEDIA_AUDIO,
		.codec = MEDIA_AAC,
		.time_num = 1,
		.time_den = variant & 8 ? 44100 : 1000,
		.channels = 2,
		.config = asc[variant >> 1 & 1],
		.config_len = 2},
	    {.kind = MEDIA_VIDEO,
		.codec = MEDIA_H264,
		.time_num = 1,
		.time_den = 1000,
		.config = variant & 4 ? large : small,
		.config_len = variant & 4 ? sizeof(large) : sizeof(small)}};

	return segmenter_header(s, t, variant & 16 ? 2 : TRACKS);
}

static int
feed(struct segmenter *s, const uint8_t *data, size_t len, bool whole)
{
	/* How far a step may go, in milliseconds: frames, pauses, jumps. */
	static const int64_t scale[4] = {1, 10, 100, 100000};
	int64_t time[TRACKS] = {0};
	uint8_t unit[MAX_UNIT] = {0, 0, 0, MAX_UNIT - 4};
	unsigned tracks = TRACKS;

	if (header(s, 0) == -1)
		return -1;
	for (int i = 0; len >= STEP && i < MAX_STEPS; i++) {
		unsigned track = data[0] % TRACKS;
		bool key = data[0] & 0x40;
		struct nut_packet p = {.track = track, .data = unit};

		if ((data[0] & 0x3c) == 0x3c) {
			tracks = data[1] & 16 ? 2 : TRACKS;
			if (header(s, data[1]) == -1)
				return -1;
		}
		if (track >= tracks)
			track = p.track = 0;
		time[track] += (int8_t)data[1] * scale[data[2] & 3];
		if (time[track] < 0)
			time[track] = 0;
		p.dts = time[track] - (data[3] & 0x1f);
		p.pts = p.dts + (data[3] & 0x1f) + data[5] % 8 * 40;
		p.key = key || track == 1;
		p.len = data[4] > 250 ? data[4] - 251u : MAX_UNIT;
		unit[4] = key ? 0x65 : 0x41;
		if (segmenter_packet(s, &p) == -1)
			return -1;
		data += STEP;
		len -= STEP;
	}
	return whole ? segmenter_finish(s, "") : segmenter_flush(s);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

/* One process's life: it takes the LEN bytes at DATA, WHOLE or up to there. */
static void
live(int fd, const uint8_t *data, size_t len, bool whole)
{
	static const char *const clocks[] = {"", "one", "one", "one"};
	static const struct cutter_settings usual = {
	    .target_us = 1000000, .max_us = 4000000};
	struct cutter_settings set = usual;
	struct store *store = NULL;
	struct story *story = story_open("b", fd);
	struct segmenter *s;

	set.clock = clocks[len > 0 ? data[0] % 4 : 0];
	set.part_us = len > 1 && data[1] & 1 ? 200000 : 0;
	must(story != NULL && store_open(&store, "b") == 0, "store");
	must(story_keep(story, store_folder(store)) == 0, "story");
	must((s = segmenter_open(&set, store, story)) != NULL, "open");
	must(feed(s, data, len, whole) == 0, "segment");
	segmenter_close(s);
	story_close(story);
	store_close(store);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char dir[] = "/dev/shm/segmenter.XXXXXX";
	int fd = memfd_create("events", MFD_CLOEXEC);

	must(fd != -1 && mkdtemp(dir) != NULL, "set up");
	must(setenv("WEIR_STATE", dir, 1) == 0, "setenv");
	if (len > 2 && data[2] & 3)
		live(fd, data, len * (data[2] & 3) / 4, false);
	live(fd, data, len, true);
	check_all(fd);
	(void)close(fd);
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}
