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
	free(s);
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
tell(struct story *s, enum event_type type, const void *in)
{
	struct event e;
	char id[UUID_TEXT_SIZE];

	buf_reset(&s->data);
	if (event_begin(&e, type, "weir-segment", str_from(s->subject), id) ==
		-1 ||
	    event_put(type, in, &s->data) == -1)
		goto err_event;
	e.data = buf_str(&s->data);
	if (event_encode(&e, &s->out) == -1)
		goto err_event;
	return s->out.len < KEEP_BYTES ? 0 : story_flush(s);
err_event:
	err_sys("make an event");
	return -1;
}

int
story_track_started(struct story *s, struct TrackStarted *e)
{
	e->broadcast = s->broadcast;
	return tell(s, EVENT_TrackStarted, e);
}

int
story_segment_ready(struct story *s, struct SegmentReady *e)
{
	e->broadcast = s->broadcast;
	return tell(s, EVENT_SegmentReady, e);
}

int
story_part_ready(struct story *s, struct PartReady *e)
{
	e->broadcast = s->broadcast;
	return tell(s, EVENT_PartReady, e);
}

int
story_track_ended(struct story *s, struct TrackEnded *e)
{
	e->broadcast = s->broadcast;
	return tell(s, EVENT_TrackEnded, e);
}
