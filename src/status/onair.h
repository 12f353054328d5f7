#ifndef STATUS_ONAIR_H
#define STATUS_ONAIR_H

#include "health.h"
#include "log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is live, folded from the log. */

enum {
	ONAIR_MAX_NAME = 64, /* bytes; as the limits of schemas/ */
	ONAIR_MAX_TITLE = 200,
	ONAIR_MAX_TRACKS = 8, /* of a broadcast; more are passed over */
	ONAIR_MAX_LIVE = 4096 /* more are counted only */
};

struct onair_track {
	char name[ONAIR_MAX_NAME + 1], kind[17], codecs[ONAIR_MAX_NAME + 1];
	uint64_t width, height, frame_rate_mhz;
	uint64_t sample_rate_hz, channels;
	uint64_t segments;        /* so far */
	uint64_t last_us;         /* when the last one was ready, or 0 */
	uint64_t bytes, media_us; /* of the newest ones, for the bit rate */
	/* When the last one began that begins with a keyframe, and how long
	 * before that the one before it did. */
	uint64_t key_us, key_interval_us;
};

struct onair_channel {
	char name[ONAIR_MAX_NAME + 1], title[ONAIR_MAX_TITLE + 1];
	char broadcast[ONAIR_MAX_NAME + 1];
	char protocol[17], encoder[ONAIR_MAX_TITLE + 1];
	uint64_t since_us;
	uint64_t interrupted_us, until_us; /* no encoder since, until; or 0 */
	uint64_t restarts;                 /* of its pipeline */
	struct onair_track track[ONAIR_MAX_TRACKS];
	size_t tracks;
	struct health health; /* as far as it was heard of; see onair_judge */
};

struct onair {
	uint64_t head;     /* seq of the log's last event */
	uint64_t channels; /* that there are, live or not */
	uint64_t live;
	struct onair_channel *channel; /* the live ones, by name */
	size_t len;
};

/* Fold what L holds now into *O.  0, or -1 with errno. */
int onair_read(struct onair *o, struct log *l);
void onair_fini(struct onair *o);

/* E is something heard: figures are noted with their broadcast. */
void onair_hear(struct onair *o, const struct event *e);

/*
 * What is wrong with C, by what was heard and what the log has, into W; how
 * many.
 */
size_t onair_judge(const struct onair_channel *c,
    struct health_warning w[HEALTH_MAX_WARNINGS]);

/* How many of the live broadcasts were heard of. */
size_t onair_heard(const struct onair *o);

#endif
