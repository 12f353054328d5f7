#ifndef TRANSCODE_ENCODER_H
#define TRANSCODE_ENCODER_H

#include "hardware.h"
#include "ladder.h"
#include "nut.h"

#include <libavutil/frame.h>

/* One rendition's H.264 encoder. */
struct encoder;

struct encoder_settings {
	const char *preset, *tune; /* x264's; TUNE empty: none */
	int crf; /* constant quality under the rendition's limit; -1: no */
	unsigned threads; /* of one encoder; 0: as many as it needs */
	unsigned cores;   /* there are so many */
	const struct hardware *hardware; /* what encodes */
};

/*
 * An encoder of R for frames like FIRST (its colours, its sample aspect
 * ratio), whose times are those of track SOURCE.  NULL after reporting.
 */
struct encoder *encoder_open(const struct encoder_settings *set,
    const struct rendition *r, const struct media_track *source,
    const AVFrame *first);
void encoder_close(struct encoder *e);

/* Its track, as NUT has it: length-prefixed, with the avcC record. */
const struct media_track *encoder_track(const struct encoder *e);

/*
 * Give it F, of the rendition's size and the hardware's format, and later than
 * the one before; with KEY it becomes one at which decoding may begin, and no
 * other does.  NULL: there are no more.  0, or -1 after reporting the cause.
 */
int encoder_put(struct encoder *e, AVFrame *f, bool key);

/*
 * The next packet, valid until the next call.  1, 0 when there is none
 * before another frame is put, or -1 after reporting the cause.
 */
int encoder_get(struct encoder *e, struct nut_packet *p);

#endif
