#ifndef TRANSCODE_SCALER_H
#define TRANSCODE_SCALER_H

#include <libavutil/frame.h>

/* Makes frames of one size and format, in TV's range, of any others. */
struct scaler;

/* NULL with errno ENOMEM. */
struct scaler *scaler_open(
    unsigned width, unsigned height, enum AVPixelFormat format);
void scaler_close(struct scaler *s);

/*
 * F as such a frame, F itself where it is one.  The caller's to free; NULL
 * after reporting the cause.
 */
AVFrame *scaler_make(struct scaler *s, const AVFrame *f);

#endif
