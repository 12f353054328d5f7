#include "remux.h"
#include "coding.h"
#include "flv.h"
#include "nut.h"
#include "replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRACKS = 2, MS_PER_S = 1000 };

struct track {
	bool known; /* its configuration came */
	struct coding_config config;
	unsigned index; /* in the file that is being written */
	bool in_file;
	bool timed;      /* last_ms holds */
	int64_t last_ms; /* its last frame's decoding time */
};

struct remux {
	struct remux_count count;
	struct remux_frame last;
	struct track track[TRACKS]; /* by enum media_kind */

	bool hinted; /* metadata came */
	bool expected[TRACKS];
	uint32_t frame_rate_mhz;

	/* RTMP counts 32 bits of milliseconds; this is the rest. */
	bool timed;
	int64_t now_ms;
	/* Pipe time less encoder's time, and the latest of the former. */
	bool resumed; /* the shift is still to be found */
	int64_t shift_ms, latest_ms;

	struct nut_writer *nut; /* NULL: the next file is still to begin */
	int64_t nut_ms;         /* the last decoding time in it */
	bool dropping;
	uint64_t missed; /* frames while there was no pipe: they may be kept */

	/* While no file is begun: since when, and the frames so far. */
	bool waiting;
	int64_t waiting_since_ms;
	bool held_key; /* a keyframe of video is among them */
	struct frames held;
	bool settled; /* a file was begun before: what is unknown stays so */
	struct replay replay;
	int64_t hold_ms; /* nothing of it goes before: it is being replayed */
};

struct remux *
remux_open(void)
{
	struct remux *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	frames_init(&r->held, REMUX_HELD_MAX);
	replay_init(&r->replay);
	return r;
}

void
remux_close(struct remux *r)
{
	if (r == NULL)
		return;
	nut_writer_close(r->nut);
	frames_fini(&r->held);
	replay_fini(&r->replay);
	free(r);
}

const struct remux_count *
remux_count(const struct remux *r)
{
	return &r->count;
}

const struct remux_frame *
remux_last(const struct remux *r)
{
	return &r->last;
}

void
remux_data(struct remux *r, const uint8_t *p, size_t len)
{
	struct flv_metadata m;
	int rc = flv_metadata(&m, p, len);

	if (rc == -1)
		r->count.malformed++;
	if (rc != 0)
		return;
	/* Metadata without a word of either says nothing about both. */
	r->hinted = m.has_video || m.has_audio;
	r->expected[MEDIA_VIDEO] = m.has_video;
	r->expected[MEDIA_AUDIO] = m.has_audio;
	r->frame_rate_mhz = m.frame_rate_mhz;
}

void
remux_restart(struct remux *r)
{
	nut_writer_close(r->nut);
	r->nut = NULL;
	r->dropping = false;
	r->count.dropped += r->missed;
	r->missed = 0;
	r->waiting = false;
	r->held_key = false;
	frames_reset(&r->held);
}

void
remux_resume(struct remux *r)
{
	remux_restart(r);
	replay_reset(&r->replay);
	for (int k = 0; k < TRACKS; k++)
		r->track[k] = (struct track){0};
	r->hinted = false;
	r->frame_rate_mhz = 0;
	r->settled = false;
	r->timed = false;
	r->resumed = true;
}

/* A new configuration for a track; the same one again changes nothing. */
static int
configure(struct remux *r, const struct flv_tag *tag, char *why, size_t cap)
{
	struct track *t = &r->track[tag->coding->kind];
	struct coding_config c;
	const char *cause;

	if (t->known && t->config.coding == tag->coding &&
	    t->config.record_len == tag->len &&
	    memcmp(t->config.record, tag->p, tag->len) == 0)
		return 0;
	if (coding_configure(&c, tag->coding, tag->p, tag->len, &cause) == -1) {
		(void)snprintf(why, cap, "%s", cause);
		return -1;
	}
	/* Frames that are held, or kept, are of the former parameters. */
	if (t->known && r->nut == NULL)
		remux_restart(r);
	if (t->known)
		replay_reset(&r->replay);
	t->config = c;
	t->known = true;
	t->in_file = false;
	return 0;
}

static void
fill_track(struct media_track *m, const struct remux *r, const struct track *t)
{
	const struct coding_config *c = &t->config;

	*m = (struct media_track){
	    .kind = c->coding->kind,
	    .codec = c->coding->id,
	    .time_num = 1,
	    .time_den = MS_PER_S,
	    .delay = c->reorder,
	    .width = c->width,
	    .height = c->height,
	    .frame_rate_mhz = c->frame_rate_mhz,
	    .sample_rate_hz = c->sample_rate_hz,
	    .channels = c->channels,
	    .config = c->record,
	    .config_len = c->record_len,
	};
	if (m->kind == MEDIA_VIDEO && m->frame_rate_mhz == 0)
		m->frame_rate_mhz = r->frame_rate_mhz;
}

/* Begin a file of the tracks that are known; WITHOUT_VIDEO leaves it out. */
static int
begin_file(struct remux *r, bool without_video, struct buf *out)
{
	struct media_track m[TRACKS];
	unsigned n = 0;

	for (int k = 0; k < TRACKS; k++) {
		struct track *t = &r->track[k];

		t->in_file = t->known && !(k == MEDIA_VIDEO && without_video);
		if (!t->in_file)
			continue;
		fill_track(&m[n], r, t);
		t->index = n++;
	}
	if ((r->nut = nut_writer_open(m, n)) == NULL)
		return -1;
	if (nut_writer_header(r->nut, out) == -1) {
		nut_writer_close(r->nut);
		r->nut = NULL;
		return -1;
	}
	r->nut_ms = INT64_MIN;
	r->waiting = false;
	r->settled = true;
	return 0;
}

/* Frame F and its bytes into the file that is begun. */
static int
write_frame(
    struct remux *r, const struct frame *f, const uint8_t *p, struct buf *out)
{
	struct nut_packet packet = {.track = r->track[f->kind].index,
	    .pts = f->pts_ms,
	    .dts = f->dts_ms,
	    .key = f->key,
	    .data = p,
	    .len = f->len};

	if (!r->track[f->kind].in_file)
		return 0;
	/* Encoders interleave nearly in order; NUT wants it quite so. */
	if (packet.dts < r->nut_ms)
		packet.dts = r->nut_ms;
	r->nut_ms = packet.dts;
	if (nut_writer_put(r->nut, &packet, out) == 0)
		return 0;
	if (errno == ENOMEM)
		return -1;
	/* It did not fit: what needs it is of no use either. */
	r->count.dropped++;
	r->dropping = true;
	return 0;
}

/* Unwrap an RTMP timestamp, which may also go back a little. */
static int64_t
unwrap(struct remux *r, uint32_t timestamp_ms)
{
	if (!r->timed)
		r->now_ms = timestamp_ms;
	else
		r->now_ms += (int32_t)(timestamp_ms - (uint32_t)r->now_ms);
	r->timed = true;
	/* A jump back past the beginning: count from anew. */
	if (r->now_ms < -REMUX_BACKWARDS_MS)
		r->now_ms = timestamp_ms;
	if (r->resumed)
		r->shift_ms = r->latest_ms + REMUX_RESUME_MS - r->now_ms;
	r->resumed = false;
	if (r->now_ms + r->shift_ms < 0)
		r->shift_ms = 0;
	return r->now_ms + r->shift_ms > 0 ? r->now_ms + r->shift_ms : 0;
}

/* Give F its times, which grow within its track and its file. */
static void
time_frame(struct remux *r, struct frame *f, uint32_t timestamp_ms,
    int32_t composition_ms)
{
	struct track *t = &r->track[f->kind];

	f->dts_ms = unwrap(r, timestamp_ms);
	if (t->timed && f->dts_ms < t->last_ms - REMUX_BACKWARDS_MS) {
		/*
		 * The encoder's clock was set back.  NUT knows no such thing,
		 * so a new file begins, in which times count as they come.
		 */
		remux_restart(r);
		replay_reset(&r->replay);
		r->hold_ms = 0;
		for (int k = 0; k < TRACKS; k++)
			r->track[k].timed = false;
	} else if (t->timed && f->dts_ms <= t->last_ms) {
		f->dts_ms = t->last_ms + 1;
	}
	t->timed = true;
	t->last_ms = f->dts_ms;
	if (f->dts_ms > r->latest_ms)
		r->latest_ms = f->dts_ms;
	f->pts_ms = f->dts_ms + composition_ms;
	if (f->pts_ms < 0)
		f->pts_ms = 0;
}

/* True when what may be expected is known, or was waited for enough. */
static bool
complete(const struct remux *r, int64_t now_ms)
{
	const struct track *v = &r->track[MEDIA_VIDEO];
	const struct track *a = &r->track[MEDIA_AUDIO];

	if (r->settled || (v->known && a->known))
		return true;
	if (r->hinted && (v->known || !r->expected[MEDIA_VIDEO]) &&
	    (a->known || !r->expected[MEDIA_AUDIO]))
		return true;
	return now_ms - r->waiting_since_ms >= REMUX_WAIT_MS ||
	       now_ms < r->waiting_since_ms;
}

/* Begin a file with what is held, and write all of that. */
static int
release(struct remux *r, bool without_video, struct buf *out)
{
	bool video = r->track[MEDIA_VIDEO].known && !without_video;
	const uint8_t *p;
	struct frame f;

	if (begin_file(r, without_video, out) == -1)
		return errno == ENOMEM ? -1 : 0;
	for (size_t at = 0; (p = frames_next(&r->held, &at, &f)) != NULL;)
		if ((f.kind == MEDIA_AUDIO || video) && !r->dropping &&
		    write_frame(r, &f, p, out) == -1)
			return -1;
	frames_reset(&r->held);
	return 0;
}

/* No file is begun: keep F until one can begin, then begin it. */
static int
hold(struct remux *r, const struct frame *f, const uint8_t *p, struct buf *out)
{
	bool late, start;

	if (!r->waiting) {
		r->waiting = true;
		r->waiting_since_ms = f->dts_ms;
	}
	late = f->dts_ms - r->waiting_since_ms >= REMUX_KEYFRAME_WAIT_MS &&
	       f->kind == MEDIA_AUDIO;
	/* With video the first frame is a keyframe, and audio comes behind. */
	start = f->kind == MEDIA_VIDEO && f->key;
	if (r->track[MEDIA_VIDEO].known && !r->held_key && !start && !late) {
		r->count.dropped += r->settled;
		return 0;
	}
	r->held_key = r->held_key || start;
	if (frames_put(&r->held, f, p) == -1) {
		if (errno == ENOMEM)
			return -1;
		remux_restart(r);
		r->count.dropped++;
		return 0;
	}
	if (!complete(r, f->dts_ms))
		return 0;
	return release(r, late && !r->held_key, out);
}

int
remux_replay(struct remux *r, struct buf *out)
{
	const struct frames *q = replay_frames(&r->replay);
	const uint8_t *p;
	struct frame f;
	size_t at = 0;

	/* It begins with a keyframe of before they were missed, if at all. */
	if (frames_next(q, &at, &f) != NULL)
		r->missed = 0;
	r->hold_ms = r->latest_ms + REMUX_REPLAY_MS;
	remux_restart(r);
	for (at = 0; (p = frames_next(q, &at, &f)) != NULL;)
		if ((r->nut != NULL ? write_frame(r, &f, p, out)
				    : hold(r, &f, p, out)) == -1)
			return -1;
	return 0;
}

/* True when the file that is being written lacks a track. */
static bool
stale(const struct remux *r)
{
	for (int k = 0; k < TRACKS; k++)
		if (r->nut != NULL && r->track[k].known && !r->track[k].in_file)
			return true;
	return false;
}

int
remux_put(struct remux *r, enum media_kind kind, uint32_t timestamp_ms,
    const uint8_t *p, size_t len, bool room, struct buf *out, char *why,
    size_t cap)
{
	struct track *t = &r->track[kind];
	struct flv_tag tag;
	struct frame f;
	bool start; /* decoding may begin here */
	int rc = kind == MEDIA_VIDEO ? flv_video(&tag, p, len)
				     : flv_audio(&tag, p, len);

	if (rc == -1 && errno == ENOTSUP) {
		(void)snprintf(why, cap, "%s is not supported yet",
		    tag.coding != NULL    ? tag.coding->name
		    : kind == MEDIA_VIDEO ? "this video codec"
					  : "this audio codec");
		return -1;
	}
	if (rc == -1) {
		r->count.malformed++;
		return 0;
	}
	if (tag.kind == FLV_CONFIG)
		return configure(r, &tag, why, cap);
	if (tag.kind == FLV_NOTHING)
		return 0;
	r->count.bytes += len;
	f = (struct frame){.kind = kind, .key = tag.key, .len = tag.len};
	if (!t->known || t->config.coding != tag.coding ||
	    !tag.coding->frame(&t->config, tag.p, tag.len, &f.key)) {
		r->count.malformed++;
		return 0;
	}
	if (kind == MEDIA_VIDEO)
		r->count.video_frames++;
	else
		r->count.audio_frames++;
	time_frame(r, &f, timestamp_ms, tag.composition_ms);
	start = f.key && (kind == MEDIA_VIDEO || !r->track[MEDIA_VIDEO].known);
	replay_add(&r->replay, &f, tag.p, start,
	    out->max == 0 || f.dts_ms < r->hold_ms);
	r->last = (struct remux_frame){kind, f.key, f.dts_ms};
	if (!room)
		r->dropping = true;
	if (r->dropping && !(room && start)) {
		if (out->max == 0)
			r->missed++;
		else
			r->count.dropped++;
		return 0;
	}
	r->dropping = false;
	if (start && stale(r))
		remux_restart(r);
	if (r->nut == NULL)
		return hold(r, &f, tag.p, out);
	return write_frame(r, &f, tag.p, out);
}
