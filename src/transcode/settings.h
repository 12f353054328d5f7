#ifndef TRANSCODE_SETTINGS_H
#define TRANSCODE_SETTINGS_H

#include "encoder.h"
#include "ladder.h"
#include "sound.h"

#include <stdbool.h>
#include <stdint.h>

/* What the command line says. */
struct settings {
	struct ladder ladder;
	struct encoder_settings encoder;
	struct sound_settings sound;
	unsigned rotate;    /* degrees, clockwise */
	bool live;          /* never wait: give up rungs rather than time */
	int64_t restore_us; /* before one that was given up is tried again */
};

#endif
