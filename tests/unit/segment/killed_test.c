/*
 * Killed before each thing that it does to a file or tells, one after the
 * other, and started again with the same input: what is told in the end is
 * what a process tells that nobody killed, segment for segment.
 *
 * The linker brings those calls here (see the Makefile).
 */
#include "mp.h"
#include "segmenter.h"
#include "tap.h"
#include "tmp.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PICTURES = 3,
	TRACKS = PICTURES + 1,
	RATE = 25,
	SOUND_HZ = 44100,
	SOUND_FRAME = 1024,
	MAX_MSN = 32,
	MAX_EVENTS = 4096,
	DONE = 0,
	KILLED = 9
};

static int left;  /* so many calls until the process is killed; 0: it is not */
static int *came; /* the second of the input that it came to; shared */

static void
step(void)
{
	if (left > 0 && --left == 0)
		_exit(KILLED);
}

int __real_openat(int dir, const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...);
int __real_mkdirat(int dir, const char *path, mode_t mode);
int __wrap_mkdirat(int dir, const char *path, mode_t mode);
int __real_renameat(int a, const char *from, int b, const char *to);
int __wrap_renameat(int a, const char *from, int b, const char *to);
int __real_unlinkat(int dir, const char *path, int flags);
int __wrap_unlinkat(int dir, const char *path, int flags);
int __real_ftruncate(int fd, off_t length);
int __wrap_ftruncate(int fd, off_t length);
ssize_t __real_write(int fd, const void *p, size_t n);
ssize_t __wrap_write(int fd, const void *p, size_t n);
ssize_t __real_writev(int fd, const struct iovec *v, int n);
ssize_t __wrap_writev(int fd, const struct iovec *v, int n);
int __wrap_fdatasync(int fd);

int
__wrap_openat(int dir, const char *path, int flags, ...)
{
	if (flags & O_CREAT)
		step();
	return __real_openat(dir, path, flags, 0644);
}

int
__wrap_mkdirat(int dir, const char *path, mode_t mode)
{
	step();
	return __real_mkdirat(dir, path, mode);
}

int
__wrap_renameat(int a, const char *from, int b, const char *to)
{
	step();
	return __real_renameat(a, from, b, to);
}

int
__wrap_unlinkat(int dir, const char *path, int flags)
{
	step();
	return __real_unlinkat(dir, path, flags);
}

int
__wrap_ftruncate(int fd, off_t length)
{
	step();
	return __real_ftruncate(fd, length);
}

ssize_t
__wrap_write(int fd, const void *p, size_t n)
{
	step();
	return __real_write(fd, p, n);
}

ssize_t
__wrap_writev(int fd, const struct iovec *v, int n)
{
	step();
	return __real_writev(fd, v, n);
}

/* The disk outlives whoever is killed here. */
int
__wrap_fdatasync(int fd)
{
	(void)fd;
	step();
	return 0;
}

/* What comes in. */
struct clip {
	const char *name;
	int seconds;
	int late[PICTURES];  /* frames that a picture comes after its time */
	int first[PICTURES]; /* its first frame */
	int gone[PICTURES];  /* its first one that is not there; 0: none */
	int back[PICTURES];  /* that is there again */
	int sound_s;         /* when sound begins */
	int64_t part_us;
	bool brief; /* what comes again are the last two seconds and a bit */
	bool loses; /* who is killed may say that there was a break */
};

static const uint8_t avcc[] = {0x01, 0x42, 0xc0, 0x0c, 0xff, 0xe1, 0x00, 0x17,
    0x67, 0x42, 0xc0, 0x0c, 0xda, 0x05, 0x06, 0x7e, 0x7c, 0x04, 0x40, 0x00,
    0x00, 0x03, 0x00, 0x40, 0x00, 0x00, 0x0c, 0xa3, 0xc5, 0x0a, 0xa8, 0x01,
    0x00, 0x04, 0x68, 0xce, 0x0f, 0xc8};
static const uint8_t asc[] = {0x12, 0x10};

static int
header(struct segmenter *s)
{
	struct media_track track[TRACKS];

	for (size_t i = 0; i < PICTURES; i++)
		track[i] = (struct media_track){.kind = MEDIA_VIDEO,
		    .codec = MEDIA_H264,
		    .time_num = 1,
		    .time_den = RATE,
		    .width = 320,
		    .height = 180,
		    .config = avcc,
		    .config_len = sizeof(avcc)};
	track[PICTURES] = (struct media_track){.kind = MEDIA_AUDIO,
	    .codec = MEDIA_AAC,
	    .time_num = 1,
	    .time_den = SOUND_HZ,
	    .channels = 2,
	    .config = asc,
	    .config_len = sizeof(asc)};
	return segmenter_header(s, track, TRACKS);
}

/* As run.c has it: what is told of one instant is told at once. */
static int
packet(struct segmenter *s, unsigned track, int64_t time, bool key)
{
	const uint8_t data[] = {0, 0, 0, 2, key ? 0x65 : 0x41, 0x88};
	const struct nut_packet p = {.track = track,
	    .pts = time,
	    .dts = time,
	    .key = key,
	    .data = data,
	    .len = sizeof(data)};

	if (segmenter_packet(s, &p) == -1)
		return -1;
	return segmenter_told(s) ? segmenter_flush(s) : 0;
}

/* The clip from second FROM on. */
static int
play(struct segmenter *s, const struct clip *c, int from_s)
{
	int64_t sound = (int64_t)(from_s > c->sound_s ? from_s : c->sound_s) *
			SOUND_HZ / SOUND_FRAME * SOUND_FRAME;

	for (int n = from_s * RATE; n < c->seconds * RATE; n++) {
		*came = n / RATE;
		for (unsigned i = 0; i < PICTURES; i++) {
			int k = n - c->late[i];
			bool gone = k >= c->gone[i] && k < c->back[i];

			if (k >= c->first[i] && k >= from_s * RATE && !gone &&
			    packet(s, i, k, k % RATE == 0) == -1)
				return -1;
		}
		for (; sound * RATE < (int64_t)(n + 1) * SOUND_HZ;
		     sound += SOUND_FRAME)
			if (packet(s, PICTURES, sound, true) == -1)
				return -1;
	}
	return 0;
}

/* One process's life, until it is done or killed; how it ended. */
static int
live(int fd, const struct clip *c, int from_s, int kill_at)
{
	struct cutter_settings set = {.target_us = 1000000,
	    .max_us = 10000000,
	    .part_us = c->part_us,
	    .clock = "one"};
	struct store *store = NULL;
	struct story *story;
	struct segmenter *s;
	int status = -1, err;
	pid_t pid;

	(void)fflush(stdout);
	if ((pid = fork()) == -1)
		return -1;
	if (pid > 0) {
		(void)waitpid(pid, &status, 0);
		return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
	if ((err = open("/dev/null", O_WRONLY | O_CLOEXEC)) != -1 &&
	    getenv("VERBOSE") == NULL)
		(void)dup2(err, STDERR_FILENO);
	left = kill_at;
	if ((story = story_open("b", fd)) == NULL ||
	    store_open(&store, "b") == -1 ||
	    story_keep(story, store_folder(store)) == -1 ||
	    (s = segmenter_open(&set, store, story)) == NULL ||
	    header(s) == -1 || play(s, c, from_s) == -1 ||
	    segmenter_finish(s, "") == -1)
		_exit(1);
	_exit(DONE);
}

/* What was told of all segments in the end. */
struct told {
	struct one {
		bool there;
		uint64_t media_time, duration_us, start_us;
		bool discontinuity, independent;
	} one[TRACKS][MAX_MSN];
	int twice, odd;
};

static int
track_of(struct str name)
{
	static const char *const names[TRACKS] = {
	    "video", "video2", "video3", "audio"};
	int i = 0;

	while (i < TRACKS && !str_eqz(name, names[i]))
		i++;
	return i;
}

static void
note(struct told *t, const struct event *e)
{
	struct SegmentReady s;
	struct one *one;

	if (e->type != EVENT_SegmentReady)
		return;
	if (EVENT_GET(e, SegmentReady, &s) == -1 ||
	    track_of(s.track) == TRACKS || s.msn >= MAX_MSN) {
		t->odd++;
		return;
	}
	one = &t->one[track_of(s.track)][s.msn];
	if (one->there)
		t->twice++;
	*one = (struct one){.there = true,
	    .media_time = s.media_time,
	    .duration_us = s.duration_us,
	    .start_us = s.start_us,
	    .discontinuity = s.discontinuity,
	    .independent = s.independent};
}

/* Read what was told, each event once.  0, or -1. */
static int
read_told(int fd, struct told *t)
{
	static struct str id[MAX_EVENTS];
	size_t ids = 0;
	off_t len = lseek(fd, 0, SEEK_END);
	uint8_t *p = len > 0
			 ? mmap(NULL, (size_t)len, PROT_READ, MAP_SHARED, fd, 0)
			 : MAP_FAILED;
	const char *why;

	*t = (struct told){.twice = 0};
	if (p == MAP_FAILED)
		return -1;
	for (off_t at = 0; at < len;) {
		ptrdiff_t n = mp_size(p + at, (size_t)(len - at));
		struct event e;
		size_t i = 0;

		if (n <= 0 || event_decode(&e, p + at, (size_t)n, &why) == -1)
			break;
		while (i < ids && !str_eq(id[i], e.id))
			i++;
		if (i == ids && ids < MAX_EVENTS) {
			id[ids++] = e.id;
			note(t, &e);
		}
		at += n;
	}
	(void)munmap(p, (size_t)len);
	return 0;
}

static bool
near(uint64_t a, uint64_t b)
{
	return llabs((int64_t)(a - b)) < 50;
}

/* IS what is OUGHT to be, beside FIRST, the same of the first picture? */
static bool
same_one(const struct one *is, const struct one *ought, const struct one *first)
{
	return is->there == ought->there &&
	       is->media_time == ought->media_time &&
	       is->discontinuity == ought->discontinuity &&
	       is->independent == ought->independent &&
	       near(is->duration_us, ought->duration_us) &&
	       (!is->there || first == NULL ||
		   near(is->start_us, first->start_us));
}

/* The least: the first picture loses nothing, and the others go with it. */
static bool
goes_with(
    const struct one *is, const struct one *ought, const struct one *first)
{
	if (is == first)
		return is->there == ought->there &&
		       is->media_time == ought->media_time;
	return first == NULL || !is->there ||
	       (near(is->start_us, first->start_us) &&
		   is->discontinuity == first->discontinuity);
}

/* The same segments, at the same times; where not, say so. */
static bool
same(const struct told *is, const struct told *whole, const struct clip *c,
    int at, int then)
{
	int wrong = is->twice + is->odd;

	for (int i = 0; i < TRACKS; i++)
		for (int m = 0; m < MAX_MSN; m++) {
			const struct one *a = &is->one[i][m],
					 *b = &whole->one[i][m];
			const struct one *first =
			    i < PICTURES ? &is->one[0][m] : NULL;

			if (c->loses ? goes_with(a, b, first)
				     : same_one(a, b, first))
				continue;
			if (wrong++ == 0)
				printf("# %s, killed at %d, %d: track %d "
				       "segment %d: there %d, %+lld, %+lld us, "
				       "discontinuity %d\n",
				    c->name, at, then, i, m, a->there,
				    (long long)(a->media_time - b->media_time),
				    (long long)(a->duration_us -
						b->duration_us),
				    a->discontinuity);
		}
	return wrong == 0;
}

/* Where the input begins that comes again. */
static int
again_s(const struct clip *c)
{
	return c->brief && *came > 2 ? *came - 2 : 0;
}

/*
 * Killed before call AT, and the one after it before call THEN; the one after
 * that goes on to the end.  1 when what is told is the same, or when it was
 * not killed, in *DONE; 0 when it is not; -1 when one failed.
 */
static int
killed(const struct clip *c, const struct told *whole, int at, int then,
    bool *over)
{
	char dir[64];
	int fd = memfd_create("events", MFD_CLOEXEC), rc, again = KILLED;
	static struct told is;

	(void)setenv("WEIR_STATE", tmp_make(dir), 1);
	*came = 0;
	rc = live(fd, c, 0, at);
	*over = rc == DONE;
	if (rc == KILLED && then > 0)
		again = live(fd, c, again_s(c), then);
	if (rc == KILLED && again == KILLED)
		rc = live(fd, c, again_s(c), 0);
	else
		rc = rc == KILLED ? again : rc;
	if (rc == DONE && read_told(fd, &is) == 0)
		rc = same(&is, whole, c, at, then);
	else
		rc = -1;
	(void)close(fd);
	tmp_remove(dir);
	return rc;
}

/* Kill it everywhere, once and then once more. */
static void
everywhere(const struct clip *c)
{
	static struct told whole, none;
	char dir[64];
	int fd = memfd_create("events", MFD_CLOEXEC), wrong = 0, steps = 0;
	bool over = false;

	(void)setenv("WEIR_STATE", tmp_make(dir), 1);
	OK(live(fd, c, 0, 0) == DONE && read_told(fd, &whole) == 0);
	OK(memcmp(&whole, &none, sizeof(whole)) != 0 && whole.twice == 0 &&
	    whole.odd == 0);
	(void)close(fd);
	tmp_remove(dir);
	for (int at = 1; !over; at++) {
		wrong += killed(c, &whole, at, 0, &over) != 1;
		steps = at;
	}
	OK(wrong == 0);
	over = false;
	for (int at = 1; !over; at += 4)
		wrong += killed(c, &whole, at, 1 + at * 7 % steps, &over) != 1;
	OK(wrong == 0);
	printf("# %s: %d places to be killed at, %d wrong\n", c->name, steps,
	    wrong);
}

int
main(void)
{
	static const struct clip clips[] = {
	    {.name = "whole segments", .seconds = 3},
	    {.name = "parts", .seconds = 3, .part_us = 200000},
	    {.name = "one looks ahead",
		.seconds = 6,
		.late = {0, 0, 60},
		.part_us = 500000},
	    {.name = "one begins late",
		.seconds = 4,
		.first = {0, 2 * RATE, 0}},
	    {.name = "sound begins late",
		.seconds = 4,
		.sound_s = 2,
		.part_us = 500000},
	    {.name = "the last of it comes again",
		.seconds = 5,
		.part_us = 500000,
		.brief = true},
	    {.name = "one is lost and comes back",
		.seconds = 8,
		.gone = {0, 40, 0},
		.back = {0, 5 * RATE, 0},
		.loses = true},
	};

	OK(sodium_init() >= 0);
	came = mmap(NULL, sizeof(*came), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (came == MAP_FAILED)
		return 1;
	for (size_t i = 0; i < sizeof(clips) / sizeof(clips[0]); i++)
		everywhere(&clips[i]);
	return tap_done();
}
