#ifndef TS_SOUND_H
#define TS_SOUND_H

#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One frame of an audio codec, as a transport stream carries it. */
enum { SOUND_RECORD = 32, SOUND_MAX = 65536 };

struct sound {
	size_t len;       /* bytes, with what stands before it */
	size_t head;      /* of those, bytes that are not the codec's own */
	unsigned samples; /* so many of CLOCK_HZ it lasts */
	unsigned clock_hz;
	unsigned sample_rate_hz, channels; /* that come out */
	uint8_t record[SOUND_RECORD]; /* the codec's configuration record */
	size_t record_len;
};

/*
 * Read the frame at P, of which N bytes are there, up to SOUND_MAX; LAST:
 * nothing that belongs to it follows.  CHANNELS is Opus'
 * channel_config_code.  1; 0 when more bytes are needed; -1 with errno
 * EBADMSG (no frame begins here), or ENOTSUP with *WHY for people.
 */
int sound_parse(struct sound *s, enum media_codec codec, unsigned channels,
    const uint8_t *p, size_t n, bool last, const char **why);

#endif
