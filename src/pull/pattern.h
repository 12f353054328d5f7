#ifndef PULL_PATTERN_H
#define PULL_PATTERN_H

#include "source.h"

#include <libavcodec/packet.h>

/* Moving pictures with a clock, and a tone that beeps every second, for ever.
 */
struct pattern;

/* NULL with WHY, for people: this FFmpeg may lack what it takes. */
struct pattern *pattern_open(char why[SOURCE_WHY_SIZE]);
void pattern_close(struct pattern *p);

/* Its tracks, SOURCE_TRACKS of them: a picture, and a sound. */
const struct media_track *pattern_tracks(const struct pattern *p);

/*
 * The next packet into OUT, of track *I, whose times count 1 / SOURCE_HZ
 * seconds.  0, or what FFmpeg calls the error.
 */
int pattern_next(struct pattern *p, size_t *i, AVPacket *out);

#endif
