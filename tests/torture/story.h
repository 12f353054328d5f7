#ifndef STORY_H
#define STORY_H

#include "writer.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/*
 * The events that drive.c appends and replay.c expects: the one with seq N is
 * always the same.
 */
enum { STORY_TEXT_MAX = 40000, STORY_SUBJECTS = 23 };

struct story {
	char id[32], subject[32], text[STORY_TEXT_MAX];
	struct buf data;
	struct event event;
};

static inline uint64_t
story_mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* The event SEQ into S, whose data is initialized.  0, or -1. */
static inline int
story_tell(struct story *s, uint64_t seq)
{
	uint64_t r = story_mix(seq);
	/* Most are short; some need pages of their own. */
	size_t len =
	    r % 37 == 0 ? (r >> 16) % STORY_TEXT_MAX : 1 + (r >> 16) % 300;
	struct NoteWritten note;

	for (size_t i = 0; i < len; i++)
		s->text[i] = (char)('a' + (r + i * (seq % 7 + 1)) % 26);
	note = (struct NoteWritten){.text = {s->text, len}};
	(void)snprintf(s->id, sizeof(s->id), "e-%llu", (unsigned long long)seq);
	(void)snprintf(s->subject, sizeof(s->subject), "s/%llu",
	    (unsigned long long)(r >> 40) % STORY_SUBJECTS);
	buf_reset(&s->data);
	if (event_put(EVENT_NoteWritten, &note, &s->data) == -1)
		return -1;
	s->event = (struct event){
	    .id = str_from(s->id),
	    .source = STR("story"),
	    .subject = str_from(s->subject),
	    .type = EVENT_NoteWritten,
	    .type_name = STR("NoteWritten"),
	    .time_us = UINT64_C(1700000000000000) + seq,
	    .expect = EVENT_ANY,
	    .data = buf_str(&s->data),
	};
	return 0;
}

/* Is E, read from a log, the event that its seq says? */
static inline bool
story_is(struct story *s, const struct event *e)
{
	return story_tell(s, e->seq) == 0 && str_eq(e->id, s->event.id) &&
	       str_eq(e->subject, s->event.subject) &&
	       e->time_us == s->event.time_us && str_eq(e->data, s->event.data);
}

#endif
