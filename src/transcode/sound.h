#ifndef TRANSCODE_SOUND_H
#define TRANSCODE_SOUND_H

#include "outlet.h"

/*
 * The sound of one track: passed as it is, or decoded, resampled and encoded
 * again.  What goes out then is samples without a seam: drift between their
 * count and the timestamps is stretched away, holes are silence.
 */
struct sound;

struct sound_settings {
	enum {
		SOUND_AUTO, /* as it is when it is AAC or Opus, else AAC */
		SOUND_AAC,
		SOUND_OPUS
	} codec;
	unsigned kbit; /* a second; 0: 64 a channel */
};

/*
 * For track T, on LANE, where its track is borne from the next file on.  NULL
 * after reporting that it cannot be decoded, or the cause.
 */
struct sound *sound_open(const struct sound_settings *set,
    const struct media_track *t, struct outlet *outlet, unsigned lane);

/* Take a packet of the track.  0, or -1 after reporting the cause. */
int sound_put(struct sound *s, const struct nut_packet *p);

/* The last packets go out.  0, or -1 after reporting the cause. */
int sound_finish(struct sound *s);

void sound_close(struct sound *s);

#endif
