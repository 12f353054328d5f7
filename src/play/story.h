#ifndef PLAY_STORY_H
#define PLAY_STORY_H

#include "codec.h"
#include "log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One broadcast, as the log tells of it, now and as it goes on. */

enum { STORY_NAME_SIZE = 65 }; /* a name or an id of 64 bytes, and NUL */

struct story_segment {
	uint64_t msn, start_us, duration_us; /* wall clock */
	uint32_t run;
	bool independent;
};

/* A part of a segment that still grows. */
struct story_part {
	uint64_t msn, start_us, offset, bytes;
	uint32_t run;
};

enum { STORY_MAX_PARTS = 256 };

struct story_track {
	char name[STORY_NAME_SIZE];
	bool video, ended;
	unsigned frame_rate_mhz;
	struct story_segment *segment; /* N of them, in their order */
	size_t n, cap;
	/* Of the segment that grows, from its beginning on. */
	struct story_part part[STORY_MAX_PARTS];
	size_t parts;
};

struct story {
	char broadcast[STORY_NAME_SIZE], channel[STORY_NAME_SIZE];
	bool ended; /* nothing will follow */
	struct story_track track[MEDIA_MAX_TRACKS];
	size_t tracks;
	struct log *log;          /* borrowed */
	struct log_reader *after; /* of what comes */
};

/*
 * The broadcast NAME, or the newest one of the channel NAME, with all that the
 * log has of it.  0, or an exit code after reporting why not; story_close()
 * ends it in any case.
 */
int story_open(struct story *s, struct log *l, const char *name);

/* The same of the channel NAME, waiting until it is live. */
int story_await(struct story *s, struct log *l, const char *name);
void story_close(struct story *s);

/* E was heard on the bus: it may be what the log never has. */
void story_hear(struct story *s, const struct event *e);

/* What was told since.  0, or -1 after reporting the cause. */
int story_turn(struct story *s);

#endif
