#ifndef TRANSCODE_SPEAKER_H
#define TRANSCODE_SPEAKER_H

#include "nut.h"
#include "sound.h"

#include <libavutil/frame.h>

/* An encoder of sound: AAC or Opus. */
struct speaker;

/*
 * For sound like track T's: at 48 kHz, or 44.1 kHz where that came and the
 * codec has it, of one or two channels.  NULL after reporting the cause.
 */
struct speaker *speaker_open(
    const struct sound_settings *set, const struct media_track *t);
void speaker_close(struct speaker *s);

/* Its track as NUT has it; a tick is a sample. */
const struct media_track *speaker_track(const struct speaker *s);

/* What it wants: samples a second, channels, their form, samples in a frame. */
unsigned speaker_rate(const struct speaker *s);
unsigned speaker_channels(const struct speaker *s);
enum AVSampleFormat speaker_format(const struct speaker *s);
size_t speaker_frame(const struct speaker *s);

/*
 * Encode F, whose pts counts samples; NULL: there are no more.  0, or -1
 * after reporting the cause.
 */
int speaker_put(struct speaker *s, const AVFrame *f);

/* As encoder_get(). */
int speaker_get(struct speaker *s, struct nut_packet *p);

#endif
