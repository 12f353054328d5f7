#include "stock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CLIPS = 65536 };

struct clip {
	char id[STOCK_TRACK_SIZE];
	uint64_t from_us, to_us;
};

/* What a fold knows beside what it leaves. */
struct fold {
	struct stock *r;
	struct clip *clip;
	size_t cap;
};

void
stock_fini(struct stock *r)
{
	for (size_t i = 0; i < r->tracks; i++)
		free(r->track[i].piece);
	*r = (struct stock){.tracks = 0};
}

static struct medium *
track_of(struct stock *r, struct str name)
{
	struct medium *t;

	for (size_t i = 0; i < r->tracks; i++)
		if (str_eqz(name, r->track[i].name))
			return &r->track[i];
	if (r->tracks == STOCK_MAX_TRACKS)
		return NULL;
	t = &r->track[r->tracks];
	if (!str_slug(name, STOCK_TRACK_SIZE - 1) ||
	    str_copy(t->name, STOCK_TRACK_SIZE, name) == -1)
		return NULL;
	r->tracks++;
	return t;
}

static void
track_started(struct fold *f, const struct event *e)
{
	struct TrackStarted s;
	struct medium *t;

	if (EVENT_GET(e, TrackStarted, &s) == 0 &&
	    (t = track_of(f->r, s.track)) != NULL)
		t->video = str_eqz(s.kind, "video");
}

static int
segment(struct fold *f, const struct event *e)
{
	struct SegmentReady s;
	struct medium *t;
	struct piece *p;

	if (EVENT_GET(e, SegmentReady, &s) == -1 ||
	    (t = track_of(f->r, s.track)) == NULL)
		return 0;
	/* A file number goes up only; one said again changes nothing. */
	if (t->n > 0 && s.msn <= t->piece[t->n - 1].msn)
		return 0;
	if (t->n == t->cap) {
		size_t cap = t->cap > 0 ? 2 * t->cap : 64;

		if ((p = reallocarray(t->piece, cap, sizeof(*p))) == NULL)
			return -1;
		t->piece = p;
		t->cap = cap;
	}
	t->piece[t->n++] = (struct piece){.msn = s.msn,
	    .at_us = t->at_us,
	    .duration_us = s.duration_us,
	    .ends_us = s.start_us + s.duration_us,
	    .bytes = s.bytes,
	    .run = (uint32_t)s.run,
	    .independent = s.independent};
	t->at_us += s.duration_us;
	return 0;
}

static int
clip_created(struct fold *f, const struct event *e)
{
	struct ClipCreated c;
	struct clip *p;

	if (EVENT_GET(e, ClipCreated, &c) == -1)
		return 0;
	if (f->r->clips == MAX_CLIPS) {
		errno = E2BIG;
		return -1;
	}
	if (f->r->clips == f->cap) {
		size_t cap = f->cap > 0 ? 2 * f->cap : 16;

		if ((p = reallocarray(f->clip, cap, sizeof(*p))) == NULL)
			return -1;
		f->clip = p;
		f->cap = cap;
	}
	p = &f->clip[f->r->clips++];
	*p = (struct clip){.from_us = c.from_us, .to_us = c.to_us};
	(void)str_copy(p->id, sizeof(p->id), c.clip);
	return 0;
}

static void
clip_removed(struct fold *f, const struct event *e)
{
	struct ClipRemoved c;

	if (EVENT_GET(e, ClipRemoved, &c) == -1)
		return;
	for (size_t i = 0; i < f->r->clips; i++)
		if (str_eqz(c.clip, f->clip[i].id)) {
			f->clip[i] = f->clip[--f->r->clips];
			return;
		}
}

static void
media_removed(struct fold *f, const struct event *e)
{
	struct MediaRemoved m;
	struct medium *t;

	if (EVENT_GET(e, MediaRemoved, &m) == -1 ||
	    (t = track_of(f->r, m.track)) == NULL)
		return;
	for (size_t i = 0; i < t->n; i++)
		if (t->piece[i].msn >= m.first_msn &&
		    t->piece[i].msn <= m.last_msn &&
		    t->piece[i].removed_us == 0)
			t->piece[i].removed_us = e->time_us;
}

static int
fold(struct fold *f, const struct event *e)
{
	switch ((int)e->type) {
	case EVENT_TrackStarted:
		track_started(f, e);
		break;
	case EVENT_SegmentReady:
		return segment(f, e);
	case EVENT_ClipCreated:
		return clip_created(f, e);
	case EVENT_ClipRemoved:
		clip_removed(f, e);
		break;
	case EVENT_MediaRemoved:
		media_removed(f, e);
		break;
	case EVENT_RecordingRemoved:
		if (f->r->removed_us == 0)
			f->r->removed_us = e->time_us;
		break;
	default:
		break;
	}
	return 0;
}

/* All that SUBJECT says.  0, or -1 with errno. */
static int
read_subject(struct fold *f, struct log *l, const char *prefix,
    const char *broadcast, uint64_t *version)
{
	char subject[EVENT_MAX_SUBJECT + 1];
	struct log_reader *r;
	struct event e;
	int n;

	(void)snprintf(subject, sizeof(subject), "%s/%s", prefix, broadcast);
	if ((r = log_reader_open_subject(l, str_from(subject), 1)) == NULL)
		return -1;
	while ((n = log_reader_next(r, &e)) != 0) {
		/* What cannot be read could be a clip: nothing goes then. */
		if (n == -1 || (n = fold(f, &e)) == -1)
			break;
		*version = e.version;
	}
	log_reader_close(r);
	return n;
}

/* Keep what the clip C needs of T. */
static void
pin(struct medium *t, const struct clip *c)
{
	uint64_t from_us =
	    c->from_us > STOCK_MARGIN_US ? c->from_us - STOCK_MARGIN_US : 0;
	size_t i = 0;

	while (
	    i < t->n && t->piece[i].at_us + t->piece[i].duration_us <= from_us)
		i++;
	/* Decoding begins with a keyframe. */
	while (i > 0 && (i == t->n || !t->piece[i].independent))
		i--;
	for (; i < t->n && t->piece[i].at_us < c->to_us + STOCK_MARGIN_US; i++)
		t->piece[i].pinned = true;
}

int
stock_fold(struct stock *r, struct log *l, const char *broadcast)
{
	struct fold f = {.r = r};
	uint64_t version = 0;
	int rc = -1;

	*r = (struct stock){.tracks = 0};
	if (read_subject(&f, l, "broadcast", broadcast, &version) == 0 &&
	    read_subject(&f, l, "recording", broadcast, &r->version) == 0)
		rc = 0;
	for (size_t i = 0; rc == 0 && i < r->clips; i++)
		for (size_t j = 0; j < r->tracks; j++)
			pin(&r->track[j], &f.clip[i]);
	free(f.clip);
	if (rc == -1)
		stock_fini(r);
	return rc;
}

uint64_t
stock_bytes(const struct stock *r)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < r->tracks && r->removed_us == 0; i++)
		for (size_t j = 0; j < r->track[i].n; j++)
			if (r->track[i].piece[j].removed_us == 0)
				bytes += r->track[i].piece[j].bytes;
	return bytes;
}

uint64_t
stock_going(const struct stock *r)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < r->tracks; i++)
		for (size_t j = 0; j < r->track[i].n; j++)
			if (r->track[i].piece[j].goes)
				bytes += r->track[i].piece[j].bytes;
	return bytes;
}

uint64_t
stock_removed_us(const struct stock *r)
{
	uint64_t first_us = 0;

	for (size_t i = 0; i < r->tracks; i++)
		for (size_t j = 0; r->track[i].video && j < r->track[i].n;
		     j++) {
			uint64_t us = r->track[i].piece[j].removed_us;

			if (us != 0 && (first_us == 0 || us < first_us))
				first_us = us;
		}
	return first_us;
}

bool
stock_goes_whole(const struct stock *r)
{
	for (size_t i = 0; i < r->tracks; i++)
		for (size_t j = 0; j < r->track[i].n; j++)
			if (r->track[i].piece[j].removed_us == 0 &&
			    !r->track[i].piece[j].goes)
				return false;
	return true;
}

const struct piece *
medium_piece(const struct medium *t, uint64_t msn)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->piece[mid].msn == msn)
			return &t->piece[mid];
		if (t->piece[mid].msn < msn)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct medium *
stock_track(const struct stock *r, const char *name)
{
	for (size_t i = 0; i < r->tracks; i++)
		if (strcmp(r->track[i].name, name) == 0)
			return &r->track[i];
	return NULL;
}
