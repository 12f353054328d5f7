#include "run.h"
#include "cmaf.h"
#include "err.h"
#include "num.h"
#include "parts.h"
#include "resume.h"

#include <inttypes.h>
#include <stdio.h>

enum { MICRO = 1000000 };

/*
 * The frame rate that T is said to have, as a fraction: its record's own, or
 * the file's, which knows it in millihertz: 29970 are 30000/1001.
 */
static void
said_rate(const struct track *t, uint64_t *num, uint64_t *den)
{
	uint64_t mhz = t->media.frame_rate_mhz;
	uint64_t per_1001 = (mhz * 1001 + MICRO / 2) / MICRO * 1000;

	*num = t->facts.frame_rate_num;
	*den = t->facts.frame_rate_den;
	if ((*num > 0 && *den > 0) || mhz == 0)
		return;
	*num = mhz;
	*den = 1000;
	if (mhz % 1000 != 0 && (per_1001 * 1000 + 500) / 1001 == mhz) {
		*num = per_1001;
		*den = 1001;
	}
}

/*
 * Frames a second, of SAMPLES that took LENGTH_US.  Clocks of encoders are
 * coarse, so what is said counts where it is as much within a hundredth; and
 * where there is nothing to be measured.
 */
static void
frame_rate(struct TrackStarted *e, const struct track *t, uint64_t samples,
    uint64_t length_us)
{
	uint64_t num, den, divisor, said_mhz, seen_mhz;

	said_rate(t, &num, &den);
	said_mhz = den > 0 ? num * 1000 / den : 0;
	if (samples > 1 && length_us > 0) {
		seen_mhz = (samples * 1000 * MICRO + length_us / 2) / length_us;
		if (said_mhz < seen_mhz - seen_mhz / 100 ||
		    said_mhz > seen_mhz + seen_mhz / 100) {
			num = seen_mhz;
			den = 1000;
		}
	}
	if (num == 0 || den == 0)
		return;
	divisor = num_gcd(num, den);
	e->frame_rate_num = num / divisor;
	e->frame_rate_den = den / divisor;
}

/*
 * Behind a run's first picture some may have been left out, in whose stead it
 * stands for long: what is measured begins behind it then.
 */
static void
skip_first(const struct track *t, size_t *samples, uint64_t *length_us)
{
	int64_t first_us, rest_us;

	if (*samples < 3)
		return;
	first_us = track_us(t, t->sample[1].dts - t->sample[0].dts);
	rest_us = (int64_t)*length_us - first_us;
	if (rest_us <= 0 || first_us * (int64_t)(*samples - 1) < 2 * rest_us)
		return;
	*samples -= 1;
	*length_us = (uint64_t)rest_us;
}

/* What a run's TrackStarted says beside its name, from its first segment. */
static void
describe(const struct track *t, struct TrackStarted *e, size_t samples,
    int64_t length_us)
{
	uint64_t us = 0;

	if (t->kind == MEDIA_VIDEO) {
		e->kind = STR("video");
		e->width = t->facts.width;
		e->height = t->facts.height;
		if (t->facts.colour.transfer != COLOUR_UNSAID)
			e->transfer = t->facts.colour.transfer;
		if (length_us > 0)
			us = (uint64_t)length_us;
		skip_first(t, &samples, &us);
		frame_rate(e, t, samples, us);
	} else {
		e->kind = STR("audio");
		e->sample_rate_hz = t->facts.sample_rate_hz;
		e->channels = t->facts.channels;
	}
}

/* What a frame lasts, in ticks, as the run's description has it. */
static int64_t
frame_ticks(const struct track *t, const struct TrackStarted *e)
{
	uint64_t num = e->frame_rate_num, den = e->frame_rate_den;

	if (t->kind == MEDIA_AUDIO || num == 0 || den > UINT32_MAX)
		return t->frame_ticks;
	return (int64_t)((den * t->hz + num / 2) / num);
}

/* Make T's initialization section, in its head, and say CODECS of it. */
static int
make_init(struct track *t, char codecs[MEDIA_CODECS_SIZE])
{
	const struct media_track *m = &t->media;

	buf_reset(&t->head);
	if (codec_of(m->codec)->codecs(codecs, m->config, m->config_len) == 0 &&
	    cmaf_init(m, t->hz, &t->head) == 0)
		return 0;
	err_sys("make the initialization section of %s", t->name);
	return -1;
}

int
run_begin(struct track *t, const struct track_out *out, size_t samples,
    int64_t length_us)
{
	struct TrackStarted e = {.track = str_from(t->name),
	    .run = t->run,
	    .target_us = out->promise_us};
	char codecs[MEDIA_CODECS_SIZE], name[48];
	struct bookmark mark;
	struct iovec v;

	if (make_init(t, codecs) == -1)
		return -1;
	(void)snprintf(name, sizeof(name), "init-%" PRIu64 ".mp4", t->run);
	v = (struct iovec){t->head.p, t->head.len};
	if (store_put(&t->folder, name, &v, 1) == -1)
		return -1;
	e.codecs = str_from(codecs);
	e.init_bytes = t->head.len;
	e.timescale = t->hz;
	describe(t, &e, samples, length_us);
	t->rate_num = e.frame_rate_num;
	t->rate_den = e.frame_rate_den;
	parts_measure(t, out, frame_ticks(t, &e));
	e.part_us = (uint64_t)track_us(t, t->part_max_ticks);
	t->told = t->started = true;
	/* D16: whoever goes on does so in this run. */
	mark = resume_mark(t, out);
	return story_track_started(out->story, &e, &mark);
}

int
run_again(struct track *t, const struct track_out *out)
{
	struct TrackStarted e = {.track = str_from(t->name),
	    .run = t->run,
	    .target_us = out->promise_us};
	char codecs[MEDIA_CODECS_SIZE];
	struct bookmark mark = resume_mark(t, out);

	/* A new run is told with its first segment. */
	if (!t->told)
		return story_stands(out->story, t->name, &mark);
	if (make_init(t, codecs) == -1)
		return -1;
	e.codecs = str_from(codecs);
	e.init_bytes = t->head.len;
	e.timescale = t->hz;
	describe(t, &e, 0, 0);
	if (t->rate_num > 0) {
		e.frame_rate_num = t->rate_num;
		e.frame_rate_den = t->rate_den;
	}
	e.part_us = (uint64_t)track_us(t, t->part_max_ticks);
	return story_track_started(out->story, &e, &mark);
}
