#include "beat.h"
#include "tap.h"

enum { FRAME = 40000, PART = 200000 };

/* N pictures from FROM on, each KEY-th a keyframe. */
static void
play(struct beat *b, int from, int n, int key)
{
	for (int i = from; i < from + n; i++)
		beat_frame(b, MEDIA_VIDEO, i % key == 0, (int64_t)i * FRAME);
}

static int64_t
next(const struct beat *b)
{
	int64_t us;

	return beat_next(b, &us) ? us / FRAME : -1;
}

int
main(void)
{
	struct beat b;

	/* After some frames it is known which the last of a part is. */
	beat_init(&b, PART);
	OK(next(&b) == -1);
	play(&b, 0, 5, 25);
	OK(next(&b) == -1);
	play(&b, 5, 6, 25);
	OK(next(&b) == 14);
	OK(!beat_reached(&b, 14 * FRAME));
	play(&b, 11, 4, 25);
	OK(beat_reached(&b, 14 * FRAME));
	OK(beat_reached(&b, 14 * FRAME + FRAME / 4));
	OK(next(&b) == 19);
	/* Sound between pictures changes nothing. */
	beat_frame(&b, MEDIA_AUDIO, true, 14 * FRAME + 5000);
	OK(next(&b) == 19);
	/* Segments begin with keyframes, and parts with segments. */
	play(&b, 15, 100 - 15, 25);
	OK(next(&b) == 100);
	play(&b, 100, 1, 25);
	OK(next(&b) == 104);

	/* 48 pictures: nine parts and three more, which end it, too. */
	beat_init(&b, PART);
	play(&b, 0, 48 * 4 + 45, 48);
	OK(next(&b) == 48 * 5 - 1);
	play(&b, 48 * 4 + 45, 3, 48);
	OK(next(&b) == 48 * 5);

	/* A second has several keyframes. */
	beat_init(&b, PART);
	play(&b, 0, 128, 10);
	OK(next(&b) == 129);

	/* What is irregular tells nothing; nor a length of nothing. */
	beat_init(&b, PART);
	for (int i = 0; i < 100; i++)
		beat_frame(&b, MEDIA_VIDEO, false, i * FRAME + i % 2 * 30000);
	OK(next(&b) == -1);
	beat_init(&b, 0);
	play(&b, 0, 100, 25);
	OK(next(&b) == -1);

	/* Sound alone leads, until there are pictures. */
	beat_init(&b, PART);
	for (int i = 0; i < 20; i++)
		beat_frame(&b, MEDIA_AUDIO, true, (int64_t)i * FRAME);
	OK(next(&b) == 24);
	beat_frame(&b, MEDIA_VIDEO, true, 20 * FRAME);
	OK(next(&b) == -1);
	return tap_done();
}
