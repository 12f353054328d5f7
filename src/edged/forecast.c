#include "forecast.h"

#include "num.h"

enum {
	REGULAR_SEGMENTS = 3, /* so many alike make us believe in the next */
	ALIKE_US = 20000,
	/* Told a little long rather than short: a client that saw a segment
	 * end once does not like to see it end later. */
	MARGIN_US = 1000,
	/* What durations have in common is a frame, unless it is less. */
	LEAST_FRAME_US = 2000,
	LOOK_BACK = 16
};

/* The number of the track that the others follow, or B's tracks: none. */
static size_t
leader(const struct broadcast *b, const struct period *p)
{
	size_t found = b->tracks;

	for (size_t i = 0; i < b->tracks; i++) {
		if (p->lane[i] == NULL || !track_low_latency(b, &b->track[i]))
			continue;
		if (p->lane[i]->state.video && !p->lane[i]->lost)
			return i;
		if (found == b->tracks)
			found = i;
	}
	return found;
}

/* The longest of track I's last segments, if they are alike, or 0. */
static uint64_t
usual_us(const struct periods *p, size_t i)
{
	uint64_t longest = 0, shortest = UINT64_MAX, seen = 0;

	for (size_t k = p->periods; k > 0 && seen < REGULAR_SEGMENTS; k--) {
		const struct lane *l = p->period[k - 1].lane[i];
		size_t j = l != NULL ? l->stretches : 0;

		for (; j > 0 && seen < REGULAR_SEGMENTS; j--) {
			uint64_t us = lane_us(l, l->stretch[j - 1].duration);

			longest = us > longest ? us : longest;
			shortest = us < shortest ? us : shortest;
			seen += l->stretch[j - 1].count;
		}
	}
	if (seen < REGULAR_SEGMENTS || longest - shortest > ALIKE_US)
		return 0;
	return longest;
}

void
forecast_make(const struct broadcast *b, struct forecast *out)
{
	const struct periods *p = &b->periods;
	const struct lane *l;
	size_t lead;

	*out = (struct forecast){0};
	if (p->periods == 0 ||
	    (lead = leader(b, &p->period[p->periods - 1])) == b->tracks ||
	    (out->duration_us = usual_us(p, lead)) == 0)
		return;
	for (size_t i = 0; i < b->tracks; i++)
		if (b->track[i].part_us > out->part_us)
			out->part_us = b->track[i].part_us;
	out->low_latency = out->part_us < out->duration_us;
	l = p->period[p->periods - 1].lane[lead];
	if (!out->low_latency || l->over || p->paused)
		return;
	out->ends = FORECAST_ENDS;
	for (size_t k = 0; k < FORECAST_ENDS; k++)
		out->end_us[k] =
		    lane_wall_us(l, lane_end(l)) + k * out->duration_us;
}

/* What every segment of L lasts a multiple of, in ticks. */
static uint64_t
frame_of(const struct lane *l)
{
	uint64_t frame = 0;

	for (size_t k = l->stretches, n = 0; k > 0 && n < LOOK_BACK; n++)
		frame = num_gcd(l->stretch[--k].duration, frame);
	return lane_us(l, frame) < LEAST_FRAME_US ? 1 : frame;
}

size_t
forecast_lane(const struct forecast *f, const struct lane *l,
    uint32_t duration[FORECAST_ENDS])
{
	uint64_t end = lane_end(l), frame = frame_of(l);
	size_t n = 0;

	for (size_t k = 0; k < f->ends && !l->over; k++) {
		uint64_t from_us = lane_wall_us(l, end), ticks;

		/* A picture that lags may be lost, and Shaka Player asks for
		 * ever for what it once heard of. */
		if (n > 0 && l->state.video)
			break;
		if (f->end_us[k] < from_us + f->duration_us / 2)
			continue;
		ticks = lane_ticks(l, f->end_us[k] - from_us);
		/* A track that follows ends with the frame that is nearest. */
		ticks = (ticks + frame / 2) / frame * frame;
		if (ticks == 0 || ticks > UINT32_MAX / 2)
			break;
		end += ticks;
		duration[n++] = (uint32_t)ticks;
	}
	if (n > 0)
		duration[n - 1] += (uint32_t)lane_ticks(l, MARGIN_US);
	return n;
}
