#include "movie_parts.h"

#include "ticks.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MICRO = 1000000,
	/* So much of a file is read at once: most heads are shorter. */
	WINDOW_BYTES = 4096,
	/* Limits on times, within which no sum of them overflows. */
	MAX_TIMESCALE = 10 * 1000 * 1000,
	MAX_FRAGMENT_S = 3600
};
#define MAX_TIME_US (INT64_C(1) << 53)

struct movie *
movie_open(void)
{
	struct movie *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	buf_init(&m->window, CMAF_MAX_MOOF);
	buf_init(&m->head, SIZE_MAX);
	m->scratch = calloc(CMAF_MAX_SAMPLES, sizeof(*m->scratch));
	if (m->scratch == NULL) {
		movie_close(m);
		return NULL;
	}
	return m;
}

/* Let go of what only making the movie takes. */
static void
forget_samples(struct movie *m)
{
	free(m->scratch);
	m->scratch = NULL;
	buf_fini(&m->window);
	for (size_t i = 0; i < m->tracks; i++) {
		struct movie_track *t = &m->track[i];

		for (size_t j = 0; j < t->entries; j++) {
			free(t->entry[j].box);
			t->entry[j].box = NULL;
		}
		free(t->sample);
		t->sample = NULL;
	}
}

void
movie_close(struct movie *m)
{
	if (m == NULL)
		return;
	forget_samples(m);
	for (size_t i = 0; i < m->tracks; i++)
		for (size_t j = 0; j < m->track[i].entries; j++)
			free(m->track[i].entry[j].sets);
	buf_fini(&m->head);
	free(m->fragment);
	free(m);
}

/* The number of T's entry like that of header H, made when there is none. */
static int
entry_of(struct movie_track *t, const struct cmaf_header *h)
{
	struct movie_entry *e;

	for (size_t i = 0; i < t->entries; i++)
		if (t->entry[i].timescale == h->timescale &&
		    t->entry[i].len == h->entry_len &&
		    memcmp(t->entry[i].box, h->entry, h->entry_len) == 0)
			return (int)i;
	if (t->entries == MOVIE_MAX_ENTRIES) {
		errno = E2BIG;
		return -1;
	}
	e = &t->entry[t->entries];
	if ((e->box = malloc(h->entry_len)) == NULL)
		return -1;
	memcpy(e->box, h->entry, h->entry_len);
	e->len = h->entry_len;
	e->sets_len = cmaf_sets(h, NULL);
	if (e->sets_len > 0) {
		if ((e->sets = malloc(e->sets_len)) == NULL) {
			free(e->box);
			return -1;
		}
		(void)cmaf_sets(h, e->sets);
	}
	e->timescale = h->timescale;
	return (int)t->entries++;
}

int
movie_init(struct movie *m, size_t track, const uint8_t *p, size_t len)
{
	struct movie_track *t = &m->track[track];
	struct cmaf_header h;
	int entry;

	assert(track < MEDIA_MAX_TRACKS && track <= m->tracks);
	if (cmaf_header_read(&h, p, len) == -1)
		return -1;
	if (h.timescale > MAX_TIMESCALE) {
		errno = EBADMSG;
		return -1;
	}
	if (t->entries > 0 &&
	    (h.video != t->video || h.entry_type != t->codec)) {
		errno = ENOTSUP;
		return -1;
	}
	if ((entry = entry_of(t, &h)) == -1)
		return -1;
	h.entry = NULL; /* it lies in what is the caller's */
	t->header = h;
	t->now = (uint8_t)entry;
	if (track == m->tracks) {
		m->tracks++;
		t->video = h.video;
		t->codec = h.entry_type;
		t->timescale = h.timescale;
		t->width = h.width;
		t->height = h.height;
	}
	return 0;
}

/* Have octets AT to AT + N of FD in the window.  Where they are, or NULL. */
static const uint8_t *
look(struct movie *m, int fd, uint64_t at, size_t n)
{
	struct buf *w = &m->window;
	size_t want = n > WINDOW_BYTES ? n : WINDOW_BYTES;
	ssize_t k = 1;

	if (at >= m->window_at && at - m->window_at <= w->len &&
	    w->len - (at - m->window_at) >= n)
		return w->p + (at - m->window_at);
	buf_reset(w);
	m->window_at = at;
	if (buf_reserve(w, want) == -1)
		return NULL;
	while (w->len < n && k != 0) {
		k = pread(
		    fd, w->p + w->len, want - w->len, (off_t)(at + w->len));
		if (k == -1 && errno != EINTR)
			return NULL;
		w->len += k > 0 ? (size_t)k : 0;
	}
	if (w->len >= n)
		return w->p;
	errno = EBADMSG; /* it became shorter */
	return NULL;
}

/* Make room for N more of SIZE bytes each behind the LEN at *P.  0 or -1. */
static int
room(void **p, size_t len, size_t *cap, size_t n, size_t size)
{
	size_t want = *cap > 0 ? *cap : 256;
	void *q;

	if (len + n <= *cap)
		return 0;
	while (want < len + n)
		want += want / 2;
	if ((q = reallocarray(*p, want, size)) == NULL)
		return -1;
	*p = q;
	*cap = want;
	return 0;
}

static int
room_for(struct movie *m, struct movie_track *t, size_t samples)
{
	void *p = t->sample, *q = m->fragment;
	int r;

	if (m->samples + samples > MOVIE_MAX_SAMPLES ||
	    m->fragments == MOVIE_MAX_FRAGMENTS) {
		errno = E2BIG;
		return -1;
	}
	r = room(&p, t->samples, &t->capacity, samples, sizeof(*t->sample));
	t->sample = p;
	if (r == -1)
		return -1;
	r = room(&q, m->fragments, &m->capacity, 1, sizeof(*m->fragment));
	m->fragment = q;
	return r;
}

/* Times that no sane fragment has would make sums overflow. */
static bool
times_are_sane(const struct movie *m, const struct movie_track *t,
    const struct cmaf_moof *moof)
{
	uint64_t ticks = 0;

	for (size_t i = 0; i < moof->samples; i++)
		ticks += m->scratch[i].duration;
	return ticks <= (uint64_t)MAX_FRAGMENT_S * t->header.timescale &&
	       moof->dts / t->header.timescale < MAX_TIME_US / MICRO;
}

/* When what F's SAMPLES show begins and ends. */
static void
measure(struct movie_fragment *f, const struct cmaf_sample *sample,
    uint32_t timescale)
{
	int64_t first = INT64_MAX, last = INT64_MIN, dts = f->dts;

	for (uint32_t i = 0; i < f->samples; i++) {
		int64_t pts = dts + sample[i].offset;

		if (pts < first)
			first = pts;
		if (pts + sample[i].duration > last)
			last = pts + sample[i].duration;
		dts += sample[i].duration;
	}
	f->begin_us = ticks_rescale(first, 1, timescale, MICRO);
	f->end_us = ticks_rescale(last, 1, timescale, MICRO);
}

/* The fragment whose moof, of LEN bytes, is at AT in S, a file of SIZE. */
static int
add_fragment(struct movie *m, const struct movie_segment *s, uint64_t at,
    size_t len, uint64_t size)
{
	struct movie_track *t = &m->track[s->track];
	const uint8_t *p = look(m, s->fd, at, len);
	struct cmaf_moof moof;

	if (p == NULL ||
	    cmaf_moof_read(&moof, &t->header, p, len, m->scratch) == -1)
		return -1;
	if (moof.offset < len || moof.offset + moof.bytes > size - at ||
	    !times_are_sane(m, t, &moof)) {
		errno = EBADMSG;
		return -1;
	}
	if (room_for(m, t, moof.samples) == -1)
		return -1;
	memcpy(t->sample + t->samples, m->scratch,
	    moof.samples * sizeof(*t->sample));
	m->fragment[m->fragments++] = (struct movie_fragment){.file = s->file,
	    .offset = at + moof.offset,
	    .bytes = moof.bytes,
	    .start_us = s->start_us,
	    .dts = (int64_t)moof.dts,
	    .first = (uint32_t)t->samples,
	    .samples = (uint32_t)moof.samples,
	    .track = (uint8_t)s->track,
	    .entry = t->now};
	measure(
	    &m->fragment[m->fragments - 1], m->scratch, t->header.timescale);
	t->samples += moof.samples;
	m->samples += moof.samples;
	return 0;
}

int
movie_add(struct movie *m, const struct movie_segment *s)
{
	size_t before = m->fragments;
	struct cmaf_box box;
	struct stat st;
	uint64_t size;

	assert(s->track < m->tracks && m->scratch != NULL);
	if (fstat(s->fd, &st) == -1)
		return -1;
	size = (uint64_t)st.st_size;
	buf_reset(&m->window); /* it is another file's */
	for (uint64_t at = 0; at < size; at += box.bytes) {
		size_t n = size - at < CMAF_BOX_HEAD ? (size_t)(size - at)
						     : CMAF_BOX_HEAD;
		const uint8_t *p = look(m, s->fd, at, n);

		if (p == NULL || cmaf_box_read(&box, p, n, size - at) == -1)
			return -1;
		if (box.type != CODEC_BOX('m', 'o', 'o', 'f'))
			continue;
		if (box.bytes > CMAF_MAX_MOOF) {
			errno = EBADMSG;
			return -1;
		}
		if (add_fragment(m, s, at, (size_t)box.bytes, size) == -1)
			return -1;
	}
	if (m->fragments == before) {
		errno = EBADMSG;
		return -1;
	}
	m->fragment[before].discontinuity = s->discontinuity;
	return 0;
}

int
movie_finish(struct movie *m, uint64_t skip_us, uint64_t length_us)
{
	if (m->tracks == 0 || m->fragments == 0 ||
	    skip_us > (uint64_t)MAX_TIME_US) {
		errno = ENODATA;
		return -1;
	}
	if (length_us > (uint64_t)MAX_TIME_US)
		length_us = MAX_TIME_US;
	for (size_t i = 0; i < m->tracks; i++)
		m->track[i].to = m->track[i].samples;
	if (movie_place(m) == -1 || movie_choose(m, skip_us, length_us) == -1 ||
	    movie_write(m) == -1)
		return -1;
	forget_samples(m);
	return 0;
}

uint64_t
movie_bytes(const struct movie *m)
{
	return m->bytes;
}

struct str
movie_head(const struct movie *m)
{
	return buf_str(&m->head);
}

size_t
movie_memory(const struct movie *m)
{
	return sizeof(*m) + m->head.cap + m->capacity * sizeof(*m->fragment);
}

uint64_t
movie_length_us(const struct movie *m)
{
	return m->length_us;
}

void
movie_piece(const struct movie *m, uint64_t at, struct movie_piece *out)
{
	size_t low = 0, high = m->fragments;
	const struct movie_fragment *f;

	assert(at >= m->head.len && at < m->bytes);
	/* The last that does not begin behind AT. */
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (m->fragment[mid].at <= at)
			low = mid;
		else
			high = mid;
	}
	f = &m->fragment[low];
	at -= f->at;
	*out = (struct movie_piece){.track = f->track, .file = f->file};
	if (at < f->sets) {
		out->memory = m->track[f->track].entry[f->entry].sets + at;
		out->bytes = f->sets - at;
	} else {
		out->offset = f->offset + (at - f->sets);
		out->bytes = f->bytes - at;
	}
}
