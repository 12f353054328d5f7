#include "mux.h"
#include "replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NO_TRACK = MEDIA_MAX_TRACKS, MS_PER_S = 1000, US_PER_S = 1000000 };

struct track {
	bool known; /* its configuration came */
	struct media_track is;
	struct buf config; /* what IS borrows */
	unsigned index;    /* in the file that is being written */
	bool in_file;
	bool decodable; /* in that file, since a keyframe */
	bool timed;     /* LAST holds */
	int64_t last;   /* its last frame's decoding time */
};

struct mux {
	struct mux_count count;
	struct mux_frame last;
	uint32_t hz;
	struct track track[MEDIA_MAX_TRACKS];
	unsigned lead[2]; /* the first track known, by enum media_kind */
	unsigned known[2], expected[2];
	bool hinted; /* EXPECTED holds */

	/* Pipe time less encoder's time, and the latest of the former. */
	bool resumed; /* the shift is still to be found */
	int64_t shift, latest;

	struct nut_writer *nut; /* NULL: the next file is still to begin */
	int64_t nut_dts;        /* the last decoding time in it */
	bool dropping;
	uint64_t missed; /* frames while there was no pipe: they may be kept */

	/* While no file is begun: since when, and the frames so far. */
	bool waiting;
	int64_t waiting_since;
	bool held_key; /* a keyframe of the first video track is among them */
	struct frames held;
	bool settled; /* a file was begun before: what is unknown stays so */
	struct replay replay;
	int64_t hold; /* nothing of it goes before: it is being replayed */
};

static int64_t
ticks(const struct mux *m, int64_t ms)
{
	return ms * m->hz / MS_PER_S;
}

static void
forget_tracks(struct mux *m)
{
	for (int i = 0; i < MEDIA_MAX_TRACKS; i++) {
		struct track *t = &m->track[i];

		buf_fini(&t->config);
		*t = (struct track){.known = false};
		buf_init(&t->config, MEDIA_MAX_CONFIG);
	}
	m->lead[MEDIA_VIDEO] = m->lead[MEDIA_AUDIO] = NO_TRACK;
	m->known[MEDIA_VIDEO] = m->known[MEDIA_AUDIO] = 0;
	m->hinted = false;
}

struct mux *
mux_open(uint32_t hz)
{
	struct mux *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->hz = hz;
	forget_tracks(m);
	frames_init(&m->held, MUX_HELD_MAX);
	replay_init(&m->replay, hz);
	return m;
}

void
mux_close(struct mux *m)
{
	if (m == NULL)
		return;
	nut_writer_close(m->nut);
	frames_fini(&m->held);
	replay_fini(&m->replay);
	forget_tracks(m);
	free(m);
}

const struct mux_count *
mux_count(const struct mux *m)
{
	return &m->count;
}

const struct mux_frame *
mux_last(const struct mux *m)
{
	return &m->last;
}

void
mux_expect(struct mux *m, unsigned video, unsigned audio)
{
	m->hinted = true;
	m->expected[MEDIA_VIDEO] = video;
	m->expected[MEDIA_AUDIO] = audio;
}

void
mux_malformed(struct mux *m)
{
	m->count.malformed++;
}

void
mux_restart(struct mux *m)
{
	nut_writer_close(m->nut);
	m->nut = NULL;
	m->dropping = false;
	m->count.dropped += m->missed;
	m->missed = 0;
	m->waiting = false;
	m->held_key = false;
	frames_reset(&m->held);
}

void
mux_resume(struct mux *m)
{
	mux_restart(m);
	replay_reset(&m->replay);
	forget_tracks(m);
	m->settled = false;
	m->resumed = true;
}

/* True when a decoder of A can go on with B. */
static bool
alike(const struct media_track *a, const struct media_track *b)
{
	return a->codec == b->codec && a->width == b->width &&
	       a->height == b->height &&
	       a->sample_rate_hz == b->sample_rate_hz &&
	       a->channels == b->channels && a->config_len == b->config_len &&
	       (a->config_len == 0 ||
		   memcmp(a->config, b->config, a->config_len) == 0);
}

static uint64_t
pixels(const struct track *t)
{
	return (uint64_t)t->is.width * t->is.height;
}

/* Tracks of each kind, and the first of it. */
static void
survey(struct mux *m)
{
	m->known[MEDIA_VIDEO] = m->known[MEDIA_AUDIO] = 0;
	m->lead[MEDIA_VIDEO] = m->lead[MEDIA_AUDIO] = NO_TRACK;
	for (unsigned i = 0; i < MEDIA_MAX_TRACKS; i++) {
		const struct track *t = &m->track[i];
		unsigned *lead = &m->lead[t->is.kind];

		if (!t->known)
			continue;
		m->known[t->is.kind]++;
		if (*lead == NO_TRACK || pixels(t) > pixels(&m->track[*lead]))
			*lead = i;
	}
}

int
mux_track(struct mux *m, unsigned track, const struct media_track *is)
{
	struct track *t = &m->track[track];
	bool was_known;

	if (track >= MEDIA_MAX_TRACKS || is->time_num != 1 ||
	    is->time_den != m->hz || is->config_len > MEDIA_MAX_CONFIG) {
		errno = EINVAL;
		return -1;
	}
	was_known = t->known;
	if (was_known && alike(&t->is, is)) {
		t->is.delay = is->delay;
		t->is.frame_rate_mhz = is->frame_rate_mhz;
		return 0;
	}
	/* Frames that are held, or kept, are of the former parameters. */
	if (was_known && m->nut == NULL)
		mux_restart(m);
	if (was_known)
		replay_reset(&m->replay);
	t->known = t->in_file = false;
	buf_reset(&t->config);
	if (buf_put(&t->config, is->config, is->config_len) == -1)
		return -1;
	t->is = *is;
	t->is.config = t->config.p;
	t->known = true;
	survey(m);
	return 0;
}

/* The next of KIND for a file: the largest that is not in it; or NULL. */
static struct track *
next_track(struct mux *m, enum media_kind kind)
{
	struct track *next = NULL;

	for (struct track *t = m->track; t < m->track + MEDIA_MAX_TRACKS; t++)
		if (t->known && !t->in_file && t->is.kind == kind &&
		    (next == NULL || pixels(t) > pixels(next)))
			next = t;
	return next;
}

/* The tracks of KIND that are known join the N of the file in LIST. */
static unsigned
list_tracks(
    struct mux *m, enum media_kind kind, struct media_track *list, unsigned n)
{
	struct track *t;

	while ((t = next_track(m, kind)) != NULL) {
		t->in_file = true;
		t->decodable = false;
		t->index = n;
		list[n++] = t->is;
	}
	return n;
}

/* Begin a file of the tracks that are known; WITHOUT_VIDEO leaves it out. */
static int
begin_file(struct mux *m, bool without_video, struct buf *out)
{
	struct media_track list[MEDIA_MAX_TRACKS];
	unsigned n = 0;

	for (unsigned i = 0; i < MEDIA_MAX_TRACKS; i++)
		m->track[i].in_file = false;
	if (!without_video)
		n = list_tracks(m, MEDIA_VIDEO, list, n);
	n = list_tracks(m, MEDIA_AUDIO, list, n);
	if ((m->nut = nut_writer_open(list, n)) == NULL)
		return -1;
	if (nut_writer_header(m->nut, out) == -1) {
		nut_writer_close(m->nut);
		m->nut = NULL;
		return -1;
	}
	m->nut_dts = INT64_MIN;
	m->waiting = false;
	m->settled = true;
	return 0;
}

/* Frame F and its bytes into the file that is begun. */
static int
write_frame(
    struct mux *m, const struct frame *f, const uint8_t *p, struct buf *out)
{
	struct track *t = &m->track[f->track];
	struct nut_packet packet = {.track = t->index,
	    .pts = f->pts,
	    .dts = f->dts,
	    .key = f->key,
	    .data = p,
	    .len = f->len};

	/* Other renditions may have their first keyframe later. */
	if (!t->in_file || !(t->decodable || f->key))
		return 0;
	t->decodable = true;
	/* Encoders interleave nearly in order; NUT wants it quite so. */
	if (packet.dts < m->nut_dts)
		packet.dts = m->nut_dts;
	m->nut_dts = packet.dts;
	if (nut_writer_put(m->nut, &packet, out) == 0)
		return 0;
	if (errno == ENOMEM)
		return -1;
	/* It did not fit: what needs it is of no use either. */
	m->count.dropped++;
	m->dropping = true;
	return 0;
}

/*
 * The time on the pipe at which P is decoded.  What would be shown a little
 * before the beginning moves that.
 */
static int64_t
place(struct mux *m, const struct nut_packet *p)
{
	if (m->resumed)
		m->shift = m->latest + ticks(m, MUX_RESUME_MS) - p->dts;
	m->resumed = false;
	if (p->dts + m->shift < 0)
		m->shift = 0;
	else if (p->pts + m->shift < 0 &&
		 p->pts + m->shift > -ticks(m, MUX_RESUME_MS))
		m->shift = -p->pts;
	return p->dts + m->shift > 0 ? p->dts + m->shift : 0;
}

/* Give F the times of P, which grow within its track and its file. */
static void
time_frame(struct mux *m, struct frame *f, const struct nut_packet *p)
{
	struct track *t = &m->track[f->track];

	f->dts = place(m, p);
	if (t->timed && f->dts < t->last - ticks(m, MUX_BACKWARDS_MS)) {
		/*
		 * The encoder's clock was set back.  NUT knows no such thing,
		 * so a new file begins, in which times count as they come.
		 */
		mux_restart(m);
		replay_reset(&m->replay);
		m->hold = 0;
		for (int i = 0; i < MEDIA_MAX_TRACKS; i++)
			m->track[i].timed = false;
	} else if (t->timed && f->dts <= t->last) {
		f->dts = t->last + ticks(m, 1);
	}
	t->timed = true;
	t->last = f->dts;
	if (f->dts > m->latest)
		m->latest = f->dts;
	f->pts = f->dts + (p->pts - p->dts);
	if (f->pts < 0)
		f->pts = 0;
}

/* True when what may be expected is known, or was waited for enough. */
static bool
complete(const struct mux *m, int64_t now)
{
	const unsigned *known = m->known, *expected = m->expected;

	if (m->settled ||
	    (m->hinted ? known[MEDIA_VIDEO] >= expected[MEDIA_VIDEO] &&
			     known[MEDIA_AUDIO] >= expected[MEDIA_AUDIO]
		       : known[MEDIA_VIDEO] > 0 && known[MEDIA_AUDIO] > 0))
		return true;
	return now - m->waiting_since >= ticks(m, MUX_WAIT_MS) ||
	       now < m->waiting_since;
}

/* Begin a file with what is held, and write all of that. */
static int
release(struct mux *m, bool without_video, struct buf *out)
{
	const uint8_t *p;
	struct frame f;

	if (begin_file(m, without_video, out) == -1)
		return errno == ENOMEM ? -1 : 0;
	for (size_t at = 0; (p = frames_next(&m->held, &at, &f)) != NULL;)
		if (!m->dropping && write_frame(m, &f, p, out) == -1)
			return -1;
	frames_reset(&m->held);
	return 0;
}

/* True when decoding may begin with F. */
static bool
starts(const struct mux *m, const struct frame *f)
{
	unsigned lead = m->lead[MEDIA_VIDEO];

	return f->key && (f->track == lead || lead == NO_TRACK);
}

/* No file is begun: keep F until one can begin, then begin it. */
static int
hold(struct mux *m, const struct frame *f, const uint8_t *p, struct buf *out)
{
	bool late, waits;

	if (!m->waiting)
		m->waiting_since = f->dts;
	m->waiting = true;
	late = f->dts - m->waiting_since >= ticks(m, MUX_KEYFRAME_WAIT_MS) &&
	       f->kind == MEDIA_AUDIO;
	/*
	 * With video the first frame is a keyframe, and audio comes behind.
	 * That of another rendition may come before the largest one's.
	 */
	waits = m->known[MEDIA_VIDEO] > 0 && !m->held_key && !late;
	if (waits && f->kind == MEDIA_VIDEO && f->key) {
		unsigned n = frames_forget(
		    &m->held, f->pts - ticks(m, FRAMES_TOGETHER_MS));

		m->count.dropped += m->settled ? n : 0;
		m->held_key = starts(m, f);
		waits = !m->held_key;
	} else if (waits && m->held.bytes.len == 0) {
		m->count.dropped += m->settled;
		return 0;
	}
	if (frames_put(&m->held, f, p) == -1) {
		if (errno == ENOMEM)
			return -1;
		mux_restart(m);
		m->count.dropped++;
		return 0;
	}
	if (waits || !complete(m, f->dts))
		return 0;
	return release(m, !m->held_key, out);
}

int
mux_replay(struct mux *m, struct buf *out)
{
	const struct frames *q = replay_frames(&m->replay);
	const uint8_t *p;
	struct frame f;
	size_t at = 0;

	/* It begins with a keyframe of before they were missed, if at all. */
	if (frames_next(q, &at, &f) != NULL)
		m->missed = 0;
	m->hold = m->latest + ticks(m, MUX_REPLAY_MS);
	mux_restart(m);
	for (at = 0; (p = frames_next(q, &at, &f)) != NULL;)
		if ((m->nut != NULL ? write_frame(m, &f, p, out)
				    : hold(m, &f, p, out)) == -1)
			return -1;
	return 0;
}

/* True when the file that is being written lacks a track. */
static bool
stale(const struct mux *m)
{
	for (int i = 0; i < MEDIA_MAX_TRACKS; i++)
		if (m->nut != NULL && m->track[i].known && !m->track[i].in_file)
			return true;
	return false;
}

/* F, with its times, was taken. */
static void
count_frame(struct mux *m, const struct frame *f)
{
	m->count.bytes += f->len;
	m->count.video_frames += f->kind == MEDIA_VIDEO;
	m->count.audio_frames += f->kind == MEDIA_AUDIO;
	m->last = (struct mux_frame){.kind = f->kind,
	    .key = f->key,
	    .leads = f->track == m->lead[f->kind],
	    .dts_us = f->dts * US_PER_S / m->hz};
}

int
mux_put(struct mux *m, const struct nut_packet *p, bool room, struct buf *out)
{
	struct frame f = {.track = p->track, .key = p->key, .len = p->len};
	bool start;

	if (p->track >= MEDIA_MAX_TRACKS || !m->track[p->track].known) {
		errno = EINVAL;
		return -1;
	}
	f.kind = m->track[p->track].is.kind;
	time_frame(m, &f, p);
	count_frame(m, &f);
	start = starts(m, &f);
	replay_add(
	    &m->replay, &f, p->data, start, out->max == 0 || f.dts < m->hold);
	if (!room)
		m->dropping = true;
	if (m->dropping && !(room && start)) {
		if (out->max == 0)
			m->missed++;
		else
			m->count.dropped++;
		return 0;
	}
	m->dropping = false;
	if (start && stale(m))
		mux_restart(m);
	if (m->nut == NULL)
		return hold(m, &f, p->data, out);
	return write_frame(m, &f, p->data, out);
}
