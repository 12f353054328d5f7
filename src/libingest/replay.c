#include "replay.h"

void
replay_init(struct replay *r, uint32_t hz)
{
	r->keep = (int64_t)REPLAY_MS * hz / 1000;
	r->late = (int64_t)REPLAY_LATE_MS * hz / 1000;
	r->together = (int64_t)FRAMES_TOGETHER_MS * hz / 1000;
	frames_init(&r->frames, REPLAY_MAX);
	frames_init(&r->spare, REPLAY_MAX);
	r->begun = false;
}

void
replay_fini(struct replay *r)
{
	frames_fini(&r->frames);
	frames_fini(&r->spare);
}

void
replay_reset(struct replay *r)
{
	frames_reset(&r->frames);
	frames_reset(&r->spare);
	r->begun = false;
}

/* F, before the first, is of the picture that it is, or behind that. */
static int
wait(struct replay *r, const struct frame *f, const uint8_t *p)
{
	if (f->kind == MEDIA_VIDEO && f->key)
		(void)frames_forget(&r->spare, f->pts - r->together);
	else if (r->spare.bytes.len == 0)
		return 0;
	return frames_put(&r->spare, f, p);
}

/* Append F; the first time that decoding may begin anew is noted. */
static int
append(struct replay *r, const struct frame *f, const uint8_t *p)
{
	if (r->next == -1 && f->track == r->track && f->key &&
	    f->dts > r->first)
		r->next = f->dts;
	return frames_put(&r->frames, f, p);
}

/* F is the first. */
static int
begin(struct replay *r, const struct frame *f, const uint8_t *p)
{
	frames_reset(&r->frames);
	r->begun = true;
	r->track = f->track;
	r->first = f->dts;
	r->next = -1;
	return append(r, f, p);
}

/* F is the first ever; what waited for it follows. */
static int
begin_ever(struct replay *r, const struct frame *f, const uint8_t *p)
{
	struct frame other;
	size_t at = 0;

	(void)frames_forget(&r->spare, f->pts - r->together);
	if (begin(r, f, p) == -1)
		return -1;
	while ((p = frames_next(&r->spare, &at, &other)) != NULL)
		if (append(r, &other, p) == -1)
			return -1;
	frames_reset(&r->spare);
	return 0;
}

/*
 * The frame at NEXT becomes the first.  What other tracks sent before it, but
 * belongs to what is behind it, is put behind it.
 */
static int
advance(struct replay *r)
{
	int64_t cut_at = r->next, late_at = cut_at - r->late;
	struct frames was = r->frames;
	const uint8_t *p;
	struct frame f;
	size_t cut = 0, at = 0;

	r->frames = r->spare;
	r->spare = was;
	while ((p = frames_next(&was, &at, &f)) != NULL &&
	       !(f.track == r->track && f.key && f.dts == cut_at))
		cut = at;
	if (p == NULL || begin(r, &f, p) == -1)
		return -1;
	for (at = 0; (p = frames_next(&was, &at, &f)) != NULL;) {
		bool behind = at > cut, late = f.track != r->track;

		/* The first itself is there already. */
		if ((behind ? f.dts != cut_at || late
			    : late && f.dts >= late_at) &&
		    append(r, &f, p) == -1)
			return -1;
	}
	return 0;
}

void
replay_add(struct replay *r, const struct frame *f, const uint8_t *p,
    bool start, bool all)
{
	int rc;

	if (!r->begun)
		rc = start ? begin_ever(r, f, p) : wait(r, f, p);
	else
		rc = append(r, f, p);
	if (rc == 0 && r->begun && !all && r->next != -1 &&
	    f->dts >= r->next + r->keep)
		rc = advance(r);
	if (rc == -1)
		replay_reset(r);
}

const struct frames *
replay_frames(const struct replay *r)
{
	return &r->frames;
}
