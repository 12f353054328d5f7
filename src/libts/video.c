#include "video.h"
#include "annexb.h"

#include <errno.h>
#include <string.h>

enum { LENGTH_SIZE = 4, CODE_SIZE = 3 };

void
video_init(struct video *v, enum media_codec codec, size_t max_bytes)
{
	*v = (struct video){.codec = codec};
	buf_init(&v->bytes, max_bytes);
}

void
video_fini(struct video *v)
{
	buf_fini(&v->bytes);
}

void
video_mark(struct video *v, const struct mark *m, bool access)
{
	v->mark = *m;
	v->access = access;
}

/* The next access unit begins at AT. */
static void
begin_picture(struct video *v, size_t at)
{
	v->now = (struct picture){.begin = at};
}

void
video_drop(struct video *v)
{
	buf_reset(&v->bytes);
	v->nal = v->scan = v->end = 0;
	v->state = VIDEO_OUTSIDE;
	v->mark.valid = v->access = v->whole = false;
	v->broken = v->completed = false;
	v->first.any = false;
	begin_picture(v, 0);
}

/* Forget the access unit that was handed out; what follows stays. */
static void
release(struct video *v)
{
	if (v->end == 0)
		return;
	buf_consume(&v->bytes, v->end);
	v->nal -= v->end;
	v->scan -= v->end;
	v->now.begin -= v->end;
	v->end = 0;
}

/* Fields of one frame: of other parity, and the second is no new beginning. */
static bool
pairs(const struct picture *a, const struct picture *b)
{
	return b->field && a->slice.bottom != b->slice.bottom &&
	       a->slice.frame_num == b->slice.frame_num && (!b->idr || a->idr);
}

/* The access unit that is being made ends at AT.  1 when *OUT is one. */
static int
finish(struct video *v, size_t at, struct picture *out)
{
	if (v->first.any) {
		*out = v->first;
		v->first.any = false;
		v->end = at;
		if (pairs(out, &v->now)) {
			out->sets |= v->now.sets;
			begin_picture(v, at);
			return 1;
		}
		/* It stays alone, and so may this one. */
		v->end = v->now.begin;
		v->whole = true;
		return 1;
	}
	v->whole = false;
	if (v->now.field) {
		v->first = v->now;
		begin_picture(v, at);
		return 0;
	}
	*out = v->now;
	v->end = at;
	begin_picture(v, at);
	return 1;
}

/* It is the first of an access unit, or one of its first. */
static void
take_mark(struct video *v)
{
	if (v->now.any || v->now.mark.valid)
		return;
	v->now.mark = v->mark;
	v->now.access = v->access;
	v->mark.valid = v->access = false;
}

/* The same where the open NAL unit is the next one's first. */
static int
finish_before(struct video *v, struct picture *out)
{
	int rc = finish(v, v->nal, out);

	if (!v->whole && v->state == VIDEO_INSIDE)
		take_mark(v);
	return rc;
}

/* What is there of the open NAL unit says what it is. */
static void
note_nal(struct video *v)
{
	uint8_t peek[NAL_PEEK] = {0};
	size_t n = v->bytes.len - v->nal - LENGTH_SIZE;

	memcpy(peek, v->bytes.p + v->nal + LENGTH_SIZE,
	    n < NAL_PEEK ? n : NAL_PEEK);
	v->flags = nal_look(v->codec, peek, NAL_PEEK);
}

/* The first slice of an access unit. */
static void
note_slice(struct video *v, const uint8_t *p, size_t n)
{
	struct picture *pic = &v->now;

	pic->any = true;
	pic->torn = (v->flags & NAL_BEGINS) == 0;
	pic->key |= (v->flags & NAL_KEY) != 0;
	pic->idr = (v->flags & NAL_IDR) != 0;
	if (v->codec != MEDIA_H264 || v->sps.frame_num_bits == 0 ||
	    (v->sps.frames_only && (!pic->access || pic->key)) ||
	    !nal_slice_parse(&pic->slice, &v->sps, p, n))
		return;
	pic->field = pic->slice.field;
	/* Whoever made the packets says so, and it may be. */
	pic->key |= pic->access && pic->slice.intra;
}

/* The open NAL unit ends at AT.  Where the next one may begin. */
static size_t
close_nal(struct video *v, size_t at)
{
	size_t begin = v->nal + LENGTH_SIZE, n;
	uint8_t *p = v->bytes.p;

	/* Zeros at its end are of the next start code (B.1). */
	while (at > begin && p[at - 1] == 0)
		at--;
	n = at - begin;
	if (n == 0 || (v->flags & NAL_USELESS))
		return v->nal;
	if (v->flags & NAL_SET) {
		const struct avc_nal nal = {p + begin, n,
		    v->codec == MEDIA_H264 ? p[begin] & 0x1fu
					   : p[begin] >> 1 & 0x3fu};

		/* Behind a change all are kept: they are the new ones. */
		if (!v->now.sets && params_has(v->params, &nal))
			return v->nal;
		v->now.sets = true;
		if (v->codec == MEDIA_H264 && nal.type == AVC_SPS)
			(void)avc_sps_parse(&v->sps, nal.p, nal.len);
	}
	if ((v->flags & NAL_SLICE) && !v->now.any)
		note_slice(v, p + begin, n);
	if (v->codec == MEDIA_H264 && !v->now.any && nal_recovery(p + begin, n))
		v->now.key = true;
	p[v->nal] = (uint8_t)(n >> 24);
	p[v->nal + 1] = (uint8_t)(n >> 16);
	p[v->nal + 2] = (uint8_t)(n >> 8);
	p[v->nal + 3] = (uint8_t)n;
	return at;
}

/*
 * No NAL unit was open up to TO.  If something is there all the same, what
 * was taken for complete was not.
 */
static void
note_outside(struct video *v, size_t to)
{
	for (size_t i = v->nal; i < to && v->completed && !v->broken; i++)
		v->broken = v->bytes.p[i] != 0;
}

/* A start code stands at Q: another NAL unit opens.  0, or -1 with errno. */
static int
open_nal(struct video *v, size_t q)
{
	size_t at = v->nal, behind = q + CODE_SIZE;
	size_t rest = v->bytes.len - behind;

	if (v->state == VIDEO_INSIDE) {
		at = close_nal(v, q);
	} else {
		note_outside(v, q);
	}
	if (at + LENGTH_SIZE > behind && buf_reserve(&v->bytes, 1) == -1)
		return -1;
	memmove(v->bytes.p + at + LENGTH_SIZE, v->bytes.p + behind, rest);
	v->nal = at;
	v->scan = at + LENGTH_SIZE;
	v->bytes.len = v->scan + rest;
	v->state = VIDEO_BEGINS;
	v->completed = false;
	return 0;
}

/* The open NAL unit begins another access unit.  1 when *OUT is one. */
static int
enter_nal(struct video *v, struct picture *out)
{
	v->state = VIDEO_INSIDE;
	note_nal(v);
	if (v->now.any && (v->flags & NAL_BEGINS))
		return finish_before(v, out);
	take_mark(v);
	return 0;
}

/* No start code is left.  Its first two bytes may be there already. */
static void
wait_for_code(struct video *v)
{
	size_t keep = CODE_SIZE - 1, len = v->bytes.len;

	if (v->state == VIDEO_OUTSIDE && len > v->nal + keep) {
		note_outside(v, len - keep);
		memmove(v->bytes.p + v->nal, v->bytes.p + len - keep, keep);
		v->bytes.len = v->nal + keep;
		v->scan = v->nal;
	} else if (len > v->scan + keep) {
		v->scan = len - keep;
	}
}

/* Go on with what is there.  As video_take(). */
static int
advance(struct video *v, struct picture *out)
{
	while (v->bytes.len > 0) {
		const uint8_t *q, *end = v->bytes.p + v->bytes.len;

		if (v->whole && finish_before(v, out) == 1)
			return 1;
		if (v->state == VIDEO_BEGINS) {
			if (v->bytes.len < v->nal + LENGTH_SIZE + NAL_PEEK)
				return 0;
			if (enter_nal(v, out) == 1)
				return 1;
		}
		q = annexb_start(v->bytes.p + v->scan, end);
		if (q == end)
			break;
		if (open_nal(v, (size_t)(q - v->bytes.p)) == -1)
			return -1;
	}
	wait_for_code(v);
	return 0;
}

int
video_take(struct video *v, const uint8_t **p, size_t *n, struct picture *out)
{
	int rc;

	release(v);
	rc = advance(v, out);
	if (rc != 0 || *n == 0)
		return rc;
	if (buf_put(&v->bytes, *p, *n) == -1)
		return -1;
	*p += *n;
	*n = 0;
	return advance(v, out);
}

int
video_complete(struct video *v, struct picture *out)
{
	size_t at;

	release(v);
	if ((v->whole && finish_before(v, out) == 1) ||
	    (v->state == VIDEO_BEGINS && enter_nal(v, out) == 1))
		return 1;
	if (v->state == VIDEO_OUTSIDE)
		return 0;
	at = close_nal(v, v->bytes.len);
	v->bytes.len = v->nal = v->scan = at;
	v->state = VIDEO_OUTSIDE;
	v->completed = true;
	return v->now.any ? finish(v, at, out) : 0;
}

int
video_last(struct video *v, struct picture *out)
{
	int rc = video_complete(v, out);

	if (rc != 0 || !v->first.any)
		return rc;
	*out = v->first;
	v->first.any = false;
	v->end = v->now.begin;
	return 1;
}
