#ifndef PULL_SOURCE_H
#define PULL_SOURCE_H

#include "nut.h"
#include "origin.h"

/* Something that libavformat reads, with its picture and its sound. */
struct source;

enum {
	SOURCE_HZ = 90000, /* all its times count so */
	SOURCE_TRACKS = 2,
	SOURCE_WHY_SIZE = 200
};

struct source_limits {
	unsigned open_ms;  /* until its tracks are known */
	unsigned stall_ms; /* without a packet */
	int stop_fd;       /* readable: we are to stop */
	bool udp;          /* RTSP: media not in the connection */
};

/* Open O; both are borrowed.  NULL with WHY, for people. */
struct source *source_open(const struct origin *o,
    const struct source_limits *limits, char why[SOURCE_WHY_SIZE]);
void source_close(struct source *s);

/* Its tracks, as it tells before the first packet; and how many. */
const struct media_track *source_tracks(const struct source *s, size_t *n);

/* What is in it that we cannot carry, for people; "" when there is none. */
const char *source_passed(const struct source *s);

enum source_result {
	SOURCE_PACKET,
	SOURCE_END, /* it is over */
	SOURCE_LOST /* it went, as WHY tells */
};

/*
 * The next packet, with its data as they come: in whatever form the container
 * has them.  Valid until the next call.
 */
enum source_result source_next(
    struct source *s, struct nut_packet *p, char why[SOURCE_WHY_SIZE]);

/* True when we are to stop. */
bool source_stops(int stop_fd);

#endif
