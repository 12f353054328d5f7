#include "story.h"
#include "err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct str live = {"live/", 5};

static struct story_track *
track_called(struct story *s, struct str name)
{
	struct story_track *t;

	for (size_t i = 0; i < s->tracks; i++)
		if (str_eqz(name, s->track[i].name))
			return &s->track[i];
	if (s->tracks == MEDIA_MAX_TRACKS)
		return NULL;
	t = &s->track[s->tracks];
	if (!str_slug(name, sizeof(t->name) - 1) ||
	    str_copy(t->name, sizeof(t->name), name) == -1)
		return NULL;
	s->tracks++;
	return t;
}

static int
track_started(struct story *s, const struct event *e)
{
	struct TrackStarted d;
	struct story_track *t;

	if (EVENT_GET(e, TrackStarted, &d) == -1 ||
	    (t = track_called(s, d.track)) == NULL)
		return 0;
	t->video = str_eqz(d.kind, "video");
	t->ended = false;
	t->frame_rate_mhz =
	    d.frame_rate_den > 0
		? (unsigned)(d.frame_rate_num * 1000 / d.frame_rate_den)
		: 0;
	return 0;
}

static int
segment_ready(struct story *s, const struct event *e)
{
	struct SegmentReady d;
	struct story_track *t;

	if (EVENT_GET(e, SegmentReady, &d) == -1 ||
	    (t = track_called(s, d.track)) == NULL ||
	    (t->n > 0 && d.msn <= t->segment[t->n - 1].msn))
		return 0;
	/* What told of its parts is over, and of those before. */
	if (t->parts > 0 && t->part[0].msn <= d.msn)
		t->parts = 0;
	if (t->n == t->cap) {
		size_t cap = t->cap > 0 ? 2 * t->cap : 64;
		struct story_segment *p =
		    reallocarray(t->segment, cap, sizeof(*p));

		if (p == NULL)
			return -1;
		t->segment = p;
		t->cap = cap;
	}
	t->segment[t->n++] = (struct story_segment){.msn = d.msn,
	    .start_us = d.start_us,
	    .duration_us = d.duration_us,
	    .run = (uint32_t)d.run,
	    .independent = d.independent};
	return 0;
}

void
story_hear(struct story *s, const struct event *e)
{
	struct PartReady d;
	struct story_track *t;
	const struct story_part *last;

	if (e->type != EVENT_PartReady || EVENT_GET(e, PartReady, &d) == -1 ||
	    !str_eqz(d.broadcast, s->broadcast) ||
	    (t = track_called(s, d.track)) == NULL ||
	    (t->n > 0 && d.msn <= t->segment[t->n - 1].msn))
		return;
	if (t->parts > 0 && t->part[0].msn != d.msn)
		t->parts = 0;
	last = t->parts > 0 ? &t->part[t->parts - 1] : NULL;
	/* Where one was not heard, the segment's end is waited for. */
	if (t->parts == STORY_MAX_PARTS ||
	    d.offset != (last != NULL ? last->offset + last->bytes : 0))
		return;
	t->part[t->parts++] = (struct story_part){.msn = d.msn,
	    .start_us = d.start_us,
	    .offset = d.offset,
	    .bytes = d.bytes,
	    .run = (uint32_t)d.run};
}

static void
track_ended(struct story *s, const struct event *e)
{
	struct TrackEnded d;
	struct story_track *t;

	if (EVENT_GET(e, TrackEnded, &d) == 0 &&
	    (t = track_called(s, d.track)) != NULL)
		t->ended = true;
}

static int
apply(struct story *s, const struct event *e)
{
	struct BroadcastEnded d;

	if (e->type == EVENT_TrackStarted)
		return track_started(s, e);
	if (e->type == EVENT_SegmentReady)
		return segment_ready(s, e);
	if (e->type == EVENT_TrackEnded)
		track_ended(s, e);
	if (e->type == EVENT_BroadcastEnded &&
	    EVENT_GET(e, BroadcastEnded, &d) == 0 &&
	    str_eqz(d.broadcast, s->broadcast))
		s->ended = true;
	return 0;
}

/* A search through the turns of channels. */
struct search {
	struct story *story;
	const char *broadcast; /* NULL: the newest one */
	bool found;
};

/*
 * The turns of the channel whose are SUBJECT's: the broadcast that is looked
 * for, its channel, and whether it is over.
 */
static int
search_channel(void *arg, struct str subject, const struct log_subject *at)
{
	struct search *f = arg;
	struct story *s = f->story;
	struct log_reader *r = log_reader_open_subject(s->log, subject, 1);
	struct BroadcastStarted d;
	struct event e;
	int n = -1;

	(void)at;
	while (r != NULL && (n = log_reader_next(r, &e)) == 1) {
		if (e.type == EVENT_BroadcastEnded)
			(void)apply(s, &e);
		if (e.type != EVENT_BroadcastStarted ||
		    EVENT_GET(&e, BroadcastStarted, &d) == -1 ||
		    (f->broadcast != NULL &&
			!str_eqz(d.broadcast, f->broadcast)) ||
		    !str_slug(d.broadcast, sizeof(s->broadcast) - 1))
			continue;
		f->found = true;
		s->ended = false;
		(void)str_copy(s->channel, sizeof(s->channel), d.channel);
		(void)str_copy(s->broadcast, sizeof(s->broadcast), d.broadcast);
	}
	log_reader_close(r);
	if (n == -1)
		return -1;
	return f->found;
}

/* Which broadcast NAME means.  1, 0 when there is none, or -1 with errno. */
static int
find(struct story *s, const char *name)
{
	struct search f = {.story = s};
	char subject[EVENT_MAX_SUBJECT + 1];
	struct log_subject at;
	int n;

	(void)snprintf(subject, sizeof(subject), "live/%s", name);
	if (log_subject(s->log, str_from(subject), &at) == -1)
		return -1;
	if (at.version > 0)
		return search_channel(&f, str_from(subject), &at);
	f.broadcast = name;
	n = log_subjects(s->log, live, search_channel, &f);
	if (n != 0)
		return n;
	/* Its media may have come some other way, without a channel. */
	(void)snprintf(subject, sizeof(subject), "broadcast/%s", name);
	if (log_subject(s->log, str_from(subject), &at) == -1)
		return -1;
	if (at.version == 0)
		return 0;
	s->ended = true;
	return str_copy(s->broadcast, sizeof(s->broadcast), str_from(name)) ==
		       -1
		   ? -1
		   : 1;
}

/* What the log has of it by now. */
static int
tell_all(struct story *s)
{
	char subject[EVENT_MAX_SUBJECT + 1];
	struct log_reader *r;
	struct event e;
	uint64_t head;
	int n = -1;

	if (log_head(s->log, &head) == -1)
		return -1;
	(void)snprintf(subject, sizeof(subject), "broadcast/%s", s->broadcast);
	r = log_reader_open_subject(s->log, str_from(subject), 1);
	while (r != NULL && (n = log_reader_next(r, &e)) == 1)
		if (e.seq <= head && apply(s, &e) == -1) {
			n = -1;
			break;
		}
	log_reader_close(r);
	if (n == -1)
		return -1;
	s->after = log_reader_open(s->log, head + 1);
	return s->after != NULL ? 0 : -1;
}

/* So long between two looks for a broadcast that has not begun. */
enum { LOOK_AGAIN_MS = 200 };

int
story_await(struct story *s, struct log *l, const char *name)
{
	const struct timespec wait = {0, LOOK_AGAIN_MS * 1000000};
	char subject[EVENT_MAX_SUBJECT + 1];
	struct search f = {.story = s};
	struct log_subject at = {0, 0};
	uint64_t seen = 0;

	*s = (struct story){.log = l, .ended = true};
	if (!str_slug(str_from(name), STORY_NAME_SIZE - 1)) {
		err_msg("%s cannot be a channel", name);
		return EXIT_PERM;
	}
	(void)snprintf(subject, sizeof(subject), "live/%s", name);
	for (;;) {
		if (log_subject(l, str_from(subject), &at) == -1 ||
		    (at.version > seen &&
			search_channel(&f, str_from(subject), &at) == -1) ||
		    (!s->ended && tell_all(s) == -1)) {
			err_sys("read the log");
			return EXIT_TEMP;
		}
		if (!s->ended)
			return 0;
		seen = at.version;
		(void)nanosleep(&wait, NULL);
	}
}

int
story_open(struct story *s, struct log *l, const char *name)
{
	int n = 0;

	*s = (struct story){.log = l};
	if (str_slug(str_from(name), STORY_NAME_SIZE - 1) &&
	    (n = find(s, name)) == 1 && tell_all(s) == 0)
		return 0;
	if (n == 0) {
		err_msg("there is no broadcast %s, nor one of a channel of "
			"that name",
		    name);
		return EXIT_PERM;
	}
	err_sys("read the log");
	return EXIT_TEMP;
}

void
story_close(struct story *s)
{
	for (size_t i = 0; i < s->tracks; i++)
		free(s->track[i].segment);
	log_reader_close(s->after);
}

int
story_turn(struct story *s)
{
	char own[EVENT_MAX_SUBJECT + 1], turns[EVENT_MAX_SUBJECT + 1];
	struct event e;
	int n;

	(void)snprintf(own, sizeof(own), "broadcast/%s", s->broadcast);
	(void)snprintf(turns, sizeof(turns), "live/%s", s->channel);
	while (!s->ended && (n = log_reader_next(s->after, &e)) != 0) {
		if (n == -1 && errno == EBADMSG) {
			err_warn("the block at seq %" PRIu64 " is damaged: %s",
			    e.seq, log_reader_why(s->after));
			continue;
		}
		if (n == -1 ||
		    ((str_eqz(e.subject, own) || str_eqz(e.subject, turns)) &&
			apply(s, &e) == -1)) {
			err_sys("read the log");
			return -1;
		}
	}
	return 0;
}
