#ifndef MEDIA_COLOUR_H
#define MEDIA_COLOUR_H

#include <stdbool.h>

/*
 * What numbers of a picture mean as light, as ITU-T H.273 counts it; 2 is
 * "not said", in all three.
 */
struct colour {
	unsigned primaries, transfer, matrix;
	bool full_range;
};

enum {
	COLOUR_BT709 = 1,
	COLOUR_UNSAID = 2,
	COLOUR_BT601 = 6,
	COLOUR_SMPTE240 = 7,
	COLOUR_BT2020 = 9,
	COLOUR_SRGB = 13, /* a transfer */
	COLOUR_RGB = 0    /* a matrix */
};

/* Nothing said. */
static inline struct colour
colour_unsaid(void)
{
	return (struct colour){
	    COLOUR_UNSAID, COLOUR_UNSAID, COLOUR_UNSAID, false};
}

/* Is that what players take it to be when they are told nothing? */
static inline bool
colour_plain(const struct colour *c)
{
	return (c->primaries == COLOUR_BT709 ||
		   c->primaries == COLOUR_UNSAID) &&
	       (c->transfer == COLOUR_BT709 || c->transfer == COLOUR_UNSAID) &&
	       (c->matrix == COLOUR_BT709 || c->matrix == COLOUR_UNSAID) &&
	       !c->full_range;
}

#endif
