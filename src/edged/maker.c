#include "maker.h"

#include "clipid.h"
#include "excerpt.h"
#include "log.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ANSWER_MS = 5000, /* for weir-logd to store it */
	SHOW_MS = 5000,   /* for the follower to see it */
	MAX_TRIES = 8,    /* when others change the same recording */
	/* A viewer of a live broadcast may be so far ahead of what is whole. */
	AHEAD_US = 15000000,
	LEAST_US = 100000
};

struct maker {
	struct maker_parts parts;
	char *log_dir;
	pthread_mutex_t lock; /* guards it: a handle is for one thread */
	struct log *log;      /* NULL until it is there */
};

struct maker *
maker_open(const struct maker_parts *parts)
{
	struct maker *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->parts = *parts;
	if ((m->log_dir = strdup(parts->log_dir)) == NULL)
		goto free_maker;
	if ((errno = pthread_mutex_init(&m->lock, NULL)) == 0)
		return m;
	free(m->log_dir);
free_maker:
	free(m);
	return NULL;
}

void
maker_close(struct maker *m)
{
	if (m == NULL)
		return;
	log_close(m->log);
	(void)pthread_mutex_destroy(&m->lock);
	free(m->log_dir);
	free(m);
}

static int
bad(struct maker_answer *out, const char *why)
{
	out->end = MAKER_BAD;
	out->why = why;
	return -1;
}

/* Where ASK begins and ends on B's timeline.  0, or -1 with *OUT. */
static int
find_range(const struct maker *m, const struct clip_ask *ask,
    const struct broadcast *b, struct maker_answer *out)
{
	struct clip_state *c = &out->clip;
	uint64_t begin_us, end_us;

	if (excerpt_bounds(b, &begin_us, &end_us) == -1) {
		out->end = MAKER_NONE;
		return -1;
	}
	c->from_us =
	    ask->from_is_wall ? excerpt_place(b, ask->from_us) : ask->from_us;
	c->to_us = ask->to_is_wall ? excerpt_place(b, ask->to_us) : ask->to_us;
	/* The end may be in the segment that grows, or a little rounded. */
	if (c->to_us > end_us && c->to_us - end_us <= AHEAD_US)
		c->to_us = end_us;
	if (c->from_us >= c->to_us || c->to_us - c->from_us < LEAST_US)
		return bad(out, "The clip must end after it begins, within "
				"what was sent.");
	if (c->to_us > end_us)
		return bad(out, "The clip ends after what was sent.");
	if (c->to_us - c->from_us > m->parts.max_us)
		return bad(out, "The clip is too long.");
	return 0;
}

/* Does the removal of E take something of X? */
static bool
takes_from(const struct event *e, const struct excerpt *x)
{
	const struct excerpt_track *t = NULL;
	struct MediaRemoved r;

	if (EVENT_GET(e, MediaRemoved, &r) == -1)
		return true;
	for (size_t i = 0; i < x->tracks; i++)
		if (str_eqz(r.track, x->track[i].track->state.name))
			t = &x->track[i];
	return t != NULL && excerpt_segment(t, 0)->msn <= r.last_msn &&
	       excerpt_segment(t, t->end - t->first - 1)->msn >= r.first_msn;
}

/*
 * Read what became of BROADCAST so far, and its VERSION: what the clip is said
 * at.  1 when all of X is there, 0, or -1 when the log cannot be read.
 */
static int
look(struct maker *m, const char *broadcast, const struct excerpt *x,
    uint64_t *version)
{
	char subject[sizeof("recording/") + NAME_SIZE];
	struct log_reader *r;
	struct event e;
	int n, there = 1;

	*version = 0;
	(void)snprintf(subject, sizeof(subject), "recording/%s", broadcast);
	(void)pthread_mutex_lock(&m->lock);
	if (m->log == NULL)
		m->log = log_open(m->log_dir);
	r = m->log != NULL
		? log_reader_open_subject(m->log, str_from(subject), 1)
		: NULL;
	n = r != NULL ? 0 : -1;
	while (r != NULL && (n = log_reader_next(r, &e)) == 1) {
		*version = e.version;
		if (e.type == EVENT_RecordingRemoved ||
		    (e.type == EVENT_MediaRemoved && takes_from(&e, x)))
			there = 0;
	}
	log_reader_close(r);
	(void)pthread_mutex_unlock(&m->lock);
	return n == -1 ? -1 : there;
}

/* Say C at VERSION.  0 with *A, or -1 with errno. */
static int
say(struct maker *m, const struct clip_state *c, uint64_t version,
    struct say_answer *a)
{
	const struct ClipCreated data = {.clip = str_from(c->clip),
	    .channel = str_from(c->channel),
	    .title = str_from(c->title),
	    .from_us = c->from_us,
	    .to_us = c->to_us,
	    .by = STR("viewer")};
	char subject[sizeof("recording/") + NAME_SIZE], id[EVENT_MAX_ID + 1];
	char own[sizeof("clip-") + NAME_SIZE];
	struct event e;
	struct buf b;
	int r = -1;

	buf_init(&b, SAY_MAX_BYTES);
	(void)snprintf(subject, sizeof(subject), "recording/%s", c->broadcast);
	(void)snprintf(own, sizeof(own), "clip-%s", c->clip);
	if (event_begin(&e, EVENT_ClipCreated, "weir-edged", str_from(subject),
		id) == 0 &&
	    EVENT_PUT(ClipCreated, &data, &b) == 0) {
		/* Of a clip that is said again it is the same. */
		e.id = str_from(own);
		e.expect = version;
		e.data = buf_str(&b);
		r = say_append(m->parts.say, &e, ANSWER_MS, a);
	}
	buf_fini(&b);
	return r;
}

/* Have the log say it, unless something of it goes. */
static enum maker_end
agree(struct maker *m, const struct clip_state *c, const struct excerpt *x)
{
	struct say_answer a;
	uint64_t version;

	for (int i = 0; i < MAX_TRIES; i++) {
		int there = look(m, c->broadcast, x, &version);

		if (there != 1)
			return there == 0 ? MAKER_GONE : MAKER_AWAY;
		if (say(m, c, version, &a) == -1)
			return MAKER_FULL;
		if (a.end == SAY_STORED)
			return a.again ? MAKER_WAS_MADE : MAKER_MADE;
		if (a.end != SAY_CONFLICT)
			return a.end == SAY_FULL ? MAKER_FULL : MAKER_AWAY;
	}
	return MAKER_FULL;
}

static enum maker_end
make(struct maker *m, const struct clip_ask *ask, const struct broadcast *b,
    struct maker_answer *out)
{
	struct clip_state *c = &out->clip;
	struct excerpt x;
	enum maker_end end;

	if (find_range(m, ask, b, out) == -1)
		return out->end;
	if (excerpt_make(&x, b, c->from_us, c->to_us) == -1)
		return MAKER_GONE;
	end = agree(m, c, &x);
	/* Whoever is told of it is to find it. */
	if ((end == MAKER_MADE || end == MAKER_WAS_MADE) &&
	    (!clips_await(m->parts.clips, c->clip, SHOW_MS) ||
		!clips_get(m->parts.clips, c->clip, c)))
		return MAKER_AWAY;
	return end;
}

void
maker_make(struct maker *m, const struct clip_ask *ask, struct str key,
    struct maker_answer *out)
{
	struct recording_state s;
	struct recording *r;

	*out = (struct maker_answer){.end = MAKER_NONE};
	if (clipid_make(out->clip.clip, key) == -1) {
		out->end = MAKER_FULL;
		return;
	}
	if (key.len > 0 &&
	    clips_get(m->parts.clips, out->clip.clip, &out->clip)) {
		out->end = MAKER_WAS_MADE;
		return;
	}
	if (!catalog_get(m->parts.catalog, ask->broadcast, &s))
		return;
	if ((r = library_get(m->parts.library, &s, false)) == NULL) {
		out->end = errno == ENOENT ? MAKER_NONE : MAKER_AWAY;
		return;
	}
	memcpy(out->clip.broadcast, s.broadcast, sizeof(s.broadcast));
	memcpy(out->clip.channel, s.channel, sizeof(s.channel));
	memcpy(out->clip.title, ask->title, sizeof(ask->title));
	out->end = make(m, ask, recording_broadcast(r), out);
	recording_drop(&r);
}
