#ifndef MEDIA_TICKS_H
#define MEDIA_TICKS_H

#include <stdint.h>

/*
 * V ticks of NUM / DEN seconds each as ticks of 1 / HZ seconds, rounded to
 * the nearest and cut to what an int64_t holds.  DEN and HZ are above 0.
 */
int64_t ticks_rescale(int64_t v, uint32_t num, uint32_t den, uint32_t hz);

#endif
