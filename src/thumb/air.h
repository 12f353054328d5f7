#ifndef THUMB_AIR_H
#define THUMB_AIR_H

#include "event.h"
#include "log.h"
#include "track_state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which broadcasts there is something to do for, as the log tells: those that
 * are live, those that ended just now, and from before the start those that
 * have no storyboard yet.
 */
struct air;
struct board;

/* The last that was heard of a broadcast; times by the monotonic clock. */
struct air_sound {
	bool known;
	char track[NAME_SIZE];
	struct SoundMeasured said; /* its texts and curve: see below */
	uint8_t curve[64];
	size_t points;
	uint64_t due_us; /* when it is to be said again */
};

struct air_show {
	struct air_show *next;
	char broadcast[NAME_SIZE];
	bool live;         /* or it ended, and wants a storyboard */
	bool pictured;     /* ThumbnailMade was said of it */
	bool complained;   /* what goes wrong with it was told */
	bool busy;         /* a worker is at it */
	uint64_t due_us;   /* when something is to be done about it */
	uint64_t next_msn; /* behind the segment that was pictured last */
	struct air_sound sound;
	struct board *board; /* its owner's */
};

/* What L says from now on, and what it has said.  NULL with errno. */
struct air *air_open(struct log *l);
void air_close(struct air *a);

/*
 * Take what the log has by now; a show that ends is due WAIT_US later.  0, or
 * -1 with errno.
 */
int air_turn(struct air *a, uint64_t wait_us);

/* All of them, the newest first. */
struct air_show *air_first(const struct air *a);

/* Nothing more is to be done for S. */
void air_drop(struct air *a, struct air_show *s);

/*
 * Take up one of those of before the start, when there is one without a
 * storyboard.  True when there may be more.
 */
bool air_recall(struct air *a);

/* How many are live, and how many wait for a storyboard. */
void air_count(const struct air *a, uint64_t *live, uint64_t *waiting);

#endif
