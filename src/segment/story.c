#include "story.h"
#include "err.h"
#include "file.h"
#include "uuid.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_BYTES = 4096, KEEP_BYTES = 32768 };

struct story {
	int fd;
	char subject[EVENT_MAX_SUBJECT + 1];
	struct str broadcast; /* in subject */
	struct buf data;      /* of the event being told */
	struct buf out;       /* what was told, and not written yet */
	struct journal *journal;
};

struct story *
story_open(const char *broadcast, int fd)
{
	struct story *s = calloc(1, sizeof(*s));
	int n;

	if (s == NULL) {
		err_sys("allocate");
		return NULL;
	}
	s->fd = fd;
	n = snprintf(s->subject, sizeof(s->subject), "broadcast/%s", broadcast);
	s->broadcast = str_from(s->subject + sizeof("broadcast/") - 1);
	if (n < 0 || (size_t)n >= sizeof(s->subject)) {
		err_msg("broadcast %s: too long a name", broadcast);
		free(s);
		return NULL;
	}
	buf_init(&s->data, MAX_BYTES);
	buf_init(&s->out, KEEP_BYTES + 2 * (size_t)MAX_BYTES);
	return s;
}

void
story_close(struct story *s)
{
	if (s == NULL)
		return;
	buf_fini(&s->data);
	buf_fini(&s->out);
	journal_close(s->journal);
	free(s);
}

int
story_keep(struct story *s, int folder)
{
	struct str event;
	size_t at = 0;

	if (journal_open(&s->journal, folder) == -1)
		return -1;
	while (journal_next(s->journal, &at, &event)) {
		if (buf_putstr(&s->out, event) == -1) {
			err_sys("tell again what was told");
			return -1;
		}
		if (s->out.len >= KEEP_BYTES && story_flush(s) == -1)
			return -1;
	}
	return story_flush(s);
}

const struct bookmark *
story_mark(const struct story *s, const char *track)
{
	return s->journal != NULL ? journal_mark(s->journal, track) : NULL;
}

bool
story_mark_at(
    const struct story *s, const char *track, uint64_t msn, struct bookmark *m)
{
	return s->journal != NULL && journal_at(s->journal, track, msn, m);
}

int
story_stands(struct story *s, const char *track, const struct bookmark *m)
{
	const struct str nothing = {.len = 0};

	if (s->journal == NULL)
		return 0;
	return journal_put(s->journal, str_from(track), m, false, nothing);
}

bool
story_waits(const struct story *s)
{
	return s->out.len > 0;
}

int
story_flush(struct story *s)
{
	int rc = 0;

	if (s->out.len > 0 && file_write(s->fd, s->out.p, s->out.len) == -1) {
		err_sys("write events to standard output");
		rc = -1;
	}
	buf_reset(&s->out);
	return rc;
}

static int
tell(struct story *s, enum event_type type, const void *in, struct str track,
    const struct bookmark *m)
{
	struct event e;
	char id[UUID_TEXT_SIZE];
	size_t begin = s->out.len;

	buf_reset(&s->data);
	if (event_begin(&e, type, "weir-segment", str_from(s->subject), id) ==
		-1 ||
	    event_put(type, in, &s->data) == -1)
		goto err_event;
	e.data = buf_str(&s->data);
	if (event_encode(&e, &s->out) == -1)
		goto err_event;
	/* D14: it will be told, by this process or the next. */
	if (s->journal != NULL && type != EVENT_StreamMeasured &&
	    journal_put(s->journal, track, m, type == EVENT_PartReady,
		(struct str){
		    (const char *)s->out.p + begin, s->out.len - begin}) == -1)
		return -1;
	return s->out.len < KEEP_BYTES ? 0 : story_flush(s);
err_event:
	err_sys("make an event");
	return -1;
}

int
story_track_started(
    struct story *s, struct TrackStarted *e, const struct bookmark *m)
{
	e->broadcast = s->broadcast;
	return tell(s, EVENT_TrackStarted, e, e->track, m);
}

int
story_segment_ready(
    struct story *s, struct SegmentReady *e, const struct bookmark *m)
{
	e->broadcast = s->broadcast;
	return tell(s, EVENT_SegmentReady, e, e->track, m);
}

int
story_part_ready(struct story *s, struct PartReady *e, const struct bookmark *m)
{
	e->broadcast = s->broadcast;
	return tell(s, EVENT_PartReady, e, e->track, m);
}

int
story_track_ended(
    struct story *s, struct TrackEnded *e, const struct bookmark *m)
{
	e->broadcast = s->broadcast;
	return tell(s, EVENT_TrackEnded, e, e->track, m);
}

int
story_stream_measured(struct story *s, struct StreamMeasured *e)
{
	e->broadcast = s->broadcast;
	return tell(s, EVENT_StreamMeasured, e, e->track, NULL);
}
