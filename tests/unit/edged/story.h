#ifndef STORY_H
#define STORY_H

#include "event.h"

#include <stdio.h>
#include <string.h>

/* Events for tests: each told has the next seq and a second more of time. */
struct story {
	uint64_t seq;
	struct buf data;
	struct event e;
	char subject[128];
};

static inline void
story_init(struct story *s)
{
	memset(s, 0, sizeof(*s));
	buf_init(&s->data, EVENT_MAX);
}

static inline void
story_fini(struct story *s)
{
	buf_fini(&s->data);
}

/* The next event, valid until the one after; DATA is TYPE's struct. */
static inline const struct event *
story_tell(struct story *s, enum event_type type, const char *prefix,
    const char *about, const void *data)
{
	buf_reset(&s->data);
	if (event_put(type, data, &s->data) == -1)
		perror("event_put");
	(void)snprintf(s->subject, sizeof(s->subject), "%s%s", prefix, about);
	s->seq++;
	s->e = (struct event){.seq = s->seq,
	    .time_us = 1700000000000000 + s->seq * 1000000,
	    .type = type,
	    .type_name = schema_of(type)->name,
	    .data_version = schema_of(type)->version,
	    .subject = str_from(s->subject),
	    .data = buf_str(&s->data)};
	return &s->e;
}

static inline const struct event *
story_added(struct story *s, const char *channel, const char *title)
{
	struct ChannelAdded d = {
	    .name = str_from(channel), .title = str_from(title)};

	return story_tell(s, EVENT_ChannelAdded, "channel/", channel, &d);
}

static inline const struct event *
story_started(struct story *s, const char *channel, const char *broadcast)
{
	struct BroadcastStarted d = {.channel = str_from(channel),
	    .broadcast = str_from(broadcast),
	    .protocol = STR("rtmp"),
	    .encoder = STR("test")};

	return story_tell(s, EVENT_BroadcastStarted, "live/", channel, &d);
}

static inline const struct event *
story_ended(struct story *s, const char *channel, const char *broadcast)
{
	struct BroadcastEnded d = {.channel = str_from(channel),
	    .broadcast = str_from(broadcast),
	    .reason = STR("the encoder said goodbye")};

	return story_tell(s, EVENT_BroadcastEnded, "live/", channel, &d);
}

/* A run of track NAME: audio when its name begins so. */
static inline const struct event *
story_track(struct story *s, const char *broadcast, const char *name,
    uint64_t run, uint64_t target_us)
{
	bool audio = strncmp(name, "audio", 5) == 0;
	struct TrackStarted d = {.broadcast = str_from(broadcast),
	    .track = str_from(name),
	    .run = run,
	    .kind = audio ? STR("audio") : STR("video"),
	    .codecs = audio ? STR("mp4a.40.2") : STR("avc1.64001f"),
	    .width = audio ? 0 : 1280,
	    .height = audio ? 0 : 720,
	    .frame_rate_num = audio ? 0 : 30000,
	    .frame_rate_den = audio ? 0 : 1001,
	    .sample_rate_hz = audio ? 48000 : 0,
	    .channels = audio ? 2 : 0,
	    .init_bytes = 800,
	    .target_us = target_us};

	return story_tell(s, EVENT_TrackStarted, "broadcast/", broadcast, &d);
}

/* A segment of a second and 125,000 bytes, so of 1 Mbit/s, by default. */
static inline struct SegmentReady
story_a_segment(const char *broadcast, const char *track, uint64_t msn)
{
	static const char hash[33] = "0123456789abcdef0123456789abcdef";

	return (struct SegmentReady){.broadcast = str_from(broadcast),
	    .track = str_from(track),
	    .msn = msn,
	    .run = 1,
	    .start_us = 1700000000000000 + msn * 1000000,
	    .duration_us = 1000000,
	    .bytes = 125000,
	    .hash = {hash, 32},
	    .independent = true};
}

static inline const struct event *
story_segment(struct story *s, const struct SegmentReady *d)
{
	char broadcast[65];

	(void)str_copy(broadcast, sizeof(broadcast), d->broadcast);
	return story_tell(s, EVENT_SegmentReady, "broadcast/", broadcast, d);
}

#endif
