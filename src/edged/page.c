#include "page.h"

#include "pack.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static struct page *
page_make(size_t text_cap)
{
	struct page *p = malloc(sizeof(*p) + text_cap);

	if (p == NULL)
		return NULL;
	memset(p, 0, offsetof(struct page, segment));
	if ((errno = pthread_mutex_init(&p->lock, NULL)) != 0) {
		free(p);
		return NULL;
	}
	atomic_init(&p->holders, 1);
	p->packed_tried = p->crc_known = false;
	p->packed = NULL;
	p->text_cap = text_cap;
	return p;
}

static void
page_drop(struct page *p)
{
	if (atomic_fetch_sub_explicit(&p->holders, 1, memory_order_acq_rel) !=
	    1)
		return;
	(void)pthread_mutex_destroy(&p->lock);
	free(p->packed);
	free(p);
}

static struct page *
page_hold(struct page *p)
{
	atomic_fetch_add_explicit(&p->holders, 1, memory_order_relaxed);
	return p;
}

struct pages *
pages_hold(struct pages *p)
{
	if (p != NULL)
		atomic_fetch_add_explicit(&p->holders, 1, memory_order_relaxed);
	return p;
}

void
pages_drop(struct pages **pp)
{
	struct pages *p = *pp;

	*pp = NULL;
	if (p == NULL || atomic_fetch_sub_explicit(
			     &p->holders, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < p->n; i++)
		page_drop(p->page[i]);
	free(p);
}

/*
 * Put a list in place of *P that has its pages from SKIP on, and room for one
 * more.  The last is left to the caller.  NULL with errno ENOMEM.
 */
static struct pages *
relist(struct pages **p, size_t skip, size_t more)
{
	size_t n = *p != NULL ? (*p)->n - skip : 0;
	struct pages *fresh =
	    malloc(sizeof(*fresh) + (n + more) * sizeof(struct page *));

	if (fresh == NULL)
		return NULL;
	atomic_init(&fresh->holders, 1);
	fresh->n = n + more;
	for (size_t i = 0; i < n; i++)
		fresh->page[i] = page_hold((*p)->page[skip + i]);
	pages_drop(p);
	*p = fresh;
	return fresh;
}

int
pages_add(struct pages **p, const struct segment *s, uint64_t sequence,
    uint64_t discontinuities, size_t line_max)
{
	struct page *last = *p != NULL ? (*p)->page[(*p)->n - 1] : NULL;

	if (last == NULL || last->segments == PAGE_SEGMENTS) {
		last = page_make(line_max * PAGE_SEGMENTS);
		if (last == NULL || relist(p, 0, 1) == NULL) {
			if (last != NULL)
				page_drop(last);
			return -1;
		}
		last->sequence = sequence;
		last->discontinuities = discontinuities;
		(*p)->page[(*p)->n - 1] = last;
	}
	assert(last->sequence + last->segments == sequence);
	last->segment[last->segments++] = *s;
	return 0;
}

/* A copy of P, which is full, that takes no more than it needs. */
static struct page *
close_page(const struct page *p)
{
	struct page *c = page_make(p->end[PAGE_SEGMENTS - 1]);

	if (c == NULL)
		return NULL;
	c->sequence = p->sequence;
	c->discontinuities = p->discontinuities;
	c->segments = c->lines = PAGE_SEGMENTS;
	memcpy(c->segment, p->segment, sizeof(c->segment));
	memcpy(c->end, p->end, sizeof(c->end));
	memcpy(c->text, p->text, c->text_cap);
	return c;
}

int
pages_write(struct pages **pp, uint64_t sequence, struct str lines)
{
	struct pages *list = *pp;
	size_t k = (size_t)(sequence - list->page[0]->sequence) / PAGE_SEGMENTS;
	struct page *p = list->page[k], *closed;
	size_t at = p->lines > 0 ? p->end[p->lines - 1] : 0;

	assert(p->sequence + p->lines == sequence);
	assert(p->lines < p->segments && p->text_cap - at >= lines.len);
	memcpy(p->text + at, lines.p, lines.len);
	p->end[p->lines++] = (uint32_t)(at + lines.len);
	if (p->lines < PAGE_SEGMENTS)
		return 0;
	/* Others may read the page as it was: it cannot shrink in its place. */
	if ((closed = close_page(p)) == NULL ||
	    (list = relist(pp, 0, 0)) == NULL) {
		if (closed != NULL)
			page_drop(closed);
		p->lines--;
		return -1;
	}
	page_drop(list->page[k]);
	list->page[k] = closed;
	return 0;
}

int
pages_trim(struct pages **p, uint64_t sequence)
{
	size_t out = 0;

	if (*p == NULL)
		return 0;
	/* The last one is where the next segment goes. */
	while (out + 1 < (*p)->n && (*p)->page[out + 1]->sequence <= sequence)
		out++;
	return out == 0 || relist(p, out, 0) != NULL ? 0 : -1;
}

const struct page *
pages_find(const struct pages *p, uint64_t sequence, size_t *i)
{
	uint64_t n = sequence - p->page[0]->sequence;

	*i = (size_t)(n % PAGE_SEGMENTS);
	return p->page[n / PAGE_SEGMENTS];
}

const struct segment *
pages_segment(const struct pages *p, uint64_t sequence)
{
	size_t i;
	const struct page *page = pages_find(p, sequence, &i);

	return &page->segment[i];
}

uint64_t
pages_discontinuities(const struct pages *p, uint64_t sequence)
{
	size_t i;
	const struct page *page = pages_find(p, sequence, &i);
	uint64_t n = page->discontinuities;

	while (i-- > 0)
		n += page->segment[i].discontinuity;
	return n;
}

struct str
page_lines(const struct page *p, uint64_t first, uint64_t last)
{
	size_t from = first > p->sequence ? (size_t)(first - p->sequence) : 0;
	size_t to = (size_t)(last - p->sequence), begin;

	if (to > PAGE_SEGMENTS)
		to = PAGE_SEGMENTS;
	if (from >= to)
		return (struct str){0};
	begin = from > 0 ? p->end[from - 1] : 0;
	return (struct str){p->text + begin, p->end[to - 1] - begin};
}

uint32_t
page_crc(struct page *p)
{
	uint32_t crc;

	(void)pthread_mutex_lock(&p->lock);
	if (!p->crc_known) {
		p->crc =
		    pack_crc((struct str){p->text, p->end[PAGE_SEGMENTS - 1]});
		p->crc_known = true;
	}
	crc = p->crc;
	(void)pthread_mutex_unlock(&p->lock);
	return crc;
}

bool
page_packed(struct page *p, struct str *out)
{
	const struct str text = {p->text, p->end[PAGE_SEGMENTS - 1]};

	(void)pthread_mutex_lock(&p->lock);
	if (!p->packed_tried)
		p->packed = pack_deflate(&text, 1, false, &p->packed_bytes);
	p->packed_tried = true;
	*out = (struct str){(const char *)p->packed, p->packed_bytes};
	(void)pthread_mutex_unlock(&p->lock);
	return out->p != NULL;
}

size_t
pages_bytes(const struct pages *p)
{
	size_t bytes = 0;

	/* Packed a page is an eighth of its text, or less. */
	for (size_t i = 0; p != NULL && i < p->n; i++)
		bytes += sizeof(*p->page[i]) + sizeof(p->page[i]) +
			 p->page[i]->text_cap + p->page[i]->text_cap / 8;
	return bytes;
}
