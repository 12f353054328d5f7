#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* How long each of many things took.  Embedded. */
struct sample {
	uint64_t *took_us; /* CAP of them, N taken */
	size_t n, cap;
};

/* Room for CAP.  0, or -1 with errno. */
int sample_init(struct sample *s, size_t cap);
void sample_fini(struct sample *s);

/* What has no room is left out. */
void sample_add(struct sample *s, uint64_t took_us);

/* PERCENT of them took at most so long; 0 when there are none. */
uint64_t sample_percentile_us(struct sample *s, unsigned percent);

#endif
