#include "story.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "event.h"
#include "log.h"
#include "where.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NAME = 64 }; /* of channels, broadcasts and tracks; schemas/ */

struct live {
	char broadcast[MAX_NAME + 1]; /* "": this place is free */
	char channel[MAX_NAME + 1];
	char video[MAX_NAME + 1]; /* its first track with pictures */
	uint64_t started_us;      /* the event's time */
	bool told;                /* that it is playable */
};

struct story {
	char dir[PATH_MAX];
	story_fn *tell;
	void *arg;
	struct log *log; /* NULL until it could be opened */
	struct log_reader *reader;
	uint64_t next; /* seq to go on from when the log is opened again */
	bool failed;   /* and this was reported */
	struct live live[STORY_MAX_LIVE];
};

struct story *
story_open(const char *dir, story_fn *tell, void *arg)
{
	struct story *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	if (str_copy(s->dir, sizeof(s->dir), str_from(dir)) == -1) {
		free(s);
		return NULL;
	}
	s->tell = tell;
	s->arg = arg;
	return s;
}

static void
shut(struct story *s)
{
	log_reader_close(s->reader);
	log_close(s->log);
	s->reader = NULL;
	s->log = NULL;
}

void
story_close(struct story *s)
{
	if (s == NULL)
		return;
	shut(s);
	free(s);
}

static struct live *
find(struct story *s, struct str broadcast)
{
	for (size_t i = 0; i < STORY_MAX_LIVE; i++)
		if (str_eqz(broadcast, s->live[i].broadcast))
			return &s->live[i];
	return NULL;
}

/* A place for BROADCAST, or NULL, which was told as a warning. */
static struct live *
meet(struct story *s, struct str channel, struct str broadcast,
    uint64_t started_us)
{
	struct live *l = find(s, STR(""));

	if (l == NULL) {
		err_warn("more than %d broadcasts at a time; this one is not "
			 "told of channel=%.*s",
		    STORY_MAX_LIVE, STRF(channel));
		return NULL;
	}
	*l = (struct live){.started_us = started_us};
	(void)str_copy(l->channel, sizeof(l->channel), channel);
	(void)str_copy(l->broadcast, sizeof(l->broadcast), broadcast);
	return l;
}

static void
started(struct story *s, const struct event *e)
{
	struct BroadcastStarted b;

	if (EVENT_GET(e, BroadcastStarted, &b) == 0 && b.broadcast.len > 0)
		(void)meet(s, b.channel, b.broadcast, e->time_us);
}

static void
track(struct story *s, const struct event *e)
{
	struct TrackStarted t;
	struct live *l;

	if (EVENT_GET(e, TrackStarted, &t) == -1 ||
	    (l = find(s, t.broadcast)) == NULL)
		return;
	if (l->video[0] == '\0' && str_eqz(t.kind, "video"))
		(void)str_copy(l->video, sizeof(l->video), t.track);
}

static void
tell_live(struct story *s, struct live *l)
{
	char line[1024], web[WHERE_SIZE];

	l->told = true;
	/* Asked anew each time: a daemon that came back may listen elsewhere.
	 */
	if (where_reach(web, sizeof(web), "edged") == 0)
		(void)snprintf(line, sizeof(line), "%s is live: http://%s/@%s",
		    l->channel, web, l->channel);
	else
		(void)snprintf(line, sizeof(line), "%s is live", l->channel);
	s->tell(s->arg, line);
}

static void
segment(struct story *s, const struct event *e)
{
	struct SegmentReady seg;
	struct live *l;

	if (EVENT_GET(e, SegmentReady, &seg) == -1 ||
	    (l = find(s, seg.broadcast)) == NULL || l->told ||
	    l->video[0] == '\0' || !str_eqz(seg.track, l->video))
		return;
	tell_live(s, l);
}

/* "1 h 2 min", "3 min 4 s", "5 s". */
static void
length(char *dst, size_t cap, uint64_t us)
{
	uint64_t t = us / 1000000;

	if (t >= 3600)
		(void)snprintf(dst, cap, "%" PRIu64 " h %" PRIu64 " min",
		    t / 3600, t / 60 % 60);
	else if (t >= 60)
		(void)snprintf(
		    dst, cap, "%" PRIu64 " min %" PRIu64 " s", t / 60, t % 60);
	else
		(void)snprintf(dst, cap, "%" PRIu64 " s", t);
}

static void
ended(struct story *s, const struct event *e)
{
	struct BroadcastEnded b;
	struct live *l;
	char line[512], after[64];

	if (EVENT_GET(e, BroadcastEnded, &b) == -1 ||
	    (l = find(s, b.broadcast)) == NULL)
		return;
	length(after, sizeof(after),
	    e->time_us > l->started_us ? e->time_us - l->started_us : 0);
	(void)snprintf(line, sizeof(line), "%s %s%s%s: %.*s", l->channel,
	    l->told ? "is over" : "ended without a picture",
	    l->started_us > 0 ? " after " : "", l->started_us > 0 ? after : "",
	    STRF(b.reason));
	*l = (struct live){0};
	s->tell(s->arg, line);
}

static void
interrupted(struct story *s, const struct event *e)
{
	struct BroadcastInterrupted b;
	struct live *l;
	char line[512], wait[64];

	if (EVENT_GET(e, BroadcastInterrupted, &b) == -1 ||
	    (l = find(s, b.broadcast)) == NULL)
		return;
	length(wait, sizeof(wait),
	    b.until_us > e->time_us ? b.until_us - e->time_us + 500000 : 0);
	(void)snprintf(line, sizeof(line),
	    "%s is interrupted, waiting %s for the encoder: %.*s", l->channel,
	    wait, STRF(b.reason));
	s->tell(s->arg, line);
}

static void
resumed(struct story *s, const struct event *e)
{
	struct BroadcastResumed b;
	struct live *l;
	char line[256], gone[64];

	if (EVENT_GET(e, BroadcastResumed, &b) == -1 || b.broadcast.len == 0)
		return;
	/* One that began before this platform was last stopped. */
	if ((l = find(s, b.broadcast)) == NULL) {
		if ((l = meet(s, b.channel, b.broadcast, 0)) != NULL)
			tell_live(s, l);
		return;
	}
	length(gone, sizeof(gone), b.waited_us);
	(void)snprintf(
	    line, sizeof(line), "%s goes on after %s", l->channel, gone);
	s->tell(s->arg, line);
}

static void
take(struct story *s, const struct event *e)
{
	/* Most types are none of ours, and an if says so more plainly. */
	if (e->type == EVENT_SegmentReady)
		segment(s, e);
	else if (e->type == EVENT_TrackStarted)
		track(s, e);
	else if (e->type == EVENT_BroadcastStarted)
		started(s, e);
	else if (e->type == EVENT_BroadcastEnded)
		ended(s, e);
	else if (e->type == EVENT_BroadcastInterrupted)
		interrupted(s, e);
	else if (e->type == EVENT_BroadcastResumed)
		resumed(s, e);
}

static void
failed(struct story *s, const char *what)
{
	if (!s->failed)
		err_sys("%s %s", what, s->dir);
	s->failed = true;
	shut(s);
}

/* 0, or -1 when there is no log to read at the moment. */
static int
attach(struct story *s)
{
	uint64_t head;

	if ((s->log = log_open(s->dir)) == NULL) {
		if (errno != ENOENT)
			failed(s, "open the log");
		return -1;
	}
	if (s->next == 0) {
		if (log_head(s->log, &head) == -1) {
			failed(s, "read the log");
			return -1;
		}
		s->next = head + 1;
	}
	if ((s->reader = log_reader_open(s->log, s->next)) == NULL) {
		failed(s, "read the log");
		return -1;
	}
	return 0;
}

void
story_turn(struct story *s)
{
	struct event e;
	int n = 0;

	if (s->log == NULL && attach(s) == -1)
		return;
	for (int i = 0; i < STORY_MAX_TURN; i++) {
		if ((n = log_reader_next(s->reader, &e)) == 1) {
			s->next = e.seq + 1;
			take(s, &e);
			continue;
		}
		if (n == -1 && errno == EBADMSG) {
			err_warn(
			    "the log is damaged; run weir verify seq=%" PRIu64,
			    e.seq);
			continue;
		}
		break;
	}
	if (n == -1)
		failed(s, "read the log");
	else
		s->failed = false;
}
