#ifndef TRANSCODE_RESAMPLER_H
#define TRANSCODE_RESAMPLER_H

#include <libavutil/frame.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Sound of any form, as a row of samples of one form without a seam: each has
 * its time, and they follow the timestamps that came with them (see drift.h).
 */
struct resampler;

/* RATE_HZ, CHANNELS and FORMAT of what goes out.  NULL after reporting. */
struct resampler *resampler_open(
    unsigned rate_hz, unsigned channels, enum AVSampleFormat format);
void resampler_close(struct resampler *r);

/* Take F, whose pts is in TIME_BASE.  0, or -1 after reporting the cause. */
int resampler_put(struct resampler *r, const AVFrame *f, AVRational time_base);

/* No more comes: what is on its way can be taken.  0, or -1 reported. */
int resampler_end(struct resampler *r);

/*
 * The next N samples, or, with LAST, as many as are left of them; its pts
 * counts samples.  NULL when there are not so many, or no memory.
 */
AVFrame *resampler_take(struct resampler *r, size_t n, bool last);

#endif
