#include "chunk.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	HEADER_MAX = 3 + 11 + 4, /* basic, message, extended timestamp */
	EXTENDED = 0xffffff,     /* in the timestamp field: look behind */
	/* What stays allocated between messages, for all streams. */
	KEEP_BYTES = 1024 * 1024,
	GROW_FIRST = 4096
};

/* A chunk stream: the header fields the next chunk may leave out. */
struct stream {
	uint32_t csid;
	uint32_t timestamp_ms;
	uint32_t field; /* the timestamp or delta that was sent last */
	bool extended;  /* it did not fit into three bytes */
	bool started;   /* a message is under way */
	uint32_t len, id;
	uint8_t type;
	uint8_t *p; /* the message so far */
	size_t got, cap;
};

struct chunk_reader {
	chunk_message_fn *fn;
	void *ctx;
	const char *why;
	uint32_t size; /* of the peer's chunks */
	size_t message_max, media_max, partial_max;
	size_t held; /* bytes allocated for messages */

	/* The header that is being read, then the payload it is of. */
	uint8_t header[HEADER_MAX];
	size_t have;
	struct stream *current; /* NULL while reading a header */
	size_t left;            /* bytes of payload until the next header */

	/* Bytes taken for an extended timestamp that were none. */
	uint8_t back[4];
	size_t backed; /* how many of them, at its end, are still to be read */

	size_t streams;
	struct stream stream[CHUNK_STREAMS_MAX];
};

struct chunk_reader *
chunk_reader_open(chunk_message_fn *fn, void *ctx)
{
	struct chunk_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->fn = fn;
	r->ctx = ctx;
	r->size = CHUNK_SIZE_FIRST;
	r->message_max = r->media_max = CHUNK_MESSAGE_MAX;
	r->partial_max = CHUNK_PARTIAL_MAX;
	return r;
}

void
chunk_reader_close(struct chunk_reader *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->streams; i++)
		free(r->stream[i].p);
	free(r);
}

void
chunk_reader_trust(struct chunk_reader *r)
{
	r->media_max = CHUNK_MEDIA_MAX;
	r->partial_max = CHUNK_MEDIA_PARTIAL_MAX;
}

const char *
chunk_reader_why(const struct chunk_reader *r)
{
	return r->why;
}

size_t
chunk_reader_held(const struct chunk_reader *r)
{
	return r->held;
}

static int
fail(struct chunk_reader *r, int error, const char *why)
{
	r->why = why;
	errno = error;
	return -1;
}

static uint32_t
u24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static uint32_t
u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | u24(p + 1);
}

static struct stream *
find(struct chunk_reader *r, uint32_t csid)
{
	for (size_t i = 0; i < r->streams; i++)
		if (r->stream[i].csid == csid)
			return &r->stream[i];
	return NULL;
}

/* Section 5.3.1.1: the length of the basic header, and what it says. */
static size_t
basic_header(const uint8_t *h, size_t have, uint32_t *csid)
{
	static const size_t length[] = {2, 3};
	size_t n = (h[0] & 0x3f) < 2 ? length[h[0] & 0x3f] : 1;

	if (have < n)
		return n;
	if (n == 1)
		*csid = h[0] & 0x3f;
	else if (n == 2)
		*csid = h[1] + 64U;
	else
		*csid = h[1] + 64U + 256U * h[2];
	return n;
}

static void
drop(struct chunk_reader *r, struct stream *s)
{
	s->started = false;
	s->got = 0;
	if (r->held > KEEP_BYTES) {
		r->held -= s->cap;
		free(s->p);
		s->p = NULL;
		s->cap = 0;
	}
}

/* Memory for N more bytes of S's message; no length is believed early. */
static int
grow(struct chunk_reader *r, struct stream *s, size_t n)
{
	size_t cap = s->cap > 0 ? s->cap : GROW_FIRST;
	uint8_t *p;

	if (s->got + n <= s->cap)
		return 0;
	while (cap < s->got + n)
		cap *= 2;
	cap = cap < s->len ? cap : s->len;
	if (r->held - s->cap + cap > r->partial_max)
		return fail(
		    r, EMSGSIZE, "too many bytes in unfinished messages");
	if ((p = realloc(s->p, cap)) == NULL)
		return -1;
	r->held += cap - s->cap;
	s->p = p;
	s->cap = cap;
	return 0;
}

static bool
is_media(uint8_t type)
{
	return type == CHUNK_AUDIO || type == CHUNK_VIDEO ||
	       type == CHUNK_AGGREGATE;
}

/* Messages that are about chunks, and so end here (section 5.4). */
static int
control(struct chunk_reader *r, const struct chunk_message *m)
{
	struct stream *s;
	uint32_t v;

	if (m->len != 4)
		return fail(r, EBADMSG, "control message of a wrong length");
	v = u32(m->p);
	if (m->type == CHUNK_SET_SIZE) {
		if (v < 1 || v > CHUNK_SIZE_MAX)
			return fail(r, EBADMSG, "chunk size out of bounds");
		r->size = v;
	} else if ((s = find(r, v)) != NULL) {
		drop(r, s);
	}
	return 0;
}

static int
deliver(struct chunk_reader *r, struct stream *s, const uint8_t *p)
{
	const struct chunk_message m = {
	    s->csid, s->type, s->id, s->timestamp_ms, p, s->len};
	int rc = m.type == CHUNK_SET_SIZE || m.type == CHUNK_ABORT
		     ? control(r, &m)
		     : r->fn(r->ctx, &m);

	drop(r, s);
	return rc;
}

/* A whole chunk header is there: which stream goes on, or what begins. */
static int
begin(struct chunk_reader *r, struct stream *s, const uint8_t *h, unsigned fmt,
    uint32_t field)
{
	if (s->started) {
		if (fmt != 3)
			return fail(r, EBADMSG,
			    "a message began inside an unfinished one");
	} else {
		if (fmt < 2) {
			s->len = u24(h + 3);
			s->type = h[6];
		}
		if (fmt == 0)
			s->id = (uint32_t)h[10] << 24 | (uint32_t)h[9] << 16 |
				(uint32_t)h[8] << 8 | h[7];
		if (fmt < 3)
			s->extended = u24(h) == EXTENDED;
		s->field = field;
		s->timestamp_ms = fmt == 0 ? field : s->timestamp_ms + field;
		if (s->len >
		    (is_media(s->type) ? r->media_max : r->message_max))
			return fail(r, EMSGSIZE, "message too long");
		s->started = true;
	}
	r->have = 0;
	r->current = s;
	r->left = s->len - s->got < r->size ? s->len - s->got : r->size;
	return 0;
}

/* Take bytes of a header.  How many, with r->current set once it is whole. */
static ssize_t
feed_header(struct chunk_reader *r, const uint8_t *p, size_t n)
{
	static const size_t message_header[] = {11, 7, 3, 0};
	size_t taken = 0;

	for (;;) {
		uint32_t csid = 0, field = 0;
		struct stream *s = NULL;
		size_t basic = 1, need = 1;
		unsigned fmt = 0;

		if (r->have > 0) {
			fmt = r->header[0] >> 6;
			need = basic = basic_header(r->header, r->have, &csid);
		}
		if (r->have >= basic && r->have > 0) {
			need += message_header[fmt];
			s = find(r, csid);
			if (s == NULL && fmt == 3)
				return fail(r, EBADMSG,
				    "a chunk stream began with type 3");
		}
		if (r->have > 0 && r->have >= need) {
			const uint8_t *h = r->header + basic;

			field = fmt < 3 ? u24(h) : s->field;
			if (fmt < 3 ? field == EXTENDED : s->extended) {
				need += 4;
				if (r->have >= need)
					field = u32(r->header + need - 4);
			}
		}
		if (r->have < need) {
			size_t k = need - r->have;

			if (taken == n)
				return (ssize_t)taken;
			k = k < n - taken ? k : n - taken;
			memcpy(r->header + r->have, p + taken, k);
			r->have += k;
			taken += k;
			continue;
		}
		if (s == NULL) {
			if (r->streams == CHUNK_STREAMS_MAX)
				return fail(
				    r, EMSGSIZE, "too many chunk streams");
			s = &r->stream[r->streams++];
			s->csid = csid;
		}
		/*
		 * Some encoders leave the extended timestamp out of the
		 * chunks that go on with a message.  When the four bytes are
		 * not the timestamp again, they are what comes after it.
		 */
		if (fmt == 3 && s->extended && s->started &&
		    field != s->field) {
			memcpy(r->back, r->header + basic, sizeof(r->back));
			r->backed = sizeof(r->back);
		}
		if (begin(r, s, r->header + basic, fmt, field) == -1)
			return -1;
		return (ssize_t)taken;
	}
}

/* Take bytes of the current payload; *STOP when the callback says so. */
static ssize_t
feed_payload(struct chunk_reader *r, const uint8_t *p, size_t n, bool *stop)
{
	struct stream *s = r->current;
	size_t k = r->left < n ? r->left : n;
	const uint8_t *whole = NULL;
	int rc;

	if (s->got == 0 && k == s->len) {
		/* All of it lies here: there is nothing to copy. */
		whole = p;
	} else {
		if (grow(r, s, k) == -1)
			return -1;
		memcpy(s->p + s->got, p, k);
	}
	s->got += k;
	r->left -= k;
	if (r->left == 0)
		r->current = NULL;
	if (s->got == s->len) {
		if ((rc = deliver(r, s, whole != NULL ? whole : s->p)) == -1)
			return -1;
		*stop = rc == 1;
	}
	return (ssize_t)k;
}

ssize_t
chunk_reader_feed(struct chunk_reader *r, const uint8_t *p, size_t n)
{
	size_t taken = 0;
	bool stop = false;

	while (!stop) {
		const uint8_t *from = p + taken;
		size_t there = n - taken;
		bool backed = r->backed > 0;
		ssize_t k;

		if (backed) {
			from = r->back + sizeof(r->back) - r->backed;
			there = r->backed;
		}
		/* An empty message ends with its header: nothing to await. */
		if (there == 0 && (r->current == NULL || r->left > 0))
			break;
		if (r->current != NULL)
			k = feed_payload(r, from, there, &stop);
		else
			k = feed_header(r, from, there);
		if (k == -1)
			return -1;
		if (backed)
			r->backed -= (size_t)k;
		else
			taken += (size_t)k;
	}
	return (ssize_t)taken;
}

void
chunk_put(struct buf *out, const struct chunk_message *m, uint32_t size)
{
	const uint8_t header[12] = {(uint8_t)m->csid,
	    (uint8_t)(m->timestamp_ms >> 16), (uint8_t)(m->timestamp_ms >> 8),
	    (uint8_t)m->timestamp_ms, (uint8_t)(m->len >> 16),
	    (uint8_t)(m->len >> 8), (uint8_t)m->len, m->type,
	    (uint8_t)m->stream, (uint8_t)(m->stream >> 8),
	    (uint8_t)(m->stream >> 16), (uint8_t)(m->stream >> 24)};
	const uint8_t more = (uint8_t)(0xc0 | m->csid);

	assert(m->csid >= 2 && m->csid < 64);
	assert(m->timestamp_ms < EXTENDED && m->len <= CHUNK_SIZE_MAX);
	(void)buf_put(out, header, sizeof(header));
	for (size_t at = 0; at < m->len; at += size) {
		if (at > 0)
			(void)buf_put(out, &more, 1);
		(void)buf_put(
		    out, m->p + at, m->len - at < size ? m->len - at : size);
	}
}
