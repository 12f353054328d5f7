#include "replay.h"

void
replay_init(struct replay *r)
{
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
	r->begun = false;
}

/* Append F; the first time that decoding may begin anew is noted. */
static int
append(struct replay *r, const struct frame *f, const uint8_t *p)
{
	if (r->next_ms == -1 && f->kind == r->kind && f->key &&
	    f->dts_ms > r->first_ms)
		r->next_ms = f->dts_ms;
	return frames_put(&r->frames, f, p);
}

/* F is the first. */
static int
begin(struct replay *r, const struct frame *f, const uint8_t *p)
{
	frames_reset(&r->frames);
	r->begun = true;
	r->kind = f->kind;
	r->first_ms = f->dts_ms;
	r->next_ms = -1;
	return append(r, f, p);
}

/*
 * The frame at NEXT_MS becomes the first.  Audio that came before it, but
 * belongs to what is behind it, is put behind it.
 */
static int
advance(struct replay *r)
{
	int64_t cut_ms = r->next_ms, audio_ms = cut_ms - REPLAY_LATE_MS;
	struct frames was = r->frames;
	const uint8_t *p;
	struct frame f;
	size_t cut = 0, at = 0;

	r->frames = r->spare;
	r->spare = was;
	while ((p = frames_next(&was, &at, &f)) != NULL &&
	       !(f.kind == r->kind && f.key && f.dts_ms == cut_ms))
		cut = at;
	if (p == NULL || begin(r, &f, p) == -1)
		return -1;
	for (at = 0; (p = frames_next(&was, &at, &f)) != NULL;) {
		bool behind = at > cut, late = f.kind != r->kind;

		/* The first itself is there already. */
		if ((behind ? f.dts_ms != cut_ms || late
			    : late && f.dts_ms >= audio_ms) &&
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

	if (!r->begun && !start)
		return;
	rc = r->begun ? append(r, f, p) : begin(r, f, p);
	if (rc == 0 && !all && r->next_ms != -1 &&
	    f->dts_ms >= r->next_ms + REPLAY_MS)
		rc = advance(r);
	if (rc == -1)
		replay_reset(r);
}

const struct frames *
replay_frames(const struct replay *r)
{
	return &r->frames;
}
