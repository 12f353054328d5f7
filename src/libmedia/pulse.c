#include "pulse.h"

enum { MICRO = 1000000, MILLI = 1000, BITS = 8 };

/* A distance of D between two frames. */
static void
step(struct pulse *p, int64_t d)
{
	if (p->steps == 0 || d < p->step_min_us)
		p->step_min_us = d;
	if (d > p->step_max_us)
		p->step_max_us = d;
	p->steps++;
	p->steps_us += d;
}

static void
keyframe(struct pulse *p, int64_t dts_us)
{
	int64_t d = dts_us - p->key_us;

	if (p->keyed && d > 0) {
		if (p->key_steps == 0 || d < p->key_min_us)
			p->key_min_us = d;
		if (d > p->key_max_us)
			p->key_max_us = d;
		p->key_sum_us += d;
		p->key_last_us = d;
		p->key_steps++;
	}
	p->keys++;
	p->keyed = true;
	p->key_us = dts_us;
}

void
pulse_take(
    struct pulse *p, int64_t dts_us, int64_t pts_us, bool key, size_t bytes)
{
	int64_t d = dts_us - p->dts_us;

	if (p->begun && d <= 0)
		p->backwards++;
	else if (p->begun && d > PULSE_GAP_US)
		p->gaps++;
	else if (p->begun)
		step(p, d);
	if (p->begun && (d <= 0 || d > PULSE_GAP_US))
		p->keyed = false; /* what lies between is nobody's */
	if (p->begun && d > 0 && pts_us < p->pts_us)
		p->reordered = true;
	if (key)
		keyframe(p, dts_us);
	p->frames++;
	p->bytes += bytes;
	p->begun = true;
	p->dts_us = dts_us;
	p->pts_us = pts_us;
}

void
pulse_again(struct pulse *p)
{
	*p = (struct pulse){.begun = p->begun,
	    .keyed = p->keyed,
	    .dts_us = p->dts_us,
	    .pts_us = p->pts_us,
	    .key_us = p->key_us,
	    .key_last_us = p->key_last_us};
}

uint64_t
pulse_frame_rate_mhz(const struct pulse *p)
{
	if (p->steps_us <= 0)
		return 0;
	return (p->steps * MILLI * MICRO + (uint64_t)p->steps_us / 2) /
	       (uint64_t)p->steps_us;
}

uint64_t
pulse_bit_rate(const struct pulse *p)
{
	uint64_t each;

	/* The last frame lasts as long as the others did. */
	if (p->steps_us <= 0 || p->frames == 0)
		return 0;
	each = (uint64_t)p->steps_us / p->steps;
	return p->bytes * BITS * MICRO / ((uint64_t)p->steps_us + each);
}

uint64_t
pulse_key_interval_us(const struct pulse *p)
{
	int64_t since = p->keyed ? p->dts_us - p->key_us : 0;

	since = since > p->key_max_us ? since : p->key_max_us;
	if (p->key_steps == 0 && p->key_last_us > since)
		since = p->key_last_us;
	return (uint64_t)since;
}
