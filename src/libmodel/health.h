#ifndef MODEL_HEALTH_H
#define MODEL_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a live broadcast is doing, and what is to be said about that. */
struct health {
	bool interrupted; /* its encoder is gone */

	/* As IngestMeasured has it, when PERIOD_US is not 0. */
	uint64_t period_us, bytes;
	uint64_t video_frames, audio_frames, dropped_frames;

	/* As StreamMeasured has it, when STREAM_US is not 0. */
	uint64_t stream_us, frames;
	uint64_t keyframe_us, step_min_us, step_max_us, gaps, backwards;

	/* As SoundMeasured has it, when SOUND_US is not 0. */
	uint64_t sound_us, rms_mdb, peak_mdb, clipped;
};

enum {
	HEALTH_MAX_WARNINGS = 10,
	HEALTH_TEXT_SIZE = 128,
	/* Keyframes may be so far apart, for low latency. */
	HEALTH_KEYFRAME_US = 2000000
};

struct health_warning {
	const char *code;            /* for programs: "keyframes" */
	char text[HEALTH_TEXT_SIZE]; /* for people, without a full stop */
};

/* What is wrong with H, the worst first, into W; how many. */
size_t health_warnings(
    const struct health *h, struct health_warning w[HEALTH_MAX_WARNINGS]);

/* Frames in 1000 seconds, bits a second; 0: not known. */
uint64_t health_frame_rate_mhz(const struct health *h);
uint64_t health_bit_rate(const struct health *h);

#endif
