#include "parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
parts_fini(struct parts *p)
{
	free(p->part);
	*p = (struct parts){.n = 0};
}

const struct part *
parts_growing(const struct parts *p)
{
	return p->growing > 0 ? p->part + p->n - p->growing : NULL;
}

void
parts_drop(struct parts *p)
{
	p->n -= p->growing;
	p->growing = 0;
	p->lost = false;
}

/* Where the next part of the segment that grows must begin. */
enum { ROUNDED_US = 50000 /* of which stamps make a segment longer */ };

static uint64_t
end_of(const struct parts *p)
{
	const struct part *last = &p->part[p->n - 1];

	return p->growing > 0 ? last->offset + last->bytes : 0;
}

static int
make_room(struct parts *p)
{
	size_t n = p->capacity > 0 ? 2 * p->capacity : 32;
	struct part *part;

	if (p->n < p->capacity)
		return 0;
	if ((part = reallocarray(p->part, n, sizeof(*part))) == NULL)
		return -1;
	p->part = part;
	p->capacity = n;
	return 0;
}

/* Does E continue what grows? */
static bool
continues(const struct parts *p, const struct PartReady *e)
{
	const struct part *first = parts_growing(p);

	return first != NULL && first->msn == e->msn && p->run == e->run &&
	       e->part == p->growing && e->offset == end_of(p);
}

int
parts_add(struct parts *p, const struct PartReady *e)
{
	const struct part *first = parts_growing(p);
	size_t before = p->growing;

	/* Said twice. */
	if (first != NULL && first->msn == e->msn && p->run == e->run &&
	    e->part < p->growing && first[e->part].offset == e->offset &&
	    first[e->part].bytes == e->bytes)
		return 0;
	if (e->part == 0 && e->offset == 0) {
		parts_drop(p);
		p->run = (uint32_t)e->run;
		p->discontinuity = e->discontinuity;
	} else if (!continues(p, e) || p->n >= PARTS_MAX) {
		parts_drop(p);
		p->lost = true;
		return before > 0;
	}
	if (make_room(p) == -1)
		return -1;
	p->part[p->n++] = (struct part){.msn = e->msn,
	    .start_us = e->start_us,
	    .duration_us = e->duration_us,
	    .offset = e->offset,
	    .bytes = e->bytes,
	    .independent = e->independent};
	p->growing++;
	return 1;
}

/* Do the parts that grow last as long as their segment, DURATION_US? */
static bool
last_as_long(const struct parts *p, uint64_t duration_us)
{
	uint64_t us = 0;

	for (size_t i = p->n - p->growing; i < p->n; i++)
		us += p->part[i].duration_us;
	return us + ROUNDED_US >= duration_us;
}

void
parts_close(struct parts *p, uint64_t msn, uint64_t bytes, uint64_t duration_us)
{
	const struct part *first = parts_growing(p);

	p->lost = false;
	if (first == NULL)
		return;
	if (first->msn == msn && end_of(p) == bytes &&
	    last_as_long(p, duration_us))
		p->growing = 0;
	else if (first->msn <= msn)
		parts_drop(p);
}

void
parts_trim(struct parts *p, uint64_t msn)
{
	size_t whole = p->n - p->growing, out = 0;

	while (out < whole && p->part[out].msn < msn)
		out++;
	if (out == 0)
		return;
	p->n -= out;
	memmove(p->part, p->part + out, p->n * sizeof(*p->part));
}

const struct part *
parts_of(const struct parts *p, uint64_t msn, size_t *n)
{
	size_t i = 0;

	while (i < p->n && p->part[i].msn != msn)
		i++;
	for (*n = 0; i + *n < p->n && p->part[i + *n].msn == msn; ++*n)
		;
	return *n > 0 ? &p->part[i] : NULL;
}
