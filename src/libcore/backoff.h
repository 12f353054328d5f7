#ifndef CORE_BACKOFF_H
#define CORE_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_MAX_MS = 60 * 1000 };

/*
 * How long to wait, in microseconds, after the TRIES-th failure (from 1):
 * FIRST_MS doubled with each one up to BACKOFF_MAX_MS, of which RANDOM
 * takes away up to a half, so that what failed together is not tried again
 * together.
 */
uint64_t backoff_us(uint64_t tries, uint64_t first_ms, uint64_t random);

#endif
