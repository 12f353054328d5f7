#include "sample.h"

#include <stdlib.h>

int
sample_init(struct sample *s, size_t cap)
{
	*s = (struct sample){.cap = cap};
	s->took_us = calloc(cap > 0 ? cap : 1, sizeof(*s->took_us));
	return s->took_us != NULL ? 0 : -1;
}

void
sample_fini(struct sample *s)
{
	free(s->took_us);
	*s = (struct sample){0};
}

void
sample_add(struct sample *s, uint64_t took_us)
{
	if (s->n < s->cap)
		s->took_us[s->n++] = took_us;
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

uint64_t
sample_percentile_us(struct sample *s, unsigned percent)
{
	if (s->n == 0)
		return 0;
	qsort(s->took_us, s->n, sizeof(*s->took_us), by_value);
	return s->took_us[percent < 100 ? s->n * percent / 100 : s->n - 1];
}
