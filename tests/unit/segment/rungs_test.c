#include "segmenter.h"
#include "tap.h"
#include "tmp.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of pictures of 320x180, as x264 says it. */
static const uint8_t avcc[] = {0x01, 0x42, 0xc0, 0x0c, 0xff, 0xe1, 0x00, 0x17,
    0x67, 0x42, 0xc0, 0x0c, 0xda, 0x05, 0x06, 0x7e, 0x7c, 0x04, 0x40, 0x00,
    0x00, 0x03, 0x00, 0x40, 0x00, 0x00, 0x0c, 0xa3, 0xc5, 0x0a, 0xa8, 0x01,
    0x00, 0x04, 0x68, 0xce, 0x0f, 0xc8};

enum { RATE = 25, TRACKS = 3 };

struct bench {
	char dir[64];
	struct store *store;
	struct story *story;
	struct segmenter *segmenter;
	int fd;
};

static void
begin(struct bench *b)
{
	static const struct cutter_settings set = {.target_us = 1000000,
	    .max_us = 10000000,
	    .part_us = 200000,
	    .clock = ""};
	struct media_track track[TRACKS];

	(void)setenv("WEIR_STATE", tmp_make(b->dir), 1);
	b->fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	OK((b->story = story_open("b", b->fd)) != NULL);
	OK(store_open(&b->store, "b") == 0);
	OK(story_keep(b->story, store_folder(b->store)) == 0);
	b->segmenter = segmenter_open(&set, b->store, b->story);
	OK(b->segmenter != NULL);
	for (size_t i = 0; i < TRACKS; i++)
		track[i] = (struct media_track){.kind = MEDIA_VIDEO,
		    .codec = MEDIA_H264,
		    .time_num = 1,
		    .time_den = RATE,
		    .width = 320,
		    .height = 180,
		    .config = avcc,
		    .config_len = sizeof(avcc)};
	OK(segmenter_header(b->segmenter, track, TRACKS) == 0);
}

static void
end(struct bench *b)
{
	OK(segmenter_finish(b->segmenter, "") == 0);
	segmenter_close(b->segmenter);
	store_close(b->store);
	story_close(b->story);
	(void)close(b->fd);
	tmp_remove(b->dir);
}

/* Picture N of TRACK, the first of each second a keyframe. */
static bool
picture(struct bench *b, unsigned track, int n)
{
	uint8_t data[] = {0, 0, 0, 2, n % RATE == 0 ? 0x65 : 0x41, 0x88};
	const struct nut_packet p = {.track = track,
	    .pts = n,
	    .dts = n,
	    .key = n % RATE == 0,
	    .data = data,
	    .len = sizeof(data)};

	return segmenter_packet(b->segmenter, &p) == 0;
}

/* Is there a segment MSN of TRACK? */
static bool
made(const struct bench *b, const char *track, int msn)
{
	char path[160];
	struct stat st;

	(void)snprintf(
	    path, sizeof(path), "%s/media/b/%s/%d.m4s", b->dir, track, msn);
	return stat(path, &st) == 0;
}

/* The same of all from FIRST to LAST. */
static bool
made_all(const struct bench *b, const char *track, int first, int last)
{
	while (first <= last)
		if (!made(b, track, first++))
			return false;
	return true;
}

/*
 * One comes two seconds late, as with an encoder that looks ahead: it has all
 * segments, and nothing waits for it.
 */
static void
looks_ahead(void)
{
	struct bench b;

	begin(&b);
	for (int n = 0; n < 10 * RATE; n++) {
		OK(picture(&b, 0, n) && picture(&b, 1, n));
		OK(n < 2 * RATE || picture(&b, 2, n - 2 * RATE));
	}
	OK(made_all(&b, "video", 0, 8) && made_all(&b, "video2", 0, 8));
	OK(made_all(&b, "video3", 0, 6) && !made(&b, "video3", 7));
	end(&b);
}

/* One gets slower and slower, then catches up. */
static void
too_slow(void)
{
	struct bench b;
	int late = 0, n;

	begin(&b);
	for (n = 0; n < 60 * RATE; n++) {
		OK(picture(&b, 0, n) && picture(&b, 1, n));
		/* Half as fast up to the 40th second, then four times. */
		for (int k = 0; k < (n < 40 * RATE ? n % 2 : 4) && late <= n;
		     k++)
			OK(picture(&b, 2, late++));
	}
	OK(late == n);
	OK(made_all(&b, "video", 0, 58) && made_all(&b, "video2", 0, 58));
	/* It was left out when it was eight segments behind. */
	OK(made_all(&b, "video3", 0, 6) && !made(&b, "video3", 15) &&
	    !made(&b, "video3", 30));
	OK(made_all(&b, "video3", 55, 58));
	end(&b);
}

int
main(void)
{
	OK(sodium_init() >= 0);
	looks_ahead();
	too_slow();
	return tap_done();
}
