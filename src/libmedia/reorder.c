#include "reorder.h"

void
reorder_init(struct reorder *r, unsigned delay, int64_t frame, int64_t second)
{
	*r = (struct reorder){
	    .delay = delay < MEDIA_MAX_DELAY ? delay : MEDIA_MAX_DELAY,
	    .frame = frame,
	    .second = second};
}

int64_t
reorder_dts(struct reorder *r, int64_t pts)
{
	unsigned i;
	int64_t dts;

	/*
	 * A time that lies seconds away begins a new order: among the old
	 * times it would hold back, or be held back by, what belongs together.
	 */
	if (r->n > 0 &&
	    (pts > r->newest + 3 * r->second || pts < r->last - r->second / 2))
		r->n = 0;
	if (r->n == 0)
		r->newest = pts;
	if (pts > r->newest)
		r->newest = pts;
	/* There is more reordering than was told. */
	if (r->n > 0 && pts < r->last && r->delay < MEDIA_MAX_DELAY)
		r->delay++;
	/* The smallest was given out when the window was full. */
	if (r->n > r->delay)
		for (i = 0, r->n--; i < r->n; i++)
			r->window[i] = r->window[i + 1];
	for (i = r->n++; i > 0 && r->window[i - 1] > pts; i--)
		r->window[i] = r->window[i - 1];
	r->window[i] = pts;
	if (r->n == 1)
		dts = pts - (int64_t)r->delay * r->frame;
	else if (r->n <= r->delay)
		dts = r->window[0] - (int64_t)(r->delay + 1 - r->n) * r->frame;
	else
		dts = r->window[0];
	/* A time twice, or one that came too late: go on growing. */
	if (r->n > 1 && dts <= r->last)
		dts = r->last + 1;
	r->last = dts;
	return dts;
}
