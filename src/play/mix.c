#include "mix.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "lane.h"
#include "ticks.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MICRO = 1000000,
	/* Where no track has anything for so long there is a gap. */
	GAP_US = 100000,
	/* By so much the tracks of one process may begin apart. */
	NEAR_US = 5000000,
	/* So long a track without frames is waited for. */
	PATIENCE_US = 3000000,
	MAX_STRETCHES = 65536
};

/*
 * While one process made segments, the times in all tracks count on by one
 * clock; a process after it began anew.  Each is a stretch, known by its place
 * on the wall clock.
 */
struct mix {
	const struct story *story;
	const struct opt_list *wanted;
	struct mix_from from;
	int media; /* the broadcast's folder */
	uint64_t *stretch_us;
	size_t stretches;

	struct lane lane[MEDIA_MAX_TRACKS];
	size_t lanes;
	bool settled;     /* where to begin is known */
	uint64_t from_us; /* by the wall clock */
	size_t lead;

	bool begun;
	size_t current;         /* stretch */
	int64_t shift_us;       /* timeline less clock of the files */
	int64_t end_us, now_us; /* on the timeline */
	uint64_t waiting_since_us;
	struct lane *shown; /* whose frame was given last */
	size_t written;     /* lanes that those who read know of */
};

struct mix *
mix_open(const struct story *s, const struct opt_list *wanted,
    const struct mix_from *from)
{
	struct mix *m = calloc(1, sizeof(*m));
	char name[STORY_NAME_SIZE + 8], path[PATH_MAX];

	(void)snprintf(name, sizeof(name), "media/%s", s->broadcast);
	if (m == NULL || conf_path(path, CONF_STATE, name) == -1) {
		err_sys("start");
		free(m);
		return NULL;
	}
	m->story = s;
	m->wanted = wanted;
	m->from = *from;
	m->media = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m->media == -1) {
		err_sys("open %s", path);
		free(m);
		return NULL;
	}
	return m;
}

void
mix_close(struct mix *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->lanes; i++)
		lane_close(&m->lane[i]);
	(void)close(m->media);
	free(m->stretch_us);
	free(m);
}

static bool
is_wanted(const struct mix *m, const struct story_track *t)
{
	if (m->wanted->len == 0)
		return strcmp(t->name, "video") == 0 ||
		       strcmp(t->name, "audio") == 0;
	for (size_t i = 0; i < m->wanted->len; i++)
		if (strcmp(m->wanted->item[i], "all") == 0 ||
		    strcmp(m->wanted->item[i], t->name) == 0)
			return true;
	return false;
}

/* The place of the segment of T to begin with. */
static size_t
first_segment(const struct mix *m, const struct story_track *t)
{
	int64_t place_us = m->from.place_us, at_us = 0;
	size_t found = 0;

	if (m->from.kind == MIX_START)
		return 0;
	if (m->from.kind == MIX_NOW)
		place_us = INT64_MAX;
	for (size_t i = 0; i < t->n && place_us < 0; i++)
		at_us += (int64_t)t->segment[i].duration_us;
	place_us += place_us < 0 ? at_us : 0;
	at_us = 0;
	for (size_t i = 0; i < t->n && at_us <= place_us; i++) {
		if (t->segment[i].independent)
			found = i;
		at_us += (int64_t)t->segment[i].duration_us;
	}
	return found;
}

/* Find where to begin: with the picture, or the sound when there is none. */
static bool
settle(struct mix *m)
{
	const struct story *s = m->story;
	const struct story_track *lead = NULL, *t;

	for (size_t i = 0; i < s->tracks; i++) {
		t = &s->track[i];
		if (t->n > 0 && is_wanted(m, t) &&
		    (lead == NULL || (t->video && !lead->video))) {
			lead = t;
			m->lead = i;
		}
	}
	if (lead == NULL)
		return false;
	m->from_us = lead->segment[first_segment(m, lead)].start_us;
	m->settled = true;
	return true;
}

/* Tracks that the story tells of and nobody plays yet. */
static int
open_lanes(struct mix *m)
{
	for (size_t i = 0; i < m->story->tracks; i++) {
		const struct story_track *t = &m->story->track[i];
		bool known = t->n == 0 || !is_wanted(m, t);

		for (size_t j = 0; j < m->lanes; j++)
			known = known || m->lane[j].source == i;
		if (known)
			continue;
		if (lane_open(&m->lane[m->lanes], i, t, m->media, m->from_us) ==
		    -1)
			return -1;
		m->lanes++;
	}
	return 0;
}

/* The stretch that L goes on with at START_US, behind its own. */
static int
find_stretch(struct mix *m, struct lane *l, uint64_t start_us)
{
	size_t from = l->begun ? l->stretch + 1 : 0;
	uint64_t *p;

	for (size_t i = m->stretches; i > from; i--)
		if (m->stretch_us[i - 1] <= start_us + NEAR_US) {
			l->stretch = i - 1;
			return 0;
		}
	if (m->stretches == MAX_STRETCHES) {
		errno = E2BIG;
		return -1;
	}
	p = reallocarray(m->stretch_us, m->stretches + 1, sizeof(*p));
	if (p == NULL)
		return -1;
	m->stretch_us = p;
	p[m->stretches] = start_us;
	l->stretch = m->stretches++;
	return 0;
}

/* True when A's frame comes before B's. */
static bool
before(const struct lane *a, const struct lane *b)
{
	if (a->stretch != b->stretch)
		return a->stretch < b->stretch;
	return lane_us(a, reel_frame(a->reel)->dts) <
	       lane_us(b, reel_frame(b->reel)->dts);
}

/* Have a frame of L at hand, when there is one.  0, or -1 after reporting. */
static int
fill(struct mix *m, struct lane *l)
{
	if (lane_fill(l, &m->story->track[l->source]) == -1)
		return -1;
	if (l->renewed && find_stretch(m, l, l->renewed_us) == -1) {
		err_sys("play");
		return -1;
	}
	l->begun = l->begun || l->renewed;
	l->renewed = false;
	return 0;
}

/* The lane whose frame is next, all of them having one where there is one. */
static struct lane *
earliest(struct mix *m)
{
	struct lane *found = NULL;

	for (size_t i = 0; i < m->lanes; i++) {
		struct lane *l = &m->lane[i];

		if (reel_frame(l->reel) == NULL)
			continue;
		if (l->late)
			l->need_key = m->story->track[l->source].video;
		l->late = false;
		if (found == NULL || before(l, found))
			found = l;
	}
	return found;
}

/* True when a frame of another track may come before that of NEXT. */
static bool
must_wait(struct mix *m, const struct lane *next)
{
	bool missing = false;

	for (size_t i = 0; i < m->lanes; i++) {
		struct lane *l = &m->lane[i];
		const struct story_track *t = &m->story->track[l->source];

		if (reel_frame(l->reel) != NULL || l->late || t->ended ||
		    m->story->ended)
			continue;
		if (l->begun && l->stretch == next->stretch &&
		    lane_us(next, reel_frame(next->reel)->dts) < l->end_us)
			continue;
		missing = true;
	}
	if (!missing)
		m->waiting_since_us = 0;
	else if (m->waiting_since_us == 0)
		m->waiting_since_us = clock_mono_us();
	if (!missing || clock_mono_us() - m->waiting_since_us < PATIENCE_US)
		return missing;
	for (size_t i = 0; i < m->lanes; i++)
		if (reel_frame(m->lane[i].reel) == NULL)
			m->lane[i].late = true;
	return false;
}

/* The timeline is where the frame of L is, which comes next. */
static void
place(struct mix *m, const struct lane *l)
{
	int64_t us = lane_us(l, reel_frame(l->reel)->dts);

	if (!m->begun || l->stretch != m->current ||
	    us + m->shift_us > m->end_us + GAP_US)
		m->shift_us = m->end_us - us;
	m->begun = true;
	m->current = l->stretch;
}

/*
 * Pass over the frame of L: it is too late to be written, or what it refers to
 * was passed over, or it comes before the picture that all begins with.
 */
static bool
useless(struct mix *m, struct lane *l)
{
	const struct reel_frame *f = reel_frame(l->reel);
	int64_t us = lane_us(l, f->dts);

	if (!m->begun)
		return l->source != m->lead;
	if (l->stretch < m->current ||
	    (l->stretch == m->current && us + m->shift_us < m->now_us)) {
		l->need_key = m->story->track[l->source].video;
		return true;
	}
	if (l->need_key && !f->key)
		return true;
	l->need_key = false;
	return false;
}

/* L has other parameters than those who read know of, or is new to them. */
static bool
renumber(struct mix *m, const struct lane *of)
{
	bool changed = false;
	size_t n = 0;

	/* Pictures come before sound. */
	for (int video = 1; video >= 0; video--)
		for (size_t i = 0; i < m->lanes; i++) {
			struct lane *l = &m->lane[i];

			if (m->story->track[l->source].video != (video == 1) ||
			    reel_changes(l->reel) == 0)
				continue;
			changed =
			    changed || l->changes != reel_changes(l->reel);
			l->index = n++;
		}
	changed = changed || of->changes != reel_changes(of->reel);
	for (size_t i = 0; i < m->lanes && changed; i++)
		m->lane[i].changes = reel_changes(m->lane[i].reel);
	m->written = n;
	return changed;
}

static void
give(struct mix *m, struct lane *l, struct mix_frame *out)
{
	const struct reel_frame *f = reel_frame(l->reel);
	const struct media_track *t = reel_track(l->reel);
	/* In ticks, so that frames keep their distances exactly. */
	int64_t shift =
	    ticks_rescale(m->shift_us, 1, MICRO, t->time_den / t->time_num);
	int64_t us = lane_us(l, f->dts) + m->shift_us;

	out->changed = renumber(m, l);
	out->at_us = us;
	out->packet = (struct nut_packet){.track = (unsigned)l->index,
	    .pts = f->pts + shift > 0 ? f->pts + shift : 0,
	    .dts = f->dts + shift,
	    .key = f->key,
	    .data = f->data,
	    .len = f->len};
	m->now_us = us;
	us += lane_us(l, f->duration);
	if (us > m->end_us)
		m->end_us = us;
	m->shown = l;
}

enum mix_result
mix_next(struct mix *m, struct mix_frame *out)
{
	struct lane *l;

	if (m->shown != NULL)
		lane_step(m->shown);
	m->shown = NULL;
	if (!m->settled && !settle(m))
		return m->story->ended ? MIX_NOTHING : MIX_WAIT;
	if (open_lanes(m) == -1)
		return MIX_FAILED;
	for (;;) {
		for (size_t i = 0; i < m->lanes; i++)
			if (fill(m, &m->lane[i]) == -1)
				return MIX_FAILED;
		if ((l = earliest(m)) == NULL)
			return m->story->ended ? MIX_OVER : MIX_WAIT;
		if (must_wait(m, l))
			return MIX_WAIT;
		if (!useless(m, l))
			break;
		lane_step(l);
	}
	place(m, l);
	give(m, l, out);
	return MIX_FRAME;
}

size_t
mix_tracks(const struct mix *m, struct media_track *track)
{
	for (size_t i = 0; i < m->lanes; i++)
		if (reel_changes(m->lane[i].reel) > 0)
			track[m->lane[i].index] = *reel_track(m->lane[i].reel);
	return m->written;
}
