#include "nut.h"
#include "nut_head.h"
#include "reorder.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * libavformat's NUT demuxer finds no dts without probing, remembers each
 * syncpoint, and reads on across the beginning of another file.
 */

enum {
	FIRST_CAP = 65536,
	MIN_ROOM = 16384,
	/* Elided bytes are put back over what stood before the payload. */
	FRONT = 256,
	MAX_HEADER = 1 << 20,  /* bytes of a packet that is no frame */
	MAX_GARBAGE = 1 << 20, /* before the first header */
	MAX_DAMAGE = 1 << 26,  /* between two sound frames */
	MAX_RESERVED = 64,
	MAX_FRAME_HEAD = 1024,
	DEFAULT_MHZ = 30000
};

enum state {
	LOST,    /* no file: looking for a main header */
	HEADERS, /* the main header came; streams and the first syncpoint not */
	FRAMES,
	DAMAGED, /* looking for a syncpoint or another file */
	OVER
};

struct nut_reader {
	enum state state;
	uint8_t *buf;
	size_t head, tail, cap; /* the bytes in [head, tail) are unread */
	size_t need;            /* a whole packet takes so many from head */
	size_t searched;        /* of a frame that is not whole, for NUT_ID */
	uint64_t pos;           /* of head in the stream */
	uint64_t syncpoint_pos;
	uint64_t skipped, skipped_now; /* bytes; since the last sound thing */
	bool ended, any;
	char why[128];
	struct nut_head h;
	struct reorder reorder[MEDIA_MAX_TRACKS];
};

enum step { STEP_MORE, STEP_ON, STEP_DAMAGE, STEP_EVENT };

struct nut_reader *
nut_reader_open(void)
{
	struct nut_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	if ((r->buf = malloc(FIRST_CAP)) == NULL) {
		free(r);
		return NULL;
	}
	r->cap = FIRST_CAP;
	r->head = r->tail = FRONT;
	return r;
}

void
nut_reader_close(struct nut_reader *r)
{
	if (r == NULL)
		return;
	nut_head_reset(&r->h);
	free(r->buf);
	free(r);
}

uint64_t
nut_reader_skipped(const struct nut_reader *r)
{
	return r->skipped;
}

uint8_t *
nut_reader_space(struct nut_reader *r, size_t *room)
{
	size_t have = r->tail - r->head;
	size_t want = FRONT + (r->need > have ? r->need : have) + MIN_ROOM;

	if (have == 0)
		r->head = r->tail = FRONT;
	if (r->cap - r->tail < MIN_ROOM || r->head + want > r->cap) {
		memmove(r->buf + FRONT, r->buf + r->head, have);
		r->head = FRONT;
		r->tail = FRONT + have;
	}
	if (want > r->cap) {
		/* What the packet needs and no more: most streams never do. */
		uint8_t *p = realloc(r->buf, want);

		if (p == NULL)
			return NULL;
		r->buf = p;
		r->cap = want;
	}
	*room = r->cap - r->tail;
	return r->buf + r->tail;
}

void
nut_reader_filled(struct nut_reader *r, size_t n)
{
	assert(n <= r->cap - r->tail);
	r->tail += n;
	r->any |= n > 0;
}

void
nut_reader_end(struct nut_reader *r)
{
	r->ended = true;
}

static void
consume(struct nut_reader *r, size_t n)
{
	r->head += n;
	r->pos += n;
	r->need = r->searched = 0;
}

static void
skip(struct nut_reader *r, size_t n)
{
	consume(r, n);
	r->skipped += n;
	r->skipped_now += n;
}

/* The packet at head that begins with startcode CODE. */
static enum step
take_packet(struct nut_reader *r, uint64_t code)
{
	const uint8_t *begin = r->buf + r->head, *payload;
	struct nut_cursor c = {
	    .p = begin + NUT_STARTCODE_SIZE, .end = r->buf + r->tail};
	uint64_t size = nut_get_v(&c);
	size_t len;

	if (c.bad)
		return STEP_DAMAGE;
	if (size > NUT_LONG_HEADER) {
		uint32_t crc = nut_crc(0, begin, (size_t)(c.p - begin));

		if (!c.is_short && nut_get_be(&c, 4) != crc && !c.is_short)
			return STEP_DAMAGE;
	}
	if (c.is_short)
		return STEP_MORE;
	if (size < 4 || size > MAX_HEADER)
		return STEP_DAMAGE;
	if (size > (uint64_t)(c.end - c.p)) {
		r->need = (size_t)(c.p - begin) + (size_t)size;
		return STEP_MORE;
	}
	payload = c.p;
	len = (size_t)size - 4;
	c.p += len;
	if (nut_get_be(&c, 4) != nut_crc(0, payload, len))
		return STEP_DAMAGE;

	if (code == NUT_MAIN) {
		bool again =
		    r->state != LOST && r->h.crc == nut_crc(0, payload, len);

		/* Headers are repeated at times; that changes nothing. */
		if (!again) {
			if (nut_head_main(&r->h, payload, len) == -1) {
				if (r->h.why[0] == '\0')
					return STEP_DAMAGE;
				(void)snprintf(
				    r->why, sizeof(r->why), "%s", r->h.why);
				r->state = OVER;
				return STEP_ON;
			}
			r->state = HEADERS;
		}
	} else if (code == NUT_STREAM && r->state == HEADERS) {
		if (nut_head_stream(&r->h, payload, len) == -1)
			return STEP_DAMAGE;
	} else if (code == NUT_INFO && r->state == HEADERS) {
		nut_head_info(&r->h, payload, len);
	} else if (code == NUT_SYNCPOINT && r->state == HEADERS) {
		/* Left where it is, for the frames that follow. */
		r->state = FRAMES;
		return STEP_EVENT;
	} else if (code == NUT_SYNCPOINT) {
		if (nut_head_syncpoint(&r->h, payload, len) == -1)
			return STEP_DAMAGE;
		r->syncpoint_pos = r->pos;
		r->state = FRAMES;
	}
	r->skipped_now = 0;
	consume(r, (size_t)(c.p - begin));
	return STEP_ON;
}

/* A frame's head, as its code and the bytes say. */
struct frame {
	unsigned stream, flags;
	int64_t pts;
	size_t elided, size; /* bytes put back, bytes that follow */
	const uint8_t *elision;
};

static int64_t
whole_pts(const struct nut_stream *s, uint64_t coded)
{
	uint64_t mask = (UINT64_C(1) << s->pts_shift) - 1;
	int64_t delta = s->last_pts - (int64_t)(mask / 2);

	if (coded > mask)
		return coded > INT64_MAX / 256 ? -1
					       : (int64_t)(coded - mask - 1);
	return (int64_t)((coded - (uint64_t)delta) & mask) + delta;
}

static enum step
frame_head(struct nut_reader *r, struct nut_cursor *c, struct frame *f)
{
	const uint8_t *begin = c->p;
	const struct nut_code *code = &r->h.code[*c->p++];
	const struct nut_stream *s;
	uint64_t msb = 0, size, header = code->header, reserved;

	f->flags = code->flags;
	f->stream = code->stream;
	reserved = code->reserved;
	if (f->flags & NUT_INVALID)
		return STEP_DAMAGE;
	if (f->flags & NUT_CODED)
		f->flags ^= (unsigned)nut_get_v(c) & 0xffff;
	if (f->flags & NUT_STREAM_ID) {
		uint64_t id = nut_get_v(c);

		if (id >= r->h.tracks)
			return STEP_DAMAGE;
		f->stream = (unsigned)id;
	}
	s = &r->h.stream[f->stream];
	f->pts = f->flags & NUT_CODED_PTS ? whole_pts(s, nut_get_v(c))
					  : s->last_pts + code->pts_delta;
	if (f->flags & NUT_SIZE_MSB)
		msb = nut_get_v(c);
	if (f->flags & NUT_MATCH_TIME)
		(void)nut_get_s(c);
	if (f->flags & NUT_HEADER_IDX)
		header = nut_get_v(c);
	if (f->flags & NUT_RESERVED)
		reserved = nut_get_v(c);
	if (reserved > MAX_RESERVED)
		return STEP_DAMAGE;
	while (reserved-- > 0)
		(void)nut_get_v(c);
	if (c->bad || msb > MEDIA_MAX_PACKET || c->p - begin > MAX_FRAME_HEAD)
		return STEP_DAMAGE;
	size = msb * code->size_mul + code->size_lsb;
	if (f->flags & NUT_CHECKSUM) {
		uint32_t crc = nut_crc(0, begin, (size_t)(c->p - begin));

		if (!c->is_short && nut_get_be(c, 4) != crc && !c->is_short)
			return STEP_DAMAGE;
	}
	if (c->is_short)
		return STEP_MORE;
	if (size > MEDIA_MAX_PACKET || header >= r->h.elisions || !s->known ||
	    f->pts < 0 || f->pts > INT64_MAX / 512 ||
	    (f->flags & NUT_SM_DATA) != 0)
		return STEP_DAMAGE;
	if ((f->flags & NUT_CHECKSUM) == 0) {
		int64_t ahead = f->pts - s->last_pts;

		if (size > 2 * r->h.max_distance ||
		    (uint64_t)(ahead < 0 ? -ahead : ahead) > s->pts_distance)
			return STEP_DAMAGE;
	}
	if (size > NUT_LONG_HEADER)
		header = 0;
	f->elided = r->h.elision[header].len;
	f->elision = r->h.elision[header].p;
	if (size < f->elided)
		return STEP_DAMAGE;
	f->size = (size_t)size - f->elided;
	return STEP_ON;
}

/*
 * A frame cut short by its writer's death would swallow the beginning of
 * the next file.  True when that begins within the LEN bytes at P.
 */
static bool
swallows_file(struct nut_reader *r, const uint8_t *p, size_t len)
{
	size_t from = r->searched > NUT_ID_SIZE ? r->searched - NUT_ID_SIZE : 0;
	const uint8_t *id = memmem(p + from, len - from, NUT_ID, NUT_ID_SIZE);

	r->searched = len;
	if (id == NULL)
		return false;
	skip(r, (size_t)(id - (r->buf + r->head)));
	return true;
}

static enum step
take_frame(struct nut_reader *r, struct nut_read *out)
{
	uint8_t *begin = r->buf + r->head, *payload;
	struct nut_cursor c = {.p = begin, .end = r->buf + r->tail};
	struct frame f;
	struct media_track *t;
	enum step step;

	if (r->pos > r->syncpoint_pos + r->h.max_distance)
		return STEP_DAMAGE;
	if ((step = frame_head(r, &c, &f)) != STEP_ON)
		return step;
	payload = begin + (c.p - begin);
	if ((size_t)(c.end - c.p) < f.size) {
		if (swallows_file(r, payload, (size_t)(c.end - c.p)))
			return STEP_ON;
		r->need = (size_t)(payload - begin) + f.size;
		return STEP_MORE;
	}
	if (swallows_file(r, payload, f.size))
		return STEP_ON;
	t = &r->h.track[f.stream];
	r->h.stream[f.stream].last_pts = f.pts;
	if (f.elided > 0) {
		payload -= f.elided;
		memcpy(payload, f.elision, f.elided);
	}
	consume(r, (size_t)(c.p - begin) + f.size);
	r->skipped_now = 0;
	if (t->codec == MEDIA_UNKNOWN)
		return STEP_ON;
	out->packet = (struct nut_packet){.track = f.stream,
	    .pts = f.pts,
	    .dts = t->kind == MEDIA_VIDEO
		       ? reorder_dts(&r->reorder[f.stream], f.pts)
		       : f.pts,
	    .key = (f.flags & NUT_KEY) != 0,
	    .data = payload,
	    .len = f.elided + f.size};
	return STEP_EVENT;
}

static bool
is_packet(uint64_t code)
{
	return code == NUT_MAIN || code == NUT_STREAM || code == NUT_INFO ||
	       code == NUT_SYNCPOINT || code == NUT_INDEX;
}

/* True when the LEFT bytes at P begin, or may begin, something to go on at. */
static bool
plausible(const uint8_t *p, size_t left)
{
	struct nut_cursor c = {.p = p, .end = p + left};
	uint64_t code;

	if (*p == 'n')
		return memcmp(p, NUT_ID,
			   left < NUT_ID_SIZE ? left : NUT_ID_SIZE) == 0;
	code = nut_get_be(&c, NUT_STARTCODE_SIZE);
	return *p == NUT_NO_CODE && (c.is_short || is_packet(code));
}

/* Move head to what may be a header or a syncpoint. */
static enum step
search(struct nut_reader *r)
{
	const uint8_t *p = r->buf + r->head, *end = r->buf + r->tail;

	if (r->skipped_now > (r->state == LOST ? MAX_GARBAGE : MAX_DAMAGE)) {
		(void)snprintf(r->why, sizeof(r->why),
		    r->state == LOST ? "it is no NUT"
				     : "it is damaged beyond repair");
		r->state = OVER;
		return STEP_ON;
	}
	while (p < end && !plausible(p, (size_t)(end - p)))
		p++;
	skip(r, (size_t)(p - (r->buf + r->head)));
	return p < end ? STEP_ON : STEP_MORE;
}

/* What stands at head: the beginning of a file, a packet, a frame. */
static enum step
take(struct nut_reader *r, struct nut_read *out)
{
	const uint8_t *p = r->buf + r->head;
	size_t n = r->tail - r->head;

	if (*p == 'n' &&
	    memcmp(p, NUT_ID, n < NUT_ID_SIZE ? n : NUT_ID_SIZE) == 0) {
		if (n < NUT_ID_SIZE)
			return STEP_MORE;
		consume(r, NUT_ID_SIZE);
		r->state = LOST;
		r->skipped_now = 0;
		return STEP_ON;
	}
	if (*p == NUT_NO_CODE) {
		struct nut_cursor c = {.p = p, .end = p + n};
		uint64_t code = nut_get_be(&c, NUT_STARTCODE_SIZE);

		if (c.is_short)
			return STEP_MORE;
		if (!is_packet(code) || (r->state == LOST && code != NUT_MAIN))
			return STEP_DAMAGE;
		return take_packet(r, code);
	}
	return r->state == FRAMES ? take_frame(r, out) : STEP_DAMAGE;
}

static enum nut_event
header_event(struct nut_reader *r, struct nut_read *out)
{
	for (size_t i = 0; i < r->h.tracks; i++) {
		const struct media_track *t = &r->h.track[i];
		unsigned mhz =
		    t->frame_rate_mhz > 0 ? t->frame_rate_mhz : DEFAULT_MHZ;
		/* A stream whose header never came has neither. */
		int64_t num = t->time_num > 0 ? t->time_num : 1;
		int64_t den = t->time_den > 0 ? t->time_den : 1;
		int64_t second = den / num > 0 ? den / num : 1;
		int64_t frame = second * 1000 / mhz;

		reorder_init(
		    &r->reorder[i], t->delay, frame > 0 ? frame : 1, second);
	}
	out->track = r->h.track;
	out->tracks = r->h.tracks;
	return NUT_HEADER;
}

enum nut_event
nut_reader_next(struct nut_reader *r, struct nut_read *out)
{
	for (;;) {
		enum step step = STEP_MORE;
		enum state before = r->state;

		*out = (struct nut_read){0};
		if (r->state == OVER) {
			out->why = r->why;
			return NUT_BAD;
		}
		if (r->head < r->tail) {
			step = take(r, out);
			if (step == STEP_DAMAGE) {
				if (r->h.crc == 0)
					r->state = LOST;
				else if (r->state == FRAMES)
					r->state = DAMAGED;
				skip(r, 1); /* not the same byte again */
				step = search(r);
			}
		}
		if (step == STEP_EVENT)
			return before == HEADERS ? header_event(r, out)
						 : NUT_PACKET;
		if (step == STEP_ON)
			continue;
		if (!r->ended)
			return NUT_MORE;
		/* What is left is the stump of something. */
		skip(r, r->tail - r->head);
		if (r->any && r->h.crc == 0) {
			(void)snprintf(r->why, sizeof(r->why), "it is no NUT");
			r->state = OVER;
			continue;
		}
		return NUT_FINISHED;
	}
}
