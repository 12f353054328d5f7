#include "health.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum {
	MICRO = 1000000,
	MILLI = 1000,
	BITS = 8,
	SILENT_MDB = 70000, /* quieter than this nobody hears anything */
	QUIET_MDB = 40000,
	/* Measured over seconds, a keyframe may seem a frame later. */
	SLACK_US = 100000,
	VARIES = 3, /* a frame that lasts so many others */
	VARIES_MIN_US = 60000
};

struct list {
	struct health_warning *w;
	size_t n;
};

static void add(struct list *l, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
add(struct list *l, const char *code, const char *fmt, ...)
{
	struct health_warning *w;
	va_list args;

	if (l->n == HEALTH_MAX_WARNINGS)
		return;
	w = &l->w[l->n++];
	w->code = code;
	va_start(args, fmt);
	(void)vsnprintf(w->text, sizeof(w->text), fmt, args);
	va_end(args);
}

static void
look_at_stream(struct list *l, const struct health *h)
{
	uint64_t mean_us = h->frames > 1 ? h->stream_us / h->frames : 0;

	if (h->keyframe_us > HEALTH_KEYFRAME_US + SLACK_US)
		add(l, "keyframes",
		    "keyframes every %.3g s: low latency wants 2 s or less",
		    (double)h->keyframe_us / MICRO);
	if (mean_us > 0 && h->step_max_us > VARIES * mean_us &&
	    h->step_max_us > VARIES_MIN_US)
		add(l, "frame-rate",
		    "frame rate varies: %" PRIu64 " to %" PRIu64
		    " ms between frames",
		    h->step_min_us / MILLI, h->step_max_us / MILLI);
	if (h->gaps > 0)
		add(l, "gaps", "timestamps have gaps");
	if (h->backwards > 0)
		add(l, "backwards", "timestamps go backwards");
}

static void
look_at_sound(struct list *l, const struct health *h)
{
	if (h->rms_mdb >= SILENT_MDB)
		add(l, "silence", "no sound: silence");
	else if (h->rms_mdb >= QUIET_MDB)
		add(l, "quiet", "sound is quiet: %.0f dB",
		    -(double)h->rms_mdb / MILLI);
	else if (h->clipped > 0)
		add(l, "clipping", "sound clips: turn it down");
}

size_t
health_warnings(
    const struct health *h, struct health_warning w[HEALTH_MAX_WARNINGS])
{
	struct list l = {.w = w};

	if (h->interrupted) {
		add(&l, "interrupted", "the encoder is gone");
		return l.n;
	}
	if (h->dropped_frames > 0)
		add(&l, "dropped", "dropped frames: %" PRIu64,
		    h->dropped_frames);
	if (h->period_us > 0 && h->video_frames == 0 && h->audio_frames == 0)
		add(&l, "nothing", "nothing comes in");
	else if (h->period_us > 0 && h->video_frames == 0)
		add(&l, "no-picture", "no picture");
	else if (h->period_us > 0 && h->audio_frames == 0)
		add(&l, "no-sound", "no sound: there is no audio track");
	if (h->stream_us > 0)
		look_at_stream(&l, h);
	if (h->sound_us > 0 && (h->period_us == 0 || h->audio_frames > 0))
		look_at_sound(&l, h);
	return l.n;
}

uint64_t
health_frame_rate_mhz(const struct health *h)
{
	if (h->stream_us > 0)
		return (h->frames * MILLI * MICRO + h->stream_us / 2) /
		       h->stream_us;
	return h->period_us > 0 ? h->video_frames * MILLI * MICRO / h->period_us
				: 0;
}

uint64_t
health_bit_rate(const struct health *h)
{
	return h->period_us > 0 ? h->bytes * BITS * MICRO / h->period_us : 0;
}
