#ifndef MEDIA_RHYTHM_H
#define MEDIA_RHYTHM_H

#include <stdint.h>

/*
 * How regularly the frames of a track follow each other, in ticks: what tells
 * when the next one is due before it is there.  Stamps of encoders are coarse,
 * so it is an average that tells; all zeroes to begin with.
 */
struct rhythm {
	int64_t mean_256; /* the interval, in 1/256 ticks; 0: not known */
	unsigned steady;  /* so many in a row were about that long */
};

/* A frame came INTERVAL after the one before. */
void rhythm_step(struct rhythm *r, int64_t interval);

/* How long the last frame will turn out to last; 0: that cannot be told. */
int64_t rhythm_frame(const struct rhythm *r);

#endif
