#include "movie_parts.h"

#include "box.h"
#include "boxes.h"
#include "ticks.h"

enum { MDAT_HEAD = 16, MEDIA_RATE_1 = 0x10000, MICRO = 1000000 };

#define BOX(a, b, c, d) CODEC_BOX(a, b, c, d)

/* The samples of F that are in the movie: FROM to TO - 1 of its track's. */
static void
kept(const struct movie *m, const struct movie_fragment *f, size_t *from,
    size_t *to)
{
	const struct movie_track *t = &m->track[f->track];

	*from = f->first > t->from ? f->first : t->from;
	*to = f->first + f->samples < t->to ? f->first + f->samples : t->to;
}

/* Cut each fragment to what is in the movie, and give it its place there. */
static uint64_t
lay_out(struct movie *m)
{
	uint8_t told[MEDIA_MAX_TRACKS] = {0}; /* the entry in force */
	uint64_t at = 0;
	size_t n = 0;

	for (size_t i = 0; i < m->fragments; i++) {
		struct movie_fragment f = m->fragment[i];
		struct cmaf_sample *s = m->track[f.track].sample;
		size_t from, to, j = f.first;

		kept(m, &f, &from, &to);
		if (to <= from)
			continue;
		for (; j < from; j++) {
			f.offset += s[j].bytes;
			f.dts += s[j].duration;
		}
		if (f.entry != told[f.track])
			f.sets =
			    (uint32_t)m->track[f.track].entry[f.entry].sets_len;
		told[f.track] = f.entry;
		/* They are a part of its first sample. */
		s[from].bytes += f.sets;
		for (f.bytes = 0; j < to; j++)
			f.bytes += s[j].bytes;
		f.first = (uint32_t)from;
		f.samples = (uint32_t)(to - from);
		f.at = at;
		at += f.bytes;
		m->fragment[n++] = f;
	}
	m->fragments = n;
	return at;
}

/* A run of equal values, as stts, ctts and stsc count them. */
struct run {
	struct buf *b;
	size_t count_at;
	uint32_t runs, n;
	int64_t value;
};

static void
run_begin(struct run *r, struct buf *b)
{
	*r = (struct run){.b = b, .count_at = b->len};
	box_u32(b, 0);
}

static void
run_put(struct run *r, int64_t value)
{
	if (r->n > 0 && r->value != value) {
		box_u32(r->b, r->n);
		box_u32(r->b, (uint32_t)r->value);
		r->runs++;
		r->n = 0;
	}
	r->value = value;
	r->n++;
}

static void
run_end(struct run *r)
{
	if (r->n > 0)
		run_put(r, r->value + 1);
	box_patch(r->b, r->count_at, r->runs);
}

/* How long each sample lasts: until the next is decoded. */
static void
stts(struct buf *b, const struct movie *m, size_t track, uint64_t *duration)
{
	const struct movie_track *t = &m->track[track];
	size_t box = box_begin_full(b, BOX('s', 't', 't', 's'), 0, 0);
	struct movie_walk w;
	struct run r;
	int64_t first = 0, last = 0, lasts = 0;

	*duration = 0;
	run_begin(&r, b);
	movie_walk_begin(&w, m, track);
	while (movie_walk_next(&w)) {
		if (w.sample > t->from)
			run_put(&r, w.dts - last);
		else
			first = w.dts;
		last = w.dts;
		lasts = w.lasts > 0 ? w.lasts : 1;
	}
	run_put(&r, lasts);
	run_end(&r);
	*duration = (uint64_t)(last + lasts - first);
	box_end(b, box);
}

/* How much later than decoded each is shown. */
static void
ctts(struct buf *b, const struct movie *m, size_t track)
{
	bool any = false, negative = false;
	struct movie_walk w;
	struct run r;
	size_t box;

	movie_walk_begin(&w, m, track);
	while (movie_walk_next(&w)) {
		any |= w.pts != w.dts;
		negative |= w.pts < w.dts;
	}
	if (!any)
		return;
	box = box_begin_full(b, BOX('c', 't', 't', 's'), negative, 0);
	run_begin(&r, b);
	movie_walk_begin(&w, m, track);
	while (movie_walk_next(&w))
		run_put(&r, w.pts - w.dts);
	run_end(&r);
	box_end(b, box);
}

/* Which samples are keyframes; none of this box: all. */
static void
stss(struct buf *b, const struct movie_track *t)
{
	size_t box, count_at;
	uint32_t n = 0;

	if (!t->video)
		return;
	box = box_begin_full(b, BOX('s', 't', 's', 's'), 0, 0);
	count_at = b->len;
	box_u32(b, 0);
	for (size_t i = t->from; i < t->to; i++)
		if (t->sample[i].key) {
			box_u32(b, (uint32_t)(i - t->from + 1));
			n++;
		}
	box_patch(b, count_at, n);
	box_end(b, box);
}

static void
stsz(struct buf *b, const struct movie_track *t)
{
	size_t box = box_begin_full(b, BOX('s', 't', 's', 'z'), 0, 0);

	box_u32(b, 0);
	box_u32(b, (uint32_t)(t->to - t->from));
	for (size_t i = t->from; i < t->to; i++)
		box_u32(b, t->sample[i].bytes);
	box_end(b, box);
}

/* A fragment is a chunk: so many samples, of that description. */
static void
stsc(struct buf *b, const struct movie *m, size_t track)
{
	size_t box = box_begin_full(b, BOX('s', 't', 's', 'c'), 0, 0);
	size_t count_at = b->len;
	const struct movie_fragment *before = NULL;
	uint32_t chunk = 0, n = 0;

	box_u32(b, 0);
	for (size_t i = 0; i < m->fragments; i++) {
		const struct movie_fragment *f = &m->fragment[i];

		if (f->track != track)
			continue;
		chunk++;
		if (before == NULL || before->samples != f->samples ||
		    before->entry != f->entry) {
			box_u32(b, chunk);
			box_u32(b, f->samples);
			box_u32(b, f->entry + 1u);
			n++;
		}
		before = f;
	}
	box_patch(b, count_at, n);
	box_end(b, box);
}

/* Where chunks begin, with 64 bits; the head's length is added at last. */
static void
co64(struct buf *b, const struct movie *m, size_t track, uint64_t head_bytes)
{
	size_t box = box_begin_full(b, BOX('c', 'o', '6', '4'), 0, 0);
	size_t count_at = b->len;
	uint32_t n = 0;

	box_u32(b, 0);
	for (size_t i = 0; i < m->fragments; i++)
		if (m->fragment[i].track == track) {
			box_u64(b, head_bytes + m->fragment[i].at);
			n++;
		}
	box_patch(b, count_at, n);
	box_end(b, box);
}

static void
stsd(struct buf *b, const struct movie_track *t)
{
	size_t box = box_begin_full(b, BOX('s', 't', 's', 'd'), 0, 0);

	box_u32(b, (uint32_t)t->entries);
	for (size_t i = 0; i < t->entries; i++)
		(void)buf_put(b, t->entry[i].box, t->entry[i].len);
	box_end(b, box);
}

/* Ticks of T in the movie's clock, which is that of track 0. */
static uint64_t
movie_ticks(const struct movie *m, const struct movie_track *t, int64_t ticks)
{
	return (uint64_t)ticks_rescale(
	    ticks, 1, t->timescale, m->track[0].timescale);
}

/* What is shown of T, after a wait when it begins later than others. */
static void
edts(struct buf *b, const struct movie *m, const struct movie_track *t)
{
	size_t box = box_begin(b, BOX('e', 'd', 't', 's'));
	size_t elst = box_begin_full(b, BOX('e', 'l', 's', 't'), 1, 0);
	uint64_t wait = movie_ticks(m, t, t->wait);

	box_u32(b, wait > 0 ? 2 : 1);
	if (wait > 0) {
		box_u64(b, wait);
		box_u64(b, UINT64_MAX); /* nothing is shown */
		box_u32(b, MEDIA_RATE_1);
	}
	box_u64(b, movie_ticks(m, t, t->shown));
	box_u64(b, (uint64_t)(t->begin - t->dts));
	box_u32(b, MEDIA_RATE_1);
	box_end(b, elst);
	box_end(b, box);
}

/* Of what a track takes, the movie's length. */
static uint64_t
takes(const struct movie *m, const struct movie_track *t)
{
	return movie_ticks(m, t, t->wait) + movie_ticks(m, t, t->shown);
}

static void
trak(struct buf *b, const struct movie *m, size_t track, uint32_t id,
    uint64_t head_bytes)
{
	const struct movie_track *t = &m->track[track];
	size_t box = box_begin(b, BOX('t', 'r', 'a', 'k')), mdia, minf, stbl;
	struct buf times;
	uint64_t duration;

	buf_init(&times, SIZE_MAX);
	stts(&times, m, track, &duration);
	boxes_tkhd(b, id, takes(m, t), t->width, t->height);
	edts(b, m, t);
	mdia = box_begin(b, BOX('m', 'd', 'i', 'a'));
	boxes_mdhd(b, t->timescale, duration);
	boxes_hdlr(b, t->video);
	minf = box_begin(b, BOX('m', 'i', 'n', 'f'));
	boxes_media(b, t->video);
	stbl = box_begin(b, BOX('s', 't', 'b', 'l'));
	stsd(b, t);
	(void)buf_put(b, times.p, times.len);
	b->failed |= times.failed;
	buf_fini(&times);
	ctts(b, m, track);
	stss(b, t);
	stsz(b, t);
	stsc(b, m, track);
	co64(b, m, track, head_bytes);
	box_end(b, stbl);
	box_end(b, minf);
	box_end(b, mdia);
	box_end(b, box);
}

static void
write_head(
    struct movie *m, uint64_t head_bytes, uint64_t mdat_bytes, uint64_t length)
{
	static const uint32_t brand[] = {BOX('i', 's', 'o', 'm'),
	    BOX('i', 's', 'o', '2'), BOX('m', 'p', '4', '1')};
	struct buf *b = &m->head;
	uint32_t id = 0;
	size_t moov;

	buf_reset(b);
	boxes_ftyp(b, brand, sizeof(brand) / sizeof(brand[0]));
	moov = box_begin(b, BOX('m', 'o', 'o', 'v'));
	boxes_mvhd(b, m->track[0].timescale, length, (uint32_t)m->tracks + 1);
	for (size_t i = 0; i < m->tracks; i++)
		if (m->track[i].to > m->track[i].from)
			trak(b, m, i, ++id, head_bytes);
	box_end(b, moov);
	box_u32(b, 1); /* the size is behind the type, with 64 bits */
	box_u32(b, BOX('m', 'd', 'a', 't'));
	box_u64(b, MDAT_HEAD + mdat_bytes);
}

int
movie_write(struct movie *m)
{
	uint64_t mdat_bytes = lay_out(m), length = 0;

	for (size_t i = 0; i < m->tracks; i++) {
		const struct movie_track *t = &m->track[i];

		if (t->to > t->from && takes(m, t) > length)
			length = takes(m, t);
	}
	m->length_us = (uint64_t)ticks_rescale(
	    (int64_t)length, 1, m->track[0].timescale, MICRO);
	/* Once to know how long it is, and once more with that in it. */
	write_head(m, 0, mdat_bytes, length);
	write_head(m, m->head.len, mdat_bytes, length);
	if (m->head.failed)
		return -1;
	for (size_t i = 0; i < m->fragments; i++)
		m->fragment[i].at += m->head.len;
	m->bytes = m->head.len + mdat_bytes;
	return 0;
}
