#include "pulse.h"
#include "tap.h"

enum { FRAME_US = 40000, SECOND_US = 1000000 };

/* N frames from *AT on, a keyframe every EVERY of them, 1000 bytes each. */
static void
frames(struct pulse *p, int64_t *at, unsigned n, unsigned every)
{
	for (unsigned i = 0; i < n; i++, *at += FRAME_US)
		pulse_take(p, *at, *at, i % every == 0, 1000);
}

static void
test_even(void)
{
	struct pulse p = {.frames = 0};
	int64_t at = 0;

	OK(pulse_frame_rate_mhz(&p) == 0);
	OK(pulse_bit_rate(&p) == 0);
	OK(pulse_key_interval_us(&p) == 0);
	frames(&p, &at, 101, 50);
	OK(pulse_frame_rate_mhz(&p) == 25000);
	OK(pulse_bit_rate(&p) == 200000);
	OK(p.keys == 3);
	OK(p.key_steps == 2);
	OK(p.key_min_us == 2 * SECOND_US);
	OK(p.key_max_us == 2 * SECOND_US);
	OK(p.step_min_us == FRAME_US);
	OK(p.step_max_us == FRAME_US);
	OK(!p.reordered && p.gaps == 0 && p.backwards == 0);
}

static void
test_long_gop(void)
{
	struct pulse p = {.frames = 0};
	int64_t at = 0;

	frames(&p, &at, 126, 1000);
	OK(pulse_key_interval_us(&p) == 5 * SECOND_US);
	/* Counted anew, it is still on its way. */
	pulse_again(&p);
	OK(p.frames == 0);
	for (int i = 0; i < 25; i++, at += FRAME_US)
		pulse_take(&p, at, at, false, 1000);
	OK(pulse_key_interval_us(&p) == 6 * SECOND_US);
	OK(pulse_frame_rate_mhz(&p) == 25000);
	pulse_take(&p, at, at, true, 1000);
	OK(pulse_key_interval_us(&p) == 6 * SECOND_US + FRAME_US);
	/* Until another one comes that is how far they are apart. */
	pulse_again(&p);
	pulse_take(&p, at + FRAME_US, at + FRAME_US, false, 1000);
	OK(pulse_key_interval_us(&p) == 6 * SECOND_US + FRAME_US);
	pulse_take(&p, at + SECOND_US / 2, at, true, 1000);
	OK(pulse_key_interval_us(&p) == SECOND_US / 2);
}

static void
test_faults(void)
{
	struct pulse p = {.frames = 0};

	pulse_take(&p, 0, 80000, true, 1);
	pulse_take(&p, 40000, 40000, false, 1);
	OK(p.reordered);
	pulse_take(&p, 40000, 40000, false, 1);
	pulse_take(&p, 20000, 20000, false, 1);
	OK(p.backwards == 2);
	pulse_take(&p, 20000 + PULSE_GAP_US + 1, 0, false, 1);
	OK(p.gaps == 1);
	/* From before a gap to behind it is no distance between keyframes. */
	pulse_take(&p, 9 * SECOND_US, 9 * SECOND_US, true, 1);
	OK(p.key_steps == 0);
	OK(p.gaps == 2);
}

int
main(void)
{
	test_even();
	test_long_gop();
	test_faults();
	return tap_done();
}
