#ifndef MEDIA_PULSE_H
#define MEDIA_PULSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a track is like, from nothing but the times and sizes of its packets:
 * how fast it comes, how far its keyframes are apart, whether its timestamps
 * are sound.  All times are in microseconds of the track; all zeroes to begin
 * with.
 */
struct pulse {
	uint64_t frames, keys, bytes;
	uint64_t backwards; /* decoding times that were not behind the last */
	uint64_t gaps;      /* and those that left more than PULSE_GAP_US */
	bool reordered;     /* some frame is shown before one that came first */

	/* Between frames in the order of decoding, where there is no gap. */
	int64_t step_min_us, step_max_us;
	uint64_t steps;
	int64_t steps_us; /* the sum of them: what all of it lasts */

	/* Between keyframes. */
	int64_t key_min_us, key_max_us, key_sum_us;
	uint64_t key_steps;

	/* The last frame's times, and the last keyframe's. */
	bool begun, keyed;
	int64_t dts_us, pts_us, key_us;
	int64_t key_last_us; /* the last distance between keyframes, or 0 */
};

enum { PULSE_GAP_US = 500000 };

/* A packet came: of BYTES, KEY when decoding can begin there. */
void pulse_take(
    struct pulse *p, int64_t dts_us, int64_t pts_us, bool key, size_t bytes);

/* Count anew from here on; times go on. */
void pulse_again(struct pulse *p);

/* Frames in 1000 seconds, bits a second; 0: not known. */
uint64_t pulse_frame_rate_mhz(const struct pulse *p);
uint64_t pulse_bit_rate(const struct pulse *p);

/*
 * How far keyframes are apart: the longest distance that was seen, or that
 * before it was counted anew, or what has passed since the last keyframe when
 * that is longer.  0: there was none.
 */
uint64_t pulse_key_interval_us(const struct pulse *p);

#endif
