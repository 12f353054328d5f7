#include "body.h"

#include "pack.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
add(struct body *b, struct str s)
{
	if (s.len == 0)
		return;
	assert(b->pieces < BODY_MAX_PIECES);
	/* sendmsg(2) takes bytes it will not write through a plain pointer. */
	memcpy(&b->piece[b->pieces].iov_base, &s.p, sizeof(void *));
	b->piece[b->pieces++].iov_len = s.len;
	b->bytes += s.len;
}

static struct str
begin_of(const struct body *b)
{
	return (struct str){(const char *)b->own.p, b->begin_bytes};
}

static struct str
end_of(const struct body *b)
{
	return (struct str){(const char *)b->own.p + b->begin_bytes,
	    b->own.len - b->begin_bytes};
}

static bool
is_whole(const struct page *p, uint64_t first, uint64_t last)
{
	return first <= p->sequence && last >= p->sequence + PAGE_SEGMENTS;
}

/* A body with room for pieces of all pages of P. */
static struct body *
make(struct pages *p, uint64_t first, uint64_t last)
{
	size_t n = 4 + (first < last ? p->n : 0);
	struct body *b;

	if (n > BODY_MAX_PIECES) {
		errno = EMSGSIZE;
		return NULL;
	}
	if ((b = calloc(1, sizeof(*b))) == NULL)
		return NULL;
	atomic_init(&b->holders, 1);
	buf_init(&b->own, 0);
	if ((b->piece = calloc(n, sizeof(*b->piece))) == NULL) {
		free(b);
		return NULL;
	}
	b->pages = pages_hold(p);
	return b;
}

struct body *
body_hold(struct body *b)
{
	atomic_fetch_add_explicit(&b->holders, 1, memory_order_relaxed);
	return b;
}

void
body_drop(struct body **bp)
{
	struct body *b = *bp;

	*bp = NULL;
	if (b == NULL || atomic_fetch_sub_explicit(
			     &b->holders, 1, memory_order_acq_rel) != 1)
		return;
	pages_drop(&b->pages);
	buf_fini(&b->own);
	free(b->packed[0]);
	free(b->packed[1]);
	free(b->piece);
	free(b);
}

/* The same bytes get the same tag after a restart and on another host. */
static void
tag(struct body *b)
{
	(void)snprintf(b->etag, sizeof(b->etag),
	    "\"%" PRIx64 "-%08" PRIx32 "\"", b->bytes, b->crc);
}

struct body *
body_make(struct buf *own, size_t begin_bytes, struct pages *p, uint64_t first,
    uint64_t last)
{
	struct body *b = make(p, first, last);
	struct str s;

	if (b == NULL)
		return NULL;
	b->own = *own;
	buf_init(own, own->max);
	b->begin_bytes = begin_bytes;
	s = begin_of(b);
	b->crc = pack_crc(s);
	add(b, s);
	for (size_t i = 0; first < last && i < p->n; i++) {
		struct page *page = p->page[i];

		if (page->sequence >= last)
			break;
		s = page_lines(page, first, last);
		b->crc = pack_crc_join(b->crc,
		    is_whole(page, first, last) ? page_crc(page) : pack_crc(s),
		    s.len);
		add(b, s);
	}
	s = end_of(b);
	b->crc = pack_crc_join(b->crc, pack_crc(s), s.len);
	add(b, s);
	tag(b);
	return b;
}

static void
put_le32(unsigned char *p, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(n >> 8 * i);
}

/* Neither a name nor a time in it: the same bytes give the same. */
static const char gzip_head[10] = {'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 0, 3};

/*
 * Of pages that are whole what they were packed to once; what is before and
 * behind them is packed here.
 */
struct body *
body_gzip(const struct body *b, uint64_t first, uint64_t last)
{
	struct pages *p = b->pages;
	struct body *g = make(p, first, last);
	struct str text[2] = {begin_of(b)}, s;
	size_t n = 1, bytes, i = 0;

	if (g == NULL)
		return NULL;
	add(g, (struct str){gzip_head, sizeof(gzip_head)});
	for (; first < last && i < p->n && !is_whole(p->page[i], first, last);
	     i++) {
		s = page_lines(p->page[i], first, last);
		/* At most two are not whole, and then they are neighbours. */
		if (s.len > 0 && n < 2)
			text[n++] = s;
		else if (s.len > 0)
			break;
	}
	if ((g->packed[0] = pack_deflate(text, n, false, &bytes)) == NULL)
		goto free_body;
	add(g, (struct str){(const char *)g->packed[0], bytes});
	for (; first < last && i < p->n && is_whole(p->page[i], first, last);
	     i++) {
		if (!page_packed(p->page[i], &s))
			goto free_body;
		add(g, s);
	}
	text[0] = (struct str){0};
	if (first < last && i < p->n && p->page[i]->sequence < last)
		text[0] = page_lines(p->page[i], first, last);
	text[1] = end_of(b);
	if ((g->packed[1] = pack_deflate(text, 2, true, &bytes)) == NULL)
		goto free_body;
	add(g, (struct str){(const char *)g->packed[1], bytes});
	put_le32(g->trailer, b->crc);
	put_le32(g->trailer + 4, (uint32_t)b->bytes);
	add(g, (struct str){(const char *)g->trailer, sizeof(g->trailer)});
	/* They tell the codings apart (RFC 9110, 8.8.3.3). */
	(void)snprintf(g->etag, sizeof(g->etag),
	    "\"%" PRIx64 "-%08" PRIx32 "-gz\"", b->bytes, b->crc);
	return g;

free_body:
	body_drop(&g);
	errno = ENOMEM;
	return NULL;
}
